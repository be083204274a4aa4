package org.liuhen.intake;

import io.javalin.http.Context;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * What a request promises of its bytes: tus's {@code Upload-Checksum}, and {@code Content-Digest} and {@code Repr-Digest} of
 * RFC 9530, which are dictionaries of structured fields (RFC 8941) with byte sequences.
 */
final class Digests {
    private static final Map<String, String> TUS = Map.of("sha1", "SHA-1", "sha256", "SHA-256");
    private static final Map<String, String> FIELD = Map.of("sha-256", "SHA-256", "sha-512", "SHA-512");

    private Digests() {}

    /** The checks for the body of this request. */
    static List<BodyReader.Check> ofBody(Context context) throws Problem {
        List<BodyReader.Check> checks = new ArrayList<>();
        String checksum = context.header("Upload-Checksum");
        if (checksum != null) {
            String[] words = checksum.strip().split(" ", -1);
            if (words.length != 2 || !TUS.containsKey(words[0])) {
                throw new Problem(400, "IN-118", "Upload-Checksum reads 'sha256 <Base64>' or 'sha1 <Base64>'");
            }
            checks.add(check(TUS.get(words[0]), words[1]));
        }
        for (Map.Entry<String, String> one : field(context, "Content-Digest").entrySet()) {
            checks.add(check(FIELD.get(one.getKey()), one.getValue()));
        }
        return checks;
    }

    /** The digest of the whole file, or null. */
    static Sha256Digest ofRepresentation(Context context) throws Problem {
        Map<String, String> known = field(context, "Repr-Digest");
        if (known.isEmpty()) {
            return null;
        }
        if (!known.containsKey("sha-256")) {
            throw new Problem(400, "IN-118", "Repr-Digest lacks sha-256, by which evidence is known here");
        }
        byte[] digest = bytes(known.get("sha-256"));
        if (digest.length != 32) {
            throw new Problem(400, "IN-118", "sha-256 in Repr-Digest has 32 bytes");
        }
        return Sha256Digest.ofRaw(digest);
    }

    /** The digests of a field that are known here, in Base64. A field with none of them would promise nothing: it is refused. */
    private static Map<String, String> field(Context context, String name) throws Problem {
        String header = context.header(name);
        if (header == null) {
            return Map.of();
        }
        Map<String, String> known = new TreeMap<>();
        for (String member : header.split(",", -1)) {
            String[] words = member.strip().split("=", 2);
            boolean bytes =
                    words.length == 2 && words[1].length() >= 2 && words[1].startsWith(":") && words[1].endsWith(":");
            if (!bytes) {
                throw new Problem(400, "IN-118", name + " reads sha-256=:<Base64>: (RFC 9530)");
            }
            if (FIELD.containsKey(words[0])) {
                known.put(words[0], words[1].substring(1, words[1].length() - 1));
            }
        }
        if (known.isEmpty()) {
            throw new Problem(400, "IN-118", name + " has no digest that is known here: sha-256 and sha-512 are");
        }
        return known;
    }

    private static BodyReader.Check check(String algorithm, String base64) throws Problem {
        try {
            return new BodyReader.Check(MessageDigest.getInstance(algorithm), bytes(base64));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java platform has SHA-1 and SHA-2", missing);
        }
    }

    private static byte[] bytes(String base64) throws Problem {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException wrong) {
            throw new Problem(400, "IN-118", "The checksum is not Base64");
        }
    }
}
