package org.liuhen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.web.Problem;

class UploadMetadataTest {
    private static final String DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final String GOOD = pair("filename", "执法记录.mp4") + "," + pair("sha256", DIGEST) + ","
            + pair("officerNo", "110023") + "," + pair("caseId", "（2022）京0105刑初123号");

    private static String pair(String key, String value) {
        return key + " " + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsChineseNamesAndCases() throws Problem {
        UploadMetadata metadata = UploadMetadata.parse(GOOD);
        assertEquals("执法记录.mp4", metadata.fileName().value());
        assertEquals("（2022）京0105刑初123号", metadata.cases().get(0).value());
        assertEquals(Actor.Kind.OFFICER, Sender.claimed(metadata.capture()).kind());
        assertEquals("claimed", Sender.claimed(metadata.capture()).credential());
    }

    @Test
    void namesTheDeviceAsTheSenderWhereThereIsNoOfficer() throws Problem {
        UploadMetadata metadata = UploadMetadata.parse(
                pair("filename", "a.mp4") + "," + pair("sha256", DIGEST) + "," + pair("deviceSerial", "BWC-7"));
        assertEquals(Actor.Kind.DEVICE, Sender.claimed(metadata.capture()).kind());
        assertEquals("BWC-7", Sender.claimed(metadata.capture()).id());
    }

    @Test
    void answersAnyHeaderWithMetadataOrAProblemWithACode() {
        Random random = new Random(20261124);
        int problems = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder header = new StringBuilder(GOOD);
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(header.length());
                switch (random.nextInt(3)) {
                    case 0 -> header.setCharAt(at, (char) (32 + random.nextInt(95)));
                    case 1 -> header.deleteCharAt(at);
                    default ->
                        header.insert(at, header.substring(at, Math.min(header.length(), at + random.nextInt(9))));
                }
            }
            try {
                UploadMetadata.parse(header.toString());
            } catch (Problem refused) {
                assertEquals(400, refused.status());
                assertTrue(refused.code().startsWith("IN-10"), refused.code());
                assertTrue(refused.getMessage().length() < 500, "a message does not echo what came in");
                problems++;
            }
        }
        assertTrue(problems > 1_000, "most of these headers are bad: " + problems);
    }

    @Test
    void refusesAHeaderOfAnySize() {
        assertThrows(Problem.class, () -> UploadMetadata.parse("filename " + "A".repeat(9_000)));
    }
}
