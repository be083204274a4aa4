package org.liuhen.station;

import java.time.ZoneId;
import java.util.TimeZone;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The time zone of a site. What the record holds is in UTC whatever it is. */
final class ZoneOptions {
    @Option(
            names = "--time-zone",
            description =
                    "time zone of the site, such as Asia/Shanghai: of times on the page, in tables, packages and messages;"
                            + " default: that of the machine",
            showDefaultValue = Visibility.NEVER,
            paramLabel = "ZONE",
            converter = Known.class)
    private ZoneId zone = ZoneId.systemDefault();

    /** Makes it the zone of this process. To be called before anything writes a time. */
    void apply() {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
    }

    /** A zone that browsers know, too: one of the IANA database, by its name. */
    static final class Known implements ITypeConverter<ZoneId> {
        @Override
        public ZoneId convert(String name) {
            if (!ZoneId.getAvailableZoneIds().contains(name)) {
                throw new TypeConversionException("\"" + name
                        + "\" is no time zone; name one of the IANA database, such as Asia/Shanghai or UTC");
            }
            return ZoneId.of(name);
        }
    }
}
