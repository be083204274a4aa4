package org.liuhen.review.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.PersonalSignature;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.web.Problem;

class SigningKeysTest {
    private static final Sha256Digest SEEN = Sha256Digest.of(new byte[0]);

    private static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }

    @Test
    void aSignatureHasItsThreeMembers() throws Problem {
        ObjectNode body = body();
        body.putObject("signature")
                .put("publicKey", "the key")
                .put("seen", SEEN.hex())
                .put("value", "the value");
        assertEquals(new PersonalSignature("the key", SEEN, "the value"), SigningKeys.of(body));
    }

    @Test
    void anActWithoutSignatureHasNone() throws Problem {
        assertNull(SigningKeys.of(body()));
        assertNull(SigningKeys.of(body().putNull("signature")));
    }

    @Test
    void aSignatureThatNamesNoEntryIsRefused() {
        ObjectNode body = body();
        body.putObject("signature").put("publicKey", "the key").put("value", "the value");
        assertEquals(
                "RV-126",
                assertThrows(Problem.class, () -> SigningKeys.of(body)).code());
    }
}
