package org.liuhen.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TotpTest {
    private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    /** RFC 4226, Appendix D. */
    @Test
    void makesTheCodesOfTheCounter() {
        List<String> codes = List.of(
                "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489");
        for (int counter = 0; counter < codes.size(); counter++) {
            assertEquals(codes.get(counter), Totp.code(SECRET, counter));
        }
    }

    /** RFC 6238, Appendix B, of whose eight digits the last six are ours. */
    @Test
    void makesTheCodesOfTheTime() {
        Map.of(
                        59L, "94287082",
                        1_111_111_109L, "07081804",
                        1_111_111_111L, "14050471",
                        1_234_567_890L, "89005924",
                        2_000_000_000L, "69279037",
                        20_000_000_000L, "65353130")
                .forEach((second, code) ->
                        assertEquals(code.substring(2), Totp.code(SECRET, Totp.step(Instant.ofEpochSecond(second)))));
    }

    @Test
    void acceptsOneStepToEachSideAndEachStepOnce() {
        Instant now = Instant.ofEpochSecond(3_000_000_015L);
        long step = Totp.step(now);
        for (long there = step - 3; there <= step + 3; there++) {
            boolean near = Math.abs(there - step) <= 1;
            String code = Totp.code(SECRET, there);
            assertEquals(near ? OptionalLong.of(there) : OptionalLong.empty(), Totp.accepted(SECRET, code, now, 0));
            assertEquals(
                    near && there > step ? OptionalLong.of(there) : OptionalLong.empty(),
                    Totp.accepted(SECRET, code, now, step));
        }
        assertEquals(OptionalLong.empty(), Totp.accepted(SECRET, "", now, 0));
    }

    @Test
    void tellsAnAppWhatItNeeds() {
        assertEquals(
                "otpauth://totp/Liuhen%20site-1%3A110023?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Liuhen%20site-1",
                Totp.uri(SECRET, "Liuhen site-1", "110023"));
    }
}
