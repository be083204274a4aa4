package org.liuhen.intake;

import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.ParseException;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.web.Problem;

/**
 * What a request promises of its bytes: tus's {@code Upload-Checksum}, and {@code Content-Digest} and {@code Repr-Digest} of
 * RFC 9530, which are dictionaries of structured fields (RFC 9651) with byte sequences.
 */
final class Digests {
    private static final Map<String, String> TUS = Map.of("sha1", "SHA-1", "sha256", "SHA-256");
    private static final String SHA256 = "sha-256";
    private static final Map<String, String> FIELD = Map.of(SHA256, "SHA-256", "sha-512", "SHA-512");

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
            checks.add(check(TUS.get(words[0]), bytes(words[1])));
        }
        for (Map.Entry<String, byte[]> one : field(context, "Content-Digest").entrySet()) {
            checks.add(check(FIELD.get(one.getKey()), one.getValue()));
        }
        return checks;
    }

    /** The digest of the whole file, or null where none is given by which evidence is known here. */
    static Sha256Digest ofRepresentation(Context context) throws Problem {
        byte[] digest = field(context, "Repr-Digest").get(SHA256);
        if (digest == null) {
            return null;
        }
        if (digest.length != 32) {
            throw new Problem(400, "IN-118", "sha-256 in Repr-Digest has 32 bytes");
        }
        return Sha256Digest.ofRaw(digest);
    }

    /**
     * The digests of a field that are known here. Other algorithms are passed over (RFC 9530 §2); what is no such field is refused, because its
     * client relies on it.
     */
    private static Map<String, byte[]> field(Context context, String name) throws Problem {
        Map<String, byte[]> known = new TreeMap<>();
        try {
            for (Map.Entry<String, ListElement<?>> one :
                    StructuredFields.dictionary(context, name).entrySet()) {
                if (!(one.getValue().get() instanceof ByteBuffer bytes)) {
                    throw new Problem(400, "IN-118", name + " reads sha-256=:<Base64>: (RFC 9530)");
                }
                if (FIELD.containsKey(one.getKey())) {
                    byte[] digest = new byte[bytes.remaining()];
                    bytes.duplicate().get(digest);
                    known.put(one.getKey(), digest);
                }
            }
        } catch (ParseException wrong) {
            throw new Problem(400, "IN-118", name + " reads sha-256=:<Base64>: (RFC 9530)");
        }
        return known;
    }

    /** Whether the answer should say this digest of the whole file, as {@code Want-Repr-Digest} asks for it (RFC 9530 §4). */
    static boolean wantsSha256(Context context) {
        try {
            ListElement<?> weight =
                    StructuredFields.dictionary(context, "Want-Repr-Digest").get(SHA256);
            return weight != null && weight.get() instanceof Long number && number > 0; // 0 is: not acceptable
        } catch (ParseException wrong) {
            return false;
        }
    }

    /** The value of {@code Repr-Digest} that says this digest. */
    static String representation(Sha256Digest digest) {
        return SHA256 + "=:" + Base64.getEncoder().encodeToString(digest.bytes()) + ":";
    }

    private static BodyReader.Check check(String algorithm, byte[] promised) {
        try {
            return new BodyReader.Check(MessageDigest.getInstance(algorithm), promised);
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
