package org.liuhen.custody.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;

class CustodyEventTest {
    private static final EvidenceId ID = new EvidenceId("01jdb3kz0r0000000000000000");
    private static final Sha256Digest DIGEST = Sha256Digest.of(new byte[0]);
    private static final CaseId CASE = new CaseId("（2022）京0105刑初123号");
    private static final FileName NAME = new FileName("执法记录.mp4");
    private static final StoredObject OBJECT = new StoredObject("vault", "k", null);

    private static EventContext context(String purpose) {
        return EventContext.of(
                EventContext.idFor(CustodyEvent.Declared.class, "x"),
                ID,
                Instant.parse("2026-11-24T08:00:00.120Z"),
                new Actor(Actor.Kind.OFFICER, "110023", "京朝", "bearer"),
                purpose,
                "intake");
    }

    private static final CustodyEvent DECLARED =
            new CustodyEvent.Declared(context(null), NAME, "video/mp4", DIGEST, 0, List.of(CASE), null);
    private static final CustodyEvent RECEIVED =
            new CustodyEvent.Received(context(null), OBJECT, 0, DIGEST, null, NAME, List.of(CASE), null);
    private static final CustodyEvent WITHDRAWN = new CustodyEvent.Withdrawn(context("wrong file"), 0);
    private static final CustodyEvent VERIFIED = new CustodyEvent.Verified(context(null), OBJECT, 0, DIGEST);
    private static final CustodyEvent LINKED =
            new CustodyEvent.LinkedToCase(context(null), CASE, CustodyEvent.Basis.OFFICER);
    private static final CustodyEvent UNLINKED = new CustodyEvent.UnlinkedFromCase(context("wrong case"), CASE);
    private static final CustodyEvent SEALED =
            new CustodyEvent.Sealed(context(null), OBJECT, 0, DIGEST, Instant.parse("2027-05-24T00:00:00Z"), "s3");

    @Test
    void everyKindOfEventHasANameInTheRecord() {
        Set<String> names =
                EventKinds.all().stream().map(CustodyEvent::typeName).collect(Collectors.toSet());
        assertEquals(91, names.size()); // a change here is a change of docs/formats
    }

    @Test
    void isTheSameAfterEncodingAndDecoding() throws Exception {
        for (CustodyEvent event : List.of(DECLARED, RECEIVED, VERIFIED, LINKED, UNLINKED, SEALED)) {
            byte[] bytes = CanonicalJson.encode(event);
            assertEquals(event, CanonicalJson.decode(bytes));
            assertArrayEquals(bytes, CanonicalJson.encode(CanonicalJson.decode(bytes)));
        }
    }

    @Test
    void isWrittenInOneFormThatAPersonCanRead() {
        assertEquals(
                "{\"cases\":[\"（2022）京0105刑初123号\"],\"context\":{\"actor\":{\"credential\":\"bearer\",\"id\":\"110023\","
                        + "\"kind\":\"OFFICER\",\"unitCode\":\"京朝\"},\"clock\":{\"source\":\"host\"},"
                        + "\"eventId\":\"" + DECLARED.context().eventId() + "\",\"evidenceId\":\"" + ID + "\","
                        + "\"instrument\":{\"tool\":\"intake\",\"version\":\"0.1.0\"},"
                        + "\"occurredAt\":\"2026-11-24T08:00:00.120Z\"},\"eventType\":\"declared\","
                        + "\"fileName\":\"执法记录.mp4\",\"mediaType\":\"video/mp4\",\"schemaVersion\":1,\"sha256\":\""
                        + DIGEST.hex() + "\",\"sizeBytes\":0}",
                new String(CanonicalJson.encode(DECLARED), StandardCharsets.UTF_8));
    }

    @Test
    void keepsAnUnknownFieldInTheBytesAndStillReadsTheEvent() throws Exception {
        String text = new String(CanonicalJson.encode(VERIFIED), StandardCharsets.UTF_8);
        String longer = text.substring(0, text.length() - 1) + ",\"zLater\":1}";
        assertEquals(VERIFIED, CanonicalJson.decode(longer.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void refusesBytesThatAreNotTheOneForm() {
        String text = new String(CanonicalJson.encode(VERIFIED), StandardCharsets.UTF_8);
        List<String> bad = List.of(
                "",
                "{}",
                "[]",
                text + " ",
                text + "{}",
                text.replace("\"sizeBytes\":0", "\"sizeBytes\": 0"),
                text.replace("\"sizeBytes\":0", "\"sizeBytes\":0,\"sizeBytes\":0"),
                text.replace("\"sizeBytes\":0", "\"sizeBytes\":null"),
                text.replace("\"verified\"", "\"neverHeardOf\""),
                text.replaceFirst("\\{\"context\":.*?\\},\"eventType\"", "{\"eventType\""),
                text.replace(DIGEST.hex(), "00"),
                "[".repeat(5000));
        for (String wrong : bad) {
            assertThrows(
                    MalformedEventException.class,
                    () -> CanonicalJson.decode(wrong.getBytes(StandardCharsets.UTF_8)),
                    wrong);
        }
    }

    @Test
    void refusesAnEventThatIsTooLong() {
        CustodyEvent event = new CustodyEvent.DescriptionFailed(context(null), "x".repeat(20_000));
        assertThrows(IllegalArgumentException.class, () -> CanonicalJson.encode(event));
    }

    @Test
    void allowsTheWayOfAnItemAndNothingOutOfOrder() {
        ItemState state = ItemState.NOTHING;
        for (CustodyEvent next : List.of(DECLARED, RECEIVED, VERIFIED, LINKED, SEALED, UNLINKED, LINKED)) {
            Decision decision = StateTable.apply(state, next);
            assertTrue(decision.accepted(), next + " " + decision);
            state = decision.next();
        }
        assertTrue(state.isSealed());
        assertEquals(Set.of(CASE), state.cases());
        for (CustodyEvent again : List.of(DECLARED, RECEIVED, VERIFIED, LINKED)) {
            assertFalse(StateTable.apply(state, again).accepted());
        }
        assertFalse(StateTable.apply(state, WITHDRAWN).accepted());
        ItemState withdrawn = StateTable.apply(
                        StateTable.apply(ItemState.NOTHING, DECLARED).next(), WITHDRAWN)
                .next();
        for (CustodyEvent late : List.of(DECLARED, RECEIVED, VERIFIED, LINKED, SEALED)) {
            assertFalse(StateTable.apply(withdrawn, late).accepted());
        }
        for (CustodyEvent early : List.of(RECEIVED, VERIFIED, LINKED, UNLINKED, SEALED)) {
            assertFalse(StateTable.apply(ItemState.NOTHING, early).accepted());
        }
    }

    @Test
    void eachKindOfEventCallsItsOwnMethodOfAVisitor() throws MalformedEventException {
        HostileEvents all = new HostileEvents(1, new LogName("site-1"));
        for (Class<? extends CustodyEvent> kind : EventKinds.all()) {
            List<String> called = new ArrayList<>();
            CanonicalJson.decode(CanonicalJson.canonical(all.good(kind))).accept(visitor(EventVisitor.class, called));
            assertEquals(CustodyEvent.typeName(kind), called.get(called.size() - 1));
            assertTrue(called.size() <= 2, called.toString()); // the method of the group, and that of the kind
        }
    }

    @Test
    void aUnitHasACodeAndANameThatPeopleSee() {
        EventContext context = context(null);
        assertEquals("朝阳分局", new UnitEvent.UnitNamed(context, "110105", "朝阳分局").unitName());
        assertEquals(
                100,
                new UnitEvent.UnitNamed(context, "110105", "局".repeat(100))
                        .unitName()
                        .length());
        new UnitEvent.UnitNamed(context, "110105", null);
        for (String code : Arrays.asList(null, "", "1101\n05", "1".repeat(200), "\u202e110105")) {
            assertThrows(IllegalArgumentException.class, () -> new UnitEvent.UnitNamed(context, code, "x"), code);
        }
        for (String name : List.of("", " ", "局".repeat(101), "a\u0000b", "a\u202eb", "a\nb")) {
            assertThrows(IllegalArgumentException.class, () -> new UnitEvent.UnitNamed(context, "110105", name), name);
        }
    }

    /** Notes the methods that are called, and goes on from that of a group to a visitor of the group. */
    private static <V> V visitor(Class<V> type, List<String> called) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    called.add(method.getName());
                    Class<?> group = method.getParameterTypes()[0];
                    if (!group.isRecord()) {
                        Class<?> its = Class.forName(group.getName() + "$Visitor");
                        group.getMethod("accept", its).invoke(arguments[0], visitor(its, called));
                    }
                    return null;
                }));
    }
}
