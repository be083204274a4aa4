package org.liuhen.review.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.custody.event.SupervisionEvent.ReviewAnswer.RECTIFIED;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.liuhen.access.Person;
import org.liuhen.access.Role;
import org.liuhen.custody.event.AccessEvent.PersonDismissed;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.EventKinds;
import org.liuhen.custody.event.ExportEvent.ExportApproved;
import org.liuhen.custody.event.ExportEvent.ExportRefused;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.event.ExportEvent.ExportWithdrawn;
import org.liuhen.custody.event.ExportEvent.Exported;
import org.liuhen.custody.event.PeopleEvent.AdmissionApproved;
import org.liuhen.custody.event.PeopleEvent.AdmissionProposed;
import org.liuhen.custody.event.PeopleEvent.AdmissionRefused;
import org.liuhen.custody.event.PeopleEvent.CredentialResetApproved;
import org.liuhen.custody.event.PeopleEvent.CredentialResetProposed;
import org.liuhen.custody.event.PeopleEvent.CredentialResetRefused;
import org.liuhen.custody.event.PeopleEvent.RoleChangeApproved;
import org.liuhen.custody.event.PeopleEvent.RoleChangeProposed;
import org.liuhen.custody.event.PeopleEvent.RoleChangeRefused;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.HandoverOffered;
import org.liuhen.custody.event.SupervisionEvent.HandoverOfferedToUnit;
import org.liuhen.custody.event.SupervisionEvent.HandoverRefused;
import org.liuhen.custody.event.SupervisionEvent.HandoverWithdrawn;
import org.liuhen.custody.event.SupervisionEvent.NoteAdded;
import org.liuhen.custody.event.SupervisionEvent.ReviewAnswered;
import org.liuhen.custody.event.SupervisionEvent.ReviewReturned;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.review.model.NoticeWriter.Decided;
import org.liuhen.review.model.NoticeWriter.End;
import org.liuhen.review.notify.Announcements.Announcement;
import org.liuhen.review.projection.AlteredRowException;
import org.liuhen.review.projection.EntryRow;
import org.liuhen.review.projection.ItemJson;

/** Who is told of what, kind by kind of event, and what each ends. A kind of event that stands nowhere here fails: somebody has to decide about it. */
class AnnouncementsTest {
    private static final LogName LOG = new LogName("site-1");
    private static final Instant NOW = Instant.parse("2026-11-30T08:00:00Z");
    private static final String ITEM = "01jdb3kz0r0000000000000000";
    private static final Sha256Digest DIGEST = Sha256Digest.of(new byte[0]);

    /** These tell nobody and end nothing. Rules and disposals wait for a second person on the desk alone. */
    private static final Set<String> SILENT = Set.of(
            ("keyRotated keyRevoked feedRestored gapFound gapClosed gapExplained gapReopened timePassed deviceAdded"
                            + " deviceCertified deviceSuspended deviceResumed deviceRevoked deviceAssigned deviceReturned"
                            + " deviceAlarmed clockMeasured receivedAgain copyErased caseAssigned caseClosed caseReopened"
                            + " unitNamed playOpened played categorised retentionExtended holdPlaced holdReleased"
                            + " fixityChecked disposalProposed disposalApproved disposalRefused disposed"
                            + " retentionRuleProposed retentionRuleApproved retentionRuleRefused dispatchRecorded"
                            + " linkProposed declared withdrawn received verified rejected described descriptionFailed"
                            + " descriptionRequested linkedToCase unlinkedFromCase sealed downloaded lockProbed refused"
                            + " stepFailed personAdmitted signedIn signingKeyRegistered searched admittedByConsole"
                            + " rolesChangedByConsole credentialResetByConsole passwordChanged secondFactorEnrolled"
                            + " secondFactorRemoved accessDenied reviewOpened")
                    .split(" "));

    private final List<EntryRow> rows = new ArrayList<>();
    private final Set<String> spoken = new TreeSet<>();
    private final Set<String> kinds = new TreeSet<>();
    private int chainsRead;
    private final Announcements announcements = new Announcements(new Announcements.Source() {
        @Override
        public List<EntryRow> chain(String item) {
            chainsRead++;
            return rows.stream().filter(row -> row.chain().equals(item)).toList();
        }

        @Override
        public Set<String> owners(String item) {
            return item.equals(ITEM) ? Set.of("110023") : Set.of();
        }

        @Override
        public Optional<Person> listed(String number) {
            return number.equals("044009")
                    ? Optional.of(new Person(number, "110106", Set.of(Role.OFFICER), "password"))
                    : Optional.empty();
        }
    });

    private EntryRow add(String actor, boolean onItem, String purpose, Function<EventContext, CustodyEvent> event)
            throws Exception {
        EventContext context = new EventContext(
                EventContext.idFor(Viewed.class, "cause " + rows.size()),
                onItem ? new EvidenceId(ITEM) : null,
                NOW,
                new EventContext.Clock("system", null),
                new Actor(Actor.Kind.OFFICER, actor, null, "password", null),
                null,
                purpose,
                null,
                new EventContext.Instrument("test", "1"));
        CustodyEvent said = event.apply(context);
        Entry entry = new Entry(said, rows.size(), rows.isEmpty() ? null : DIGEST, NOW);
        byte[] bytes = Entry.encode(CanonicalJson.encode(said), rows.size(), rows.isEmpty() ? null : DIGEST, NOW);
        EntryRow row = EntryRow.of(LOG, rows.size(), bytes, entry);
        rows.add(row);
        return row;
    }

    /** What the next entry says to whom with which act and about what, and what it ends: a line each. */
    private List<String> says(String actor, boolean onItem, Function<EventContext, CustodyEvent> event)
            throws Exception {
        return lines(add(actor, onItem, null, event));
    }

    private List<String> says(String actor, Function<EventContext, CustodyEvent> event) throws Exception {
        return says(actor, true, event);
    }

    private List<String> lines(EntryRow row) throws Exception {
        spoken.add(row.eventType());
        List<String> lines = new ArrayList<>();
        for (Announcement one : announcements.of(row, row.event())) {
            kinds.add(one.kind().word());
            assertEquals(row.index(), one.index());
            assertEquals(row.actor(), one.actor());
            assertEquals(NOW, one.at());
            assertEquals(one.kind() == Kind.PERSON_PROPOSED ? "" : ITEM, one.item());
            lines.add(String.join(
                    " ",
                    one.kind().word(),
                    one.audience().toString(),
                    one.act().name(),
                    one.cause().equals(row.eventId()) ? "event" : one.cause(),
                    one.subject() + (one.whole() > 0 ? "/" + one.whole() : ""),
                    one.units() + one.holder()));
        }
        for (End end : Announcements.ends(row, row.event())) {
            assertEquals(row.index(), end.index());
            lines.add(
                    end instanceof Decided decided
                            ? "ends " + decided.subject() + " of " + decided.item()
                                    + (decided.takenBack() ? " taken back" : "")
                            : "ends " + end);
        }
        return lines;
    }

    private static String seen(int index, String person) {
        return "ends Seen[index=" + index + ", item=" + ITEM + ", person=" + person + "]";
    }

    @Test
    void everyEventIsDecidedOn() throws Exception {
        handovers();
        notes();
        reviews();
        exports();
        people();
        assertEquals(
                Stream.of(Kind.values())
                        .filter(kind -> kind != Kind.TEST && kind != Kind.REVIEW_DUE)
                        .map(Kind::word)
                        .collect(Collectors.toCollection(TreeSet::new)),
                kinds,
                "each kind follows from an event above");
        Set<String> decided = new TreeSet<>(spoken);
        decided.addAll(SILENT);
        assertEquals(
                EventKinds.all().stream().map(CustodyEvent::typeName).collect(Collectors.toCollection(TreeSet::new)),
                decided,
                "each event stands above or among the silent ones");
        assertEquals(decided.size(), spoken.size() + SILENT.size(), "and not in both");
    }

    private void handovers() throws Exception {
        assertEquals(
                List.of("handover.offered One[number=jcy-1] ANSWER_HANDOVER event h-1 []", seen(0, "giver")),
                says("giver", context -> new HandoverOffered(context, "h-1", "jcy-1")));
        assertEquals(
                List.of("handover.returned One[number=giver] VIEW event  []", "ends h-1 of " + ITEM),
                says("jcy-1", context -> new HandoverRefused(context, "h-1", "a page is missing")));
        assertEquals(
                List.of("handover.offered Office[unitCode=130100] ANSWER_HANDOVER event h-2 []", seen(2, "other")),
                says("other", context -> new HandoverOfferedToUnit(context, "h-2", "130100", null)));
        assertEquals(
                List.of("handover.accepted One[number=other] VIEW event  []", "ends h-2 of " + ITEM),
                says("jcy-2", context -> new HandoverAccepted(context, "h-2")));
        assertEquals(
                List.of("ends h-2 of " + ITEM + " taken back"),
                says("other", context -> new HandoverWithdrawn(context, "h-2", "the wrong one")));
        assertEquals(
                List.of(seen(5, "other")),
                says("other", context -> new HandoverOfferedToUnit(context, "h-3", "00", null)),
                "the whole site is no office");
        assertEquals(
                List.of("ends h-9 of " + ITEM),
                says("jcy-1", context -> new HandoverRefused(context, "h-9", "x")),
                "nobody offered it here");
    }

    private void notes() throws Exception {
        int index = rows.size();
        assertEquals(
                List.of(
                        "note.named One[number=044001] VIEW event  []",
                        "note.named One[number=x] VIEW event  []",
                        seen(index, "giver")),
                says("giver", context -> new NoteAdded(context, "@044001 @x 请看", null)));
        assertEquals(List.of(seen(index + 1, "giver")), says("giver", context -> new NoteAdded(context, "x", null)));
        assertEquals(List.of(seen(index + 2, "044001")), says("044001", Viewed::new));
        assertEquals(List.of(), lines(add("044001", true, "preview", Viewed::new)), "a small picture shows no notes");
    }

    private void reviews() throws Exception {
        assertEquals(
                List.of("review.returned One[number=110023] ANSWER_REVIEW event r-1 []", "ends r-1 of " + ITEM),
                says("legal", context -> new ReviewReturned(context, "r-1", "no category")));
        assertEquals(
                List.of("review.answered One[number=legal] REVIEW event r-1 []", "ends r-1 of " + ITEM),
                says("110023", context -> new ReviewAnswered(context, "r-1", RECTIFIED, "done")));
        assertEquals(
                List.of("ends r-1 of " + ITEM), says("legal", context -> new ReviewSigned(context, "r-1", "complete")));
    }

    private void exports() throws Exception {
        assertEquals(
                List.of("export.requested Everybody[] APPROVE_EXPORT e-1 e-1/2 []"),
                says("giver", context -> new ExportRequested(context, "e-1", "检察院", 2, DIGEST)));
        assertEquals(List.of("ends e-1 of " + ITEM), says("approver", context -> new ExportApproved(context, "e-1")));
        assertEquals(
                List.of("export.ready One[number=giver] FETCH_EXPORT e-1 e-1/2 []"),
                says("exporter", context -> new Exported(context, "e-1", "检察院", 2, DIGEST, DIGEST)));
        says("asker", context -> new ExportRequested(context, "e-2", "检察院", 3, DIGEST));
        assertEquals(
                List.of("export.refused One[number=asker] FETCH_EXPORT e-2 e-2/3 []", "ends e-2 of " + ITEM),
                says("approver", context -> new ExportRefused(context, "e-2", "no")));
        assertEquals(
                List.of("ends e-2 of " + ITEM + " taken back"),
                says("asker", context -> new ExportWithdrawn(context, "e-2", "a mistake")));
        assertEquals(
                List.of(),
                says("exporter", context -> new Exported(context, "e-9", "检察院", 2, DIGEST, DIGEST)),
                "nobody asked for it here");
    }

    private void people() throws Exception {
        String change = "person.proposed Everybody[] APPROVE_PERSON event c-1 ";
        List<String> roles = List.of("officer");
        for (Function<EventContext, CustodyEvent> proposed : List.<Function<EventContext, CustodyEvent>>of(
                context -> new AdmissionProposed(context, "c-1", "044009", "110105", roles),
                context -> new RoleChangeProposed(context, "c-1", "044009", "110105", roles),
                context -> new CredentialResetProposed(context, "c-1", "044009", "110105", true))) {
            assertEquals(
                    List.of(change + "[110105, 110106]044009"),
                    says("admin-1", false, proposed),
                    "of the new unit and of the one before");
        }
        assertEquals(
                List.of(change + "[]044010"),
                says("admin-1", false, context -> new AdmissionProposed(context, "c-1", "044010", null, roles)));
        for (Function<EventContext, CustodyEvent> ended : List.<Function<EventContext, CustodyEvent>>of(
                context -> new AdmissionApproved(context, "c-1", "044009", "110105"),
                context -> new AdmissionRefused(context, "c-1", "044009", "110105"),
                context -> new RoleChangeApproved(context, "c-1", "044009", "110105"),
                context -> new RoleChangeRefused(context, "c-1", "044009", "110105"),
                context -> new CredentialResetApproved(context, "c-1", "044009", "110105"),
                context -> new CredentialResetRefused(context, "c-1", "044009", "110105"))) {
            assertEquals(List.of("ends c-1 of "), says("admin-2", false, ended));
        }
        assertEquals(
                List.of("ends Dismissed[index=" + rows.size() + ", person=044009]"),
                says("console", false, context -> new PersonDismissed(context, "044009")));
    }

    /** Entries as stations write them: those of the silent kinds say and end nothing. */
    @Test
    void theSilentOnesSayNothing() throws Exception {
        try (InputStream in = ItemJson.class.getResourceAsStream("logs.txt")) {
            long index = 0;
            Set<String> silent = new TreeSet<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (!line.startsWith("entry ")) {
                    continue;
                }
                byte[] bytes = line.substring("entry ".length()).getBytes(StandardCharsets.UTF_8);
                EntryRow row = EntryRow.of(LOG, index++, bytes, Entry.decode(bytes));
                if (SILENT.contains(row.eventType())) {
                    silent.add(row.eventType());
                    assertEquals(List.of(), announcements.of(row, row.event()), row.eventType());
                    assertEquals(List.of(), Announcements.ends(row, row.event()), row.eventType());
                }
            }
            Set<String> missing = new TreeSet<>(SILENT);
            missing.removeAll(silent);
            for (Class<? extends CustodyEvent> kind : EventKinds.all()) {
                if (missing.remove(CustodyEvent.typeName(kind))) {
                    assertEquals(List.of(), says("x", false, context -> made(kind, context)), kind.getName());
                }
            }
            assertEquals(Set.of(), missing);
        }
    }

    /** An event of a kind, or what is in it, with any values. */
    private static <T> T made(Class<T> kind, EventContext context) {
        RecordComponent[] parts = kind.getRecordComponents();
        try {
            return kind.getDeclaredConstructor(
                            Stream.of(parts).map(RecordComponent::getType).toArray(Class<?>[]::new))
                    .newInstance(Stream.of(parts)
                            .map(part -> any(part.getType(), context))
                            .toArray());
        } catch (ReflectiveOperationException failed) {
            throw new LinkageError(kind + " cannot be made", failed);
        }
    }

    private static Object any(Class<?> type, EventContext context) {
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        return Stream.<Object>of(context, "1", List.of("1"), DIGEST, NOW, 1, 1L, true)
                .filter(value -> MethodType.methodType(type).wrap().returnType().isInstance(value))
                .findFirst()
                .orElseGet(() -> made(type, context));
    }

    @Test
    void whatHasToBeMendedWithinADayIsToldToTheOwners() throws IOException {
        List<Announcement> due = Announcements.due(
                Map.of(
                        ITEM,
                        ItemJson.read("{\"owners\":[\"110023\"],\"lastReview\":{\"by\":\"legal\",\"at\":\"" + NOW
                                + "\",\"outcome\":\"returned\",\"words\":\"x\",\"due\":\"2026-12-01T08:00:00Z\","
                                + "\"id\":\"r-1\"}}")),
                7,
                NOW);
        assertEquals(
                "[Announcement[index=7, kind=REVIEW_DUE, cause=r-1 2026-12-01T08:00:00Z, audience=One[number=110023],"
                        + " act=ANSWER_REVIEW, actor=legal, at=2026-11-30T08:00:00Z, item=" + ITEM
                        + ", subject=r-1, whole=0, units=[], holder=]]",
                due.toString());
    }

    @Test
    void eachKindHasAPlaceOnThePage() {
        assertEquals("#/item/" + ITEM + "?part=handover", Kind.HANDOVER_OFFERED.place(ITEM));
        assertEquals("#/exports", Kind.EXPORT_REFUSED.place(ITEM));
        for (Kind kind : Kind.values()) {
            String place = kind.place(ITEM);
            assertEquals(place.startsWith("#/item/") ? ITEM : "", Kind.itemIn(place), kind.word());
        }
        assertEquals(ITEM, Kind.itemIn("#/item/" + ITEM), "as an earlier version kept it");
    }

    @Test
    void whatAPersonDidAfterTheEntrySaysWhetherItWasSeen() throws Exception {
        add("044001", true, null, Viewed::new);
        EntryRow note = add("giver", true, null, context -> new NoteAdded(context, "@044001", null));
        add("x", true, null, Viewed::new);
        add("044001", true, "preview", Viewed::new);
        assertFalse(announcements.hasSeen("044001", ITEM, note.index()), "it was opened before, or by another one");
        add("044001", true, null, Viewed::new);
        assertTrue(announcements.hasSeen("044001", ITEM, note.index()));
    }

    /** Nobody is told by a row of the search database that somebody altered, and that is said. */
    @Test
    void anAlteredRowOfTheChainIsSaid() throws Exception {
        EntryRow offer = add("giver", true, null, context -> new HandoverOffered(context, "h-1", "jcy-1"));
        EntryRow look = add("giver", true, null, Viewed::new);
        EntryRow refusal = add("jcy-1", true, null, context -> new HandoverRefused(context, "h-1", "x"));
        rows.set(1, altered(look));
        assertEquals(1, announcements.of(refusal, refusal.event()).size(), "another row of the chain");
        rows.set(0, altered(offer));
        assertThrows(AlteredRowException.class, () -> announcements.of(refusal, refusal.event()));
        EntryRow again = add("giver", true, null, Viewed::new);
        rows.set(3, altered(again));
        assertFalse(announcements.hasSeen("giver", ITEM, 2));
    }

    /** Who did what is taken from the entry, and not from the columns beside it. */
    @Test
    void alteredColumnsTellNobodyElse() throws Exception {
        EntryRow offer = add("giver", true, null, context -> new HandoverOffered(context, "h-1", "jcy-1"));
        EntryRow refusal = add("jcy-1", true, null, context -> new HandoverRefused(context, "h-1", "x"));
        List<Announcement> said = announcements.of(refusal, refusal.event());
        rows.set(0, with(offer, "viewed", "thief", offer.entry()));
        assertEquals(said, announcements.of(refusal, refusal.event()));
        EntryRow look = add("other", true, null, Viewed::new);
        rows.set(2, with(look, "viewed", "giver", look.entry()));
        assertFalse(announcements.hasSeen("giver", ITEM, 1), "another one looked");
        rows.set(2, with(look, "unreadable", "", look.entry()));
        assertTrue(announcements.hasSeen("other", ITEM, 1));
        assertEquals(
                refusal,
                with(refusal, "viewed", "thief", refusal.entry()).proven().orElseThrow());
    }

    @Test
    void whoAskedForAnExportIsReadOnceForAllOfItsEntries() throws Exception {
        add("giver", true, null, context -> new ExportRequested(context, "e-1", "检察院", 2, DIGEST));
        for (int i = 0; i < 3; i++) {
            EntryRow row =
                    add("exporter", true, null, context -> new Exported(context, "e-1", "检察院", 2, DIGEST, DIGEST));
            assertEquals(1, announcements.of(row, row.event()).size());
        }
        assertEquals(1, chainsRead);
    }

    @Test
    void onlyTheLastAnswerOfAReviewWaits() throws Exception {
        Map<String, Class<? extends CustodyEvent>> kinds =
                Map.of("review.returned", ReviewReturned.class, "review.answered", ReviewAnswered.class);
        List<Announcement> said = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            for (EntryRow row : List.of(
                    add("legal", true, null, context -> new ReviewReturned(context, "r-1", "no category")),
                    add("110023", true, null, context -> new ReviewAnswered(context, "r-1", RECTIFIED, "done")))) {
                said.addAll(announcements.of(row, row.event()));
            }
        }
        add("legal", true, null, context -> new ReviewReturned(context, "r-2", "another review"));
        List<Boolean> last = new ArrayList<>();
        for (Announcement one : said) {
            last.add(announcements.isLast(one, kinds.get(one.kind().word())));
        }
        assertEquals(List.of(false, false, true, true), last);
    }

    @Test
    void oneRefusedItemRefusesTheExport() {
        assertTrue(Kind.EXPORT_REFUSED.isComplete(1, 500));
        assertFalse(Kind.EXPORT_REFUSED.isComplete(0, 500));
        assertFalse(Kind.EXPORT_READY.isComplete(499, 500));
        assertTrue(Kind.EXPORT_READY.isComplete(500, 500));
        assertEquals("exported", Kind.EXPORT_READY.exportIs());
        assertThrows(IllegalStateException.class, Kind.NOTE_NAMED::exportIs);
    }

    private static EntryRow altered(EntryRow row) {
        return with(row, row.eventType(), row.actor(), row.entry().replace("giver", "thief"));
    }

    private static EntryRow with(EntryRow row, String eventType, String actor, String entry) {
        return new EntryRow(
                row.log(),
                row.index(),
                row.chain(),
                row.itemSequence(),
                eventType,
                row.eventId(),
                row.occurredAt(),
                row.recordedAt(),
                actor,
                entry,
                row.leaf());
    }
}
