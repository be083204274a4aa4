package org.liuhen.describe;

/** A parser process that died, or that could not be started. */
final class ParserDiedException extends Exception {
    private final boolean byItself;

    /**
     * A dead process.
     *
     * @param byItself whether the file made the process die, so that it would die of the file again
     */
    ParserDiedException(String reason, boolean byItself) {
        super(reason);
        this.byItself = byItself;
    }

    boolean byItself() {
        return byItself;
    }
}
