package org.liuhen.station;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.TimeZone;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The time zone of a site. What the record holds is in UTC whatever it is. */
final class ZoneOptions {
    private static final int SECONDS_OF_HOUR = 3_600;

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
        TimeZone.setDefault(TimeZone.getTimeZone(known(zone)));
    }

    /**
     * The zone by a name that browsers know: one of the IANA database. Java calls the zone of some machines by its offset, such as {@code GMT+08:00}.
     *
     * @throws IllegalArgumentException where it has no such name
     */
    static ZoneId known(ZoneId zone) {
        if (ZoneId.getAvailableZoneIds().contains(zone.getId())) {
            return zone;
        }
        if (zone.normalized() instanceof ZoneOffset offset && offset.getTotalSeconds() % SECONDS_OF_HOUR == 0) {
            int hours = offset.getTotalSeconds() / SECONDS_OF_HOUR; // the signs of these names are turned
            String name = hours == 0 ? "UTC" : "Etc/GMT" + (hours > 0 ? "-" : "+") + Math.abs(hours);
            if (ZoneId.getAvailableZoneIds().contains(name)) {
                return ZoneId.of(name);
            }
        }
        throw new IllegalArgumentException("The time zone of this machine, " + zone
                + ", has no name that browsers know. Name the zone of the site: --time-zone, such as Asia/Shanghai");
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
