package org.liuhen.station;

import org.slf4j.LoggerFactory;

/** The output of a program that stays. */
final class Output {
    /** The variable of the environment with the form of the log: {@code text}, the default, or {@code json}. */
    static final String LOG = "LIUHEN_LOG";

    private static final String JSON_LOG = "json";

    private Output() {}

    /** Whether {@link #LOG} has a value that there is. */
    static boolean isLogFormatKnown() {
        String log = System.getenv(LOG);
        return log == null || log.equals(JSON_LOG) || log.equals("text");
    }

    /** Prints a line, or logs it where the log is JSON, so that standard output and log together have one JSON object a line. */
    static void print(String line) {
        if (JSON_LOG.equals(System.getenv(LOG))) {
            LoggerFactory.getLogger("org.liuhen.station.Liuhen").info("{}", line);
        } else {
            System.out.println(line);
        }
    }
}
