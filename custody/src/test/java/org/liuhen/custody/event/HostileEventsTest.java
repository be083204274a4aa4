package org.liuhen.custody.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.evidence.LogName;

final class HostileEventsTest {
    private final HostileEvents hostile = new HostileEvents(1, new LogName("site-1"));

    @Test
    void goodEventsOfEveryKindAreAmongThem() throws Exception {
        for (Class<? extends CustodyEvent> kind : EventKinds.all()) {
            byte[] good = CanonicalJson.canonical(hostile.good(kind));
            assertEquals(CustodyEvent.typeName(kind), CanonicalJson.decode(good).typeName());
        }
    }

    /** What decodes can be written again, has a place in the state machine, and its state can be kept as a text. */
    @Test
    void eachIsMalformedOrIsAnEventLikeAnyOther() throws Exception {
        Map<String, ItemState> states = new HashMap<>();
        int decoded = 0;
        List<byte[]> all = hostile.events(30_000);
        for (byte[] bytes : all) {
            CustodyEvent event;
            try {
                event = CanonicalJson.decode(bytes);
            } catch (MalformedEventException malformed) {
                assertTrue(malformed.getMessage().length() < 300);
                continue;
            }
            decoded++;
            CustodyEvent again = CanonicalJson.decode(CanonicalJson.encode(event));
            assertEquals(event, again, HostileEvents.shown(bytes));
            String chain = String.valueOf(event.context().evidenceId());
            ItemState before = states.getOrDefault(chain, ItemState.NOTHING);
            Decision decision = StateTable.apply(before, event);
            if (decision.accepted()) {
                states.put(chain, ItemState.parse(decision.next().toText()));
                assertEquals(decision.next(), states.get(chain));
            }
        }
        assertTrue(decoded > all.size() / 10, decoded + " of " + all.size());
    }

    @Test
    void dispatchRecordsAreRecordsOrAreRefusedWithAReason() {
        int records = 0;
        for (byte[] bytes : hostile.dispatchRecords(5_000)) {
            try {
                DispatchRecords.read(bytes);
                records++;
            } catch (IllegalArgumentException refused) {
                assertTrue(refused.getMessage() != null);
            }
        }
        assertTrue(records > 0);
    }

    @Test
    void aReasonIsCutBetweenCharactersAndCanAlwaysBeEncoded() {
        for (String text :
                new String[] {"😀".repeat(140), "x" + "😀".repeat(140), "\ud83d", "a\0b", "", null, "ab\ude00"}) {
            for (int max : new int[] {1, 2, 99, 100, 300}) {
                String reason = Reason.of(text, max);
                assertTrue(reason.length() <= Math.max(max, 20), reason);
                CustodyEvent event = new CustodyEvent.StepFailed(
                        EventContext.of(
                                "0".repeat(32),
                                null,
                                java.time.Instant.EPOCH,
                                org.liuhen.custody.evidence.Actor.component("test"),
                                null,
                                "test"),
                        "verify",
                        "IJ-101",
                        reason);
                assertTrue(CanonicalJson.encode(event).length > 0);
            }
        }
        assertEquals(99, Reason.of("x".repeat(99) + "😀", 100).length());
        assertEquals("x".repeat(99), Reason.cut("x".repeat(99) + "😀", 100));
        assertEquals("a\r\nb\0", Reason.cut("a\r\nb\0", 100), "what a file says is kept as it says it");
    }
}
