package org.liuhen.custody.evidence;

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

    /** Whether a unit is this office or below it. Nobody without a unit is of an office, and the whole site is no office. */
    public static boolean within(String unitCode, String office) {
        String prefix = prefix(office);
        return unitCode != null && !prefix.isEmpty() && prefix(unitCode).startsWith(prefix);
    }
}
