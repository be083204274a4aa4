package org.liuhen.describe;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/**
 * In which character set names are written that do not say it: those of members of archives, and raw headers of mail. All names of one
 * file are taken together. What is UTF-8 is UTF-8; else Chinese, by which of two sets makes common characters of the bytes; else what
 * loses no byte.
 */
final class MemberNames {
    static final Charset GB18030 = Charset.forName("GB18030");
    private static final Charset BIG5 = Charset.forName("Big5-HKSCS");

    private MemberNames() {}

    /**
     * The character set of these names.
     *
     * @param otherwise the set for names that are in none of those: it has a character for each byte
     */
    static Charset of(Collection<byte[]> names, Charset otherwise) {
        for (Charset one : List.of(StandardCharsets.US_ASCII, StandardCharsets.UTF_8)) {
            if (names.stream().allMatch(name -> fits(name, one))) {
                return one;
            }
        }
        boolean gb = names.stream().allMatch(name -> fits(name, GB18030));
        boolean big5 = names.stream().allMatch(name -> fits(name, BIG5));
        if (gb && big5) {
            return common(names, 0xb0, 0xd7, 0xa1) >= common(names, 0xa4, 0xc6, 0x40) ? GB18030 : BIG5;
        }
        return gb ? GB18030 : big5 ? BIG5 : otherwise;
    }

    /** Whether all of these bytes are characters of the set. */
    static boolean fits(byte[] name, Charset charset) {
        try {
            charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(name));
            return true;
        } catch (CharacterCodingException not) {
            return false;
        }
    }

    /**
     * How many of the pairs of bytes are common characters: those that the set has put first, in the rows from the first to the last of
     * these (GB 2312 level 1; Big5 frequently used).
     */
    private static double common(Collection<byte[]> names, int first, int last, int second) {
        int pairs = 0;
        int common = 0;
        for (byte[] name : names) {
            for (int i = 0; i + 1 < name.length; i++) {
                int lead = name[i] & 0xff;
                int trail = name[i + 1] & 0xff;
                if (lead >= 0x81) {
                    pairs++;
                    common += lead >= first && lead <= last && trail >= second ? 1 : 0;
                    i++;
                }
            }
        }
        return pairs == 0 ? 0 : (double) common / pairs;
    }
}
