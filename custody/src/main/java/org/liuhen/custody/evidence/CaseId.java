package org.liuhen.custody.evidence;

import java.text.Normalizer;

/** A case number as the court or police service writes it, such as （2022）京0105刑初123号. */
public record CaseId(String value) {
    /** The longest case ID, in characters (Unicode code points). */
    public static final int CODE_POINTS_MAX = 128;

    public CaseId {
        value = Normalizer.normalize(value, Normalizer.Form.NFC).strip(); // NFKC would rewrite （ as (
        int codePoints = value.codePointCount(0, value.length());
        if (codePoints < 1 || codePoints > CODE_POINTS_MAX || value.codePoints().anyMatch(Text::isHidden)) {
            throw new IllegalArgumentException("A case ID has 1 to " + CODE_POINTS_MAX
                    + " characters, none of them control or direction marks; got " + codePoints);
        }
    }
}
