package org.liuhen.access;

/** Units in a hierarchy: the code of a unit begins those of the units below it, and pairs of zeros at its end do not count. */
public final class Units {
    private Units() {}

    /** The prefix of the codes of a unit and of those below it; empty for the whole site, whose people have no unit. */
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
