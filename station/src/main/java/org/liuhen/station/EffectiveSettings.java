package org.liuhen.station;

import java.util.List;
import java.util.Map;

/**
 * The settings that a process runs with. Nothing in it is secret: of a secret it says only whether there is one.
 *
 * @param process the command that runs, such as {@code review}; empty where no command was parsed
 * @param file the file with settings, or null where none was named
 * @param settings by their names
 * @param secrets whether each variable of the environment that holds a secret is set
 */
record EffectiveSettings(String process, String file, List<Setting> settings, Map<String, Boolean> secrets) {
    /** Of a process that no command started, as in a test. */
    static final EffectiveSettings NONE = new EffectiveSettings("", null, List.of(), Map.of());

    /** Where a value comes from; the first place that has one counts. */
    enum Origin {
        COMMAND_LINE,
        ENVIRONMENT,
        FILE,
        DEFAULT
    }

    /**
     * One setting.
     *
     * @param name as in a file, such as {@code retention-days}
     * @param value as in a file; empty where there is none
     * @param where the name of the variable or of the file; empty for the two other origins
     */
    record Setting(String name, String value, Origin origin, String where) {}
}
