package org.liuhen.review.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.review.projection.CaseFile;
import org.liuhen.review.projection.ItemJson;
import org.liuhen.review.projection.ItemView;

class DisposalConditionsTest {
    private static final EvidenceId ID = new EvidenceId("01jdb3kz0r0000000000000000");
    private static final Instant DECLARED = ID.declaredAt();
    private static final Instant LOCKED = DECLARED.plus(Duration.ofDays(200));
    private static final CaseFile CLOSED = new CaseFile("110105", null, "", List.of(), true);

    private static ObjectNode item() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("category", "GENERAL")
                .put("keptDays", 184)
                .put("sealedUntil", LOCKED.toString());
    }

    private static Optional<String> keptBecause(ObjectNode item) {
        return keptBecause(item, Map.of(), LOCKED);
    }

    private static Optional<String> keptBecause(ObjectNode item, Map<String, CaseFile> cases, Instant now) {
        return DisposalConditions.keptBecause(ID, view(item), cases, now);
    }

    private static ItemView view(ObjectNode item) {
        try {
            return ItemJson.read(item.toString());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void anItemWhoseTimeIsOverMayBeDisposedOf() {
        assertEquals(Optional.empty(), keptBecause(item()));
    }

    @Test
    void theLaterOfLockAndCategoryCounts() {
        assertEquals(Optional.of("it is kept until " + LOCKED), keptBecause(item(), Map.of(), LOCKED.minusMillis(1)));
        Instant byCategory = DECLARED.plus(Duration.ofDays(365));
        ObjectNode item = item().put("keptDays", 365);
        assertEquals(
                Optional.of("it is kept until " + byCategory), keptBecause(item, Map.of(), byCategory.minusMillis(1)));
        assertEquals(Optional.empty(), keptBecause(item, Map.of(), byCategory));
    }

    @Test
    void anItemWithoutCategoryOrSealOrOfAPermanentCategoryIsKept() {
        assertEquals(
                Optional.of("nobody has put it into a category, and what is not known is kept"),
                keptBecause(item().without(List.of("category"))));
        assertEquals(Optional.of("its category keeps it for ever"), keptBecause(item().put("permanent", true)));
        assertEquals(Optional.of("it is not sealed yet"), keptBecause(item().without(List.of("sealedUntil"))));
    }

    @Test
    void eachOfItsCasesHasToBeClosed() {
        ObjectNode item = item();
        item.putArray("cases").add("C-1").add("C-2");
        assertEquals(Optional.of("the case C-1 is open"), keptBecause(item));
        assertEquals(
                Optional.of("the case C-2 is open"),
                keptBecause(item, Map.of("C-1", CLOSED, "C-2", CaseFile.NOTHING), LOCKED));
        assertEquals(Optional.empty(), keptBecause(item, Map.of("C-1", CLOSED, "C-2", CLOSED), LOCKED));
    }

    @Test
    void aHoldKeepsIt() {
        ObjectNode item = item();
        item.putObject("holds").putObject("h1").put("by", "legal");
        assertEquals(Optional.of("it is held"), keptBecause(item));
    }

    @Test
    void onlyAUnitAboveAllSendersDecides() {
        ObjectNode item = item();
        item.putArray("units").add("110105").add("110106");
        assertEquals(Optional.of("110106"), DisposalConditions.otherUnit(view(item), "110105"));
        assertEquals(Optional.of("110105"), DisposalConditions.otherUnit(view(item), "110106"));
        assertEquals(Optional.empty(), DisposalConditions.otherUnit(view(item), "110100"));
        assertEquals(Optional.empty(), DisposalConditions.otherUnit(view(item), ""));
    }
}
