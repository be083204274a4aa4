package org.liuhen.review.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.liuhen.access.Act;
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

    /** An officer who may answer a review needs a key as a legal officer does: the page signs the answer. */
    @Test
    void whoeverMayDoWhatThePageSignsMayHaveAKey() throws IOException {
        String page;
        try (InputStream script = SigningKeysTest.class.getResourceAsStream("/org/liuhen/page/signing.js")) {
            page = new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
        String signed = page.substring(
                page.indexOf("const SIGNED = {"), page.indexOf("\n};", page.indexOf("const SIGNED = {")));
        Set<String> byThePage = Pattern.compile("^  (\\w+):", Pattern.MULTILINE)
                .matcher(signed)
                .results()
                .map(act -> act.group(1))
                .collect(Collectors.toSet());
        assertEquals(
                byThePage,
                Arrays.stream(ItemActsApi.Verb.values())
                        .filter(ItemActsApi.Verb::isSigned)
                        .map(ItemActsApi.Verb::word)
                        .collect(Collectors.toSet()));
        assertTrue(Set.of(ItemActsApi.signing()).contains(Act.ANSWER_REVIEW));
    }
}
