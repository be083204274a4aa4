package org.liuhen.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Takes each address in one spelling only (RFC 3986, section 6.2.2). Who may use an address is decided by its route, and a route is found by
 * how the address is spelled: one that reached its handler in a second spelling would have a second rule. Also says of each answer that its
 * type is not to be guessed.
 */
public final class StrictAddresses extends Handler.Wrapper {
    private static final String UNRESERVED = "-._~";
    private static final String RESERVED = ":@!$&'()*+,=";

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        String path = request.getHttpURI().getPath();
        String query = request.getHttpURI().getQuery();
        String wrong = path == null ? "it has no path" : wrongPath(path);
        if (wrong == null && query != null) {
            wrong = wrongQuery(query);
        }
        if (wrong == null) {
            return super.handle(request, response, callback);
        }
        new Problem(400, "IN-160", "This address is not spelled as it has to be (RFC 3986, section 6.2.2): " + wrong)
                .write(request, response, callback);
        return true;
    }

    /** What is wrong with a path as it was sent, or null. */
    static String wrongPath(String path) {
        String[] segments = path.split("/", -1);
        for (int i = 1; i < segments.length; i++) {
            if (segments[i].isEmpty() && i < segments.length - 1) {
                return "an empty part between two slashes";
            }
            String wrong = wrongSegment(segments[i]);
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private static String wrongSegment(String segment) {
        byte[] bytes = new byte[segment.length()];
        int length = 0;
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c != '%') {
                if (!isUnreserved(c) && RESERVED.indexOf(c) < 0) {
                    return "a character that has to be percent-encoded";
                }
                bytes[length++] = (byte) c;
                continue;
            }
            int octet = octet(segment, i);
            if (octet < 0) {
                return "a % without two hexadecimal digits";
            }
            if (isUnreserved((char) octet)) {
                return "a percent-encoded letter, digit, or one of " + UNRESERVED;
            }
            if (octet < ' ' || octet == 127 || "/\\%;?".indexOf(octet) >= 0) {
                return "a percent-encoded control character or one of / \\ % ; ?";
            }
            bytes[length++] = (byte) octet;
            i += 2;
        }
        if (segment.equals(".") || segment.equals("..")) {
            return "a part that is . or ..";
        }
        return isUtf8(bytes, length) ? null : "bytes that are not UTF-8";
    }

    /** What is wrong with a query as it was sent, or null. A database takes no text with U+0000. */
    static String wrongQuery(String query) {
        byte[] bytes = new byte[query.length()];
        int length = 0;
        for (int i = 0; i < query.length(); i++) {
            int octet = query.charAt(i);
            if (octet == '%') {
                octet = octet(query, i);
                if (octet < 0) {
                    return "a % without two hexadecimal digits in its query";
                }
                i += 2;
            } else if (octet <= ' ' || octet >= 127) {
                return "a character in its query that has to be percent-encoded";
            }
            if (octet == 0) {
                return "U+0000 in its query";
            }
            bytes[length++] = (byte) octet;
        }
        return isUtf8(bytes, length) ? null : "bytes in its query that are not UTF-8";
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || UNRESERVED.indexOf(c) >= 0;
    }

    /** The octet that is percent-encoded here, or -1. */
    private static int octet(String text, int at) {
        return at + 2 < text.length()
                        && HexFormat.isHexDigit(text.charAt(at + 1))
                        && HexFormat.isHexDigit(text.charAt(at + 2))
                ? HexFormat.fromHexDigits(text, at + 1, at + 3)
                : -1;
    }

    private static boolean isUtf8(byte[] bytes, int length) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Arrays.copyOf(bytes, length)));
            return true;
        } catch (CharacterCodingException wrong) {
            return false;
        }
    }
}
