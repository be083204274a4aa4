package org.liuhen.custody.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.liuhen.custody.evidence.Nullable;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Base64Text;
import org.liuhen.custody.log.Ed25519Check;

/**
 * What a person signed with a key of his own, beside the log, which signs everything: whoever runs the station cannot write his opinion. The
 * statement is {@value #PREFIX}, a newline, and canonical JSON (RFC 8785) of the members {@code actor} (the person's ID), {@code evidenceId},
 * {@code event} (the event without {@code context} and {@code signature}), {@code purpose} (the context's, if it has one) and {@code seen}.
 *
 * @param publicKey the person's Ed25519 key (RFC 8032): 32 bytes in Base64; the log says who registered it ({@code signingKeyRegistered})
 * @param seen the leaf hash of the last entry of the item's chain that the person's browser had checked
 * @param value the signature: 64 bytes in Base64
 */
public record PersonalSignature(
        @Nullable String publicKey,
        @Nullable Sha256Digest seen,
        @Nullable String value) {
    private static final String PREFIX = "liuhen.org/personal-signature/v1";
    private static final int KEY_BYTES = 32;

    /** Whether the person with this key signed this event. Whose key it is and whether {@code seen} is of the chain is for others to look up. */
    public boolean holds(CustodyEvent event) {
        return holds(tree(CanonicalJson.encode(event)));
    }

    /**
     * As above, of the event in this entry as it stands there: a member that this version does not know is part of what was signed, too.
     *
     * @param entry a canonical entry
     */
    public boolean holdsIn(byte[] entry) {
        return holds(tree(entry).get("event"));
    }

    private boolean holds(JsonNode event) {
        if (publicKey == null || seen == null || value == null) {
            return false;
        }
        try {
            byte[] statement = statement(event, seen);
            byte[] signature = Base64Text.decode(value);
            return Ed25519Check.verifies(new Ed25519PublicKeyParameters(key(publicKey)), statement, signature);
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
    public static byte[] statement(CustodyEvent event, Sha256Digest seen) {
        return statement(tree(CanonicalJson.encode(event)), seen);
    }

    private static byte[] statement(JsonNode event, Sha256Digest seen) {
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
