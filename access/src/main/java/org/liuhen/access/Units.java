package org.liuhen.access;

/** Units are told by the first digits of their codes: those below one share them, and zeros at the end say nothing. */
public final class Units {
    private Units() {}

    /** With what the codes of a unit and of those below it begin; empty for the whole site, whose people have no unit. */
    public static String prefix(String unitCode) {
        String code = unitCode == null ? "" : unitCode;
        int end = code.length();
        while (code.startsWith("00", end - 2)) {
            end -= 2;
        }
        return code.substring(0, end);
    }

    /** Whether one of these units is the other one, or above or below it. The whole site is above all. */
    public static boolean kin(String one, String other) {
        String first = prefix(one);
        String second = prefix(other);
        return first.startsWith(second) || second.startsWith(first);
    }
}
