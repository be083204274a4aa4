package org.liuhen.custody.bag;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Properties;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.evidence.Actor;

/** What was done and by whom, in Chinese and English, for people who read a package. */
final class ActText {
    private static final Properties NAMES = names();

    private ActText() {}

    /** What kind of event it is, such as {@code 申请出具证据包 export requested}. */
    static String of(CustodyEvent event) {
        String type = event.typeName();
        String english = type.replaceAll("(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        return (NAMES.getProperty(type, "") + " " + english).strip();
    }

    /** Who did it, such as {@code 民警 officer 110023}. */
    static String of(Actor actor) {
        return switch (actor.kind()) {
                    case DEVICE -> "设备 device ";
                    case OFFICER -> "民警 officer ";
                    case PROSECUTOR -> "检察官 prosecutor ";
                    case COMPONENT -> "系统组件 component ";
                }
                + actor.id();
    }

    private static Properties names() {
        Properties names = new Properties();
        try (Reader file =
                new InputStreamReader(ActText.class.getResourceAsStream("acts.properties"), StandardCharsets.UTF_8)) {
            names.load(file);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return names;
    }
}
