package org.liuhen.cli;

/** The exit codes of all commands, beside 0 (done) and 2 (wrong use, by picocli). */
public final class ExitCodes {
    /** A check failed: a digest, a proof or a chain. */
    public static final int CHECK_FAILED = 1;

    /** The station does not answer, or refused. */
    public static final int REFUSED = 3;

    private ExitCodes() {}
}
