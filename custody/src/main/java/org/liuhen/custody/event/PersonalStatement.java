package org.liuhen.custody.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Base64Text;
import org.liuhen.custody.log.Ed25519Check;

/**
 * What a {@link PersonalSignature} signs: {@value #PREFIX}, a newline, and canonical JSON (RFC 8785) of the members {@code actor} (the person's
 * ID), {@code evidenceId}, {@code event} (the event without {@code context} and {@code signature}), {@code purpose} (the context's, if it has one)
 * and {@code seen}.
 */
public final class PersonalStatement {
    private static final String PREFIX = "liuhen.org/personal-signature/v1";
    private static final int KEY_BYTES = 32;

    private PersonalStatement() {}

    /**
     * Whether the key in this signature signed this event. Whose key it is and whether {@code seen} is of the chain is for others to look up.
     *
     * @param signature the event's own
     */
    public static boolean isSigned(CustodyEvent event, PersonalSignature signature) {
        return isSigned(tree(CanonicalJson.encode(event)), signature);
    }

    /**
     * As above, of the event in this entry as it stands there: a member that this version does not know is part of what was signed, too.
     *
     * @param entry a canonical entry
     */
    public static boolean isSignedIn(byte[] entry, PersonalSignature signature) {
        return isSigned(tree(entry).get("event"), signature);
    }

    private static boolean isSigned(JsonNode event, PersonalSignature signature) {
        if (signature.publicKey() == null || signature.seen() == null || signature.value() == null) {
            return false;
        }
        try {
            Ed25519PublicKeyParameters key = new Ed25519PublicKeyParameters(key(signature.publicKey()));
            return Ed25519Check.verifies(key, bytes(event, signature.seen()), Base64Text.decode(signature.value()));
        } catch (IllegalArgumentException noKey) {
            return false;
        }
    }

    /** The bytes of a public key; refuses a text that is none. */
    public static byte[] key(String publicKey) {
        byte[] key = Base64Text.decode(publicKey);
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("An Ed25519 key (RFC 8032) has 32 bytes; got " + key.length);
        }
        Ed25519Check.key(key, 0);
        return key;
    }

    /** What a person signs. */
    public static byte[] bytes(CustodyEvent event, Sha256Digest seen) {
        return bytes(tree(CanonicalJson.encode(event)), seen);
    }

    private static byte[] bytes(JsonNode event, Sha256Digest seen) {
        ObjectNode own = event.deepCopy();
        JsonNode context = own.remove("context");
        own.remove("signature");
        ObjectNode statement = CanonicalJson.mapper().createObjectNode();
        statement.set("actor", context.at("/actor/id"));
        statement.set("evidenceId", context.get("evidenceId"));
        statement.set("event", own);
        if (context.has("purpose")) {
            statement.set("purpose", context.get("purpose"));
        }
        statement.put("seen", seen.hex());
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes((PREFIX + "\n").getBytes(UTF_8));
        all.writeBytes(CanonicalJson.canonical(statement));
        return all.toByteArray();
    }

    private static JsonNode tree(byte[] json) {
        try {
            return CanonicalJson.mapper().readTree(json);
        } catch (IOException impossible) {
            throw new IllegalStateException("What was read as an entry, or written as an event, is JSON", impossible);
        }
    }
}
