package org.liuhen.custody.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * What a person signed with a key of his own, beside the log, which signs everything: whoever runs the station cannot write his opinion. The
 * statement is {@value #PREFIX}, a newline, and canonical JSON (RFC 8785) of the members {@code actor} (the person's ID), {@code evidenceId},
 * {@code event} (the event without {@code context} and {@code signature}), {@code purpose} (the context's, if it has one) and {@code seen}.
 *
 * @param publicKey the person's Ed25519 key (RFC 8032): 32 bytes in Base64; the log says who registered it ({@code signingKeyRegistered})
 * @param seen the leaf hash of the last entry of the item's chain that the person's browser had checked
 * @param value the signature: 64 bytes in Base64
 */
public record PersonalSignature(String publicKey, Sha256Digest seen, String value) {
    private static final String PREFIX = "liuhen.org/personal-signature/v1";

    /** Whether the person with this key signed this event. Whose key it is and whether {@code seen} is of the chain is for others to look up. */
    public boolean holds(CustodyEvent event) {
        try {
            byte[] key = strict(publicKey);
            byte[] signature = strict(value);
            if (seen == null || key.length != 32 || signature.length != 64) {
                return false;
            }
            Ed25519Signer ed25519 = new Ed25519Signer();
            ed25519.init(false, new Ed25519PublicKeyParameters(key));
            byte[] statement = statement(event, seen);
            ed25519.update(statement, 0, statement.length);
            return ed25519.verifySignature(signature);
        } catch (IllegalArgumentException noKey) {
            return false;
        }
    }

    /** What a person signs. */
    public static byte[] statement(CustodyEvent event, Sha256Digest seen) {
        try {
            ObjectNode own = (ObjectNode) CanonicalJson.mapper().readTree(CanonicalJson.encode(event));
            own.remove("context");
            own.remove("signature");
            ObjectNode statement = CanonicalJson.mapper().createObjectNode();
            statement.put("actor", event.context().actor().id());
            statement.put("evidenceId", event.context().evidenceId().value());
            statement.set("event", own);
            if (event.context().purpose() != null) {
                statement.put("purpose", event.context().purpose());
            }
            statement.put("seen", seen.hex());
            byte[] json = CanonicalJson.canonical(statement);
            byte[] prefix = (PREFIX + "\n").getBytes(UTF_8);
            byte[] all = Arrays.copyOf(prefix, prefix.length + json.length);
            System.arraycopy(json, 0, all, prefix.length, json.length);
            return all;
        } catch (IOException impossible) {
            throw new IllegalStateException("What was written as JSON is JSON", impossible);
        }
    }

    private static byte[] strict(String text) {
        if (text == null) {
            throw new IllegalArgumentException("missing");
        }
        byte[] bytes = Base64.getDecoder().decode(text);
        if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
            throw new IllegalArgumentException("Base64 with spare bits");
        }
        return bytes;
    }
}
