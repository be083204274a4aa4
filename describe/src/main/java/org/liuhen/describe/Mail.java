package org.liuhen.describe;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mail (RFC 5322) as Tika reads it right: under the name {@code gb2312} mail programs send GBK, and headers that are not encoded
 * (RFC 2047) are in the character set of the body. Only what Tika is given is written anew, never the evidence.
 */
final class Mail {
    private static final String GB2312 = "(?:gb2312|gb_2312-80|csgb2312|x-gbk|gbk)";
    private static final Pattern ENCODED_WORD = Pattern.compile("(?i)=\\?" + GB2312 + "(?=[?*])");
    private static final Pattern PARAMETER = Pattern.compile("(?i)(charset\\s*=\\s*\"?)" + GB2312 + "\\b");
    private static final Pattern EXTENDED = Pattern.compile("(?i)(\\*\\s*=\\s*\"?)" + GB2312 + "(?=')"); // RFC 2231
    private static final Pattern CHARSET = Pattern.compile("(?i)charset\\s*=\\s*\"?([\\w.:-]+)");
    private static final Pattern NOT_ASCII = Pattern.compile("[^\\x00-\\x7f]+(?: +[^\\x00-\\x7f]+)*");

    private Mail() {}

    /** The mail with its character sets by the names that Java has for them, and with encoded headers. */
    static byte[] readable(byte[] mail) {
        String text = new String(mail, StandardCharsets.ISO_8859_1);
        text = ENCODED_WORD.matcher(text).replaceAll("=?gb18030");
        text = PARAMETER.matcher(text).replaceAll("$1gb18030");
        text = EXTENDED.matcher(text).replaceAll("$1gb18030");
        Matcher blank = Pattern.compile("\r?\n\r?\n").matcher(text);
        int end = blank.find() ? blank.start() : text.length();
        byte[] head = text.substring(0, end).getBytes(StandardCharsets.ISO_8859_1);
        if (!MemberNames.fits(head, StandardCharsets.US_ASCII)) {
            String headers = NOT_ASCII
                    .matcher(new String(head, charset(head, text)))
                    .replaceAll(words -> "=?UTF-8?B?"
                            + Base64.getEncoder().encodeToString(words.group().getBytes(StandardCharsets.UTF_8))
                            + "?=");
            text = headers + text.substring(end);
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Charset charset(byte[] head, String text) {
        if (!MemberNames.fits(head, StandardCharsets.UTF_8)) { // RFC 6532
            Matcher body = CHARSET.matcher(text);
            while (body.find()) {
                Optional<Charset> named = known(body.group(1));
                if (named.isPresent() && MemberNames.fits(head, named.get())) {
                    return named.get();
                }
            }
        }
        return MemberNames.of(List.of(head), StandardCharsets.ISO_8859_1);
    }

    /** The character set of this name; empty where Java has none, or the name can be none. */
    private static Optional<Charset> known(String name) {
        try {
            return Optional.of(Charset.forName(name));
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }
}
