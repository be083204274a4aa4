package org.liuhen.custody.evidence;

/**
 * The name of a site's log, which is also the site's folder in storage: 1 to 64 of a-z, 0-9 and hyphen. In a checkpoint
 * it stands behind a prefix as the origin (C2SP tlog-checkpoint).
 */
public record LogName(String value) {
    public LogName {
        if (value == null || !value.matches("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")) {
            throw new IllegalArgumentException(
                    "A log name has 1 to 64 of a-z, 0-9 and hyphen, and begins and ends with a letter or digit");
        }
    }

    /** The origin line of this log's checkpoints. */
    public String origin() {
        return "liuhen.org/log/" + value;
    }
}
