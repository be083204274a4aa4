package org.liuhen.review.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Merkle;
import org.liuhen.review.model.GapQueries.Gap;
import org.liuhen.review.projection.EntryRow;

/** What is told of a gap whose rows are as the log has them, and of one of which somebody altered a row. */
class GapsToldTest {
    private static final String FOUND = "{\"event\":{\"gapId\":\"LATE_UPLOAD a\",\"gapKind\":\"LATE_UPLOAD\"}}";
    private static final String EXPLAINED =
            "{\"event\":{\"gapId\":\"LATE_UPLOAD a\",\"ground\":\"OTHER\",\"words\":\"设备送修\"}}";

    private static EntryRow row(long index, String logged, String stands) {
        String leaf = Sha256Digest.ofRaw(Merkle.leafHash(logged.getBytes(StandardCharsets.UTF_8)))
                .hex();
        return new EntryRow("site-1", index, "a", 0, "gap", "e", "", "", "", stands, leaf);
    }

    private static ObjectNode told(EntryRow found, EntryRow explained) throws Exception {
        return GapsApi.told(new Gap(found, explained), new ObjectMapper().createObjectNode());
    }

    @Test
    void anAlteredRowIsSaidToBeSo() throws Exception {
        EntryRow found = row(3, FOUND, FOUND);
        ObjectNode whole = told(found, row(4, EXPLAINED, EXPLAINED));
        assertFalse(whole.has("altered"));
        assertFalse(whole.get("explained").has("altered"));
        assertEquals("设备送修", whole.at("/explained/words").asText());
        ObjectNode altered = told(found, row(4, EXPLAINED, EXPLAINED.replace("设备送修", "未开机")));
        assertFalse(altered.has("altered"));
        assertTrue(altered.at("/explained/altered").asBoolean());
        assertEquals(4, altered.at("/explained/index").asInt());
        assertTrue(told(row(3, FOUND, EXPLAINED), null).get("altered").asBoolean());
    }
}
