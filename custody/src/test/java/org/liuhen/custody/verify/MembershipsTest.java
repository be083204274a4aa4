package org.liuhen.custody.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.AccessEvent.SignedIn;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.PeopleEvent.AdmittedByConsole;
import org.liuhen.custody.event.PeopleEvent.RolesChangedByConsole;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.HandoverOfferedToUnit;
import org.liuhen.custody.event.SupervisionEvent.HandoverRefused;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.MemoryLogStore;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.SignedNote;

/** Who answers for an office is of it by the log's own entries, not by the unit that the answer names. */
class MembershipsTest {
    private static final LogName LOG = new LogName("site-1");
    private static final SignedNote.Signer SIGNER =
            new SignedNote.Signer(LOG.origin(), new Ed25519PrivateKeyParameters(new SecureRandom()));
    private static final EvidenceId ITEM = new EvidenceId("01jdb3kz0r0000000000000000");
    private static final String OFFICE = "110105";

    private final List<byte[]> entries = new ArrayList<>();
    private final Map<String, Long> lengths = new HashMap<>();
    private final Map<String, Sha256Digest> last = new HashMap<>();
    private Instant now = Instant.parse("2026-11-29T08:00:00Z");

    private EventContext by(String person, String unit, String credential, EvidenceId item) {
        Actor actor = new Actor(Actor.Kind.PROSECUTOR, person, unit, credential);
        return EventContext.of(
                EventContext.idFor(Declared.class, "entry " + entries.size()), item, now, actor, null, "review");
    }

    private void add(CustodyEvent event) throws Exception {
        String chain = event.context().evidenceId() == null ? "log" : ITEM.value();
        long number = lengths.merge(chain, 1L, Long::sum) - 1;
        byte[] entry = Entry.encode(CanonicalJson.encode(event), number, last.get(chain), now);
        last.put(chain, Sha256Digest.ofRaw(Merkle.leafHash(entry)));
        entries.add(entry);
        now = now.plusSeconds(1);
    }

    private void offered() throws Exception {
        Sha256Digest digest = Sha256Digest.of(new byte[0]);
        FileName name = new FileName("a.mp4");
        StoredObject object = new StoredObject("vault", "k", null);
        add(new Declared(by("1", null, "mtls", ITEM), name, null, digest, 0, List.of(), null));
        add(new Received(by("1", null, "mtls", ITEM), object, 0, digest, null, name, List.of(), null));
        add(new HandoverOfferedToUnit(by("giver", "110106", "password", ITEM), "h", OFFICE));
    }

    private void admitted(String person, String unit) throws Exception {
        add(new AdmittedByConsole(by("console", null, "console", null), person, unit, List.of("prosecutor")));
    }

    private List<String> faults() throws Exception {
        MemoryLogStore store = new MemoryLogStore();
        new LogPublisher(store, LOG, SIGNER).publish(0, entries);
        return LogVerification.verify(store, LOG, SIGNER.verifier()).faults().stream()
                .map(Fault::code)
                .toList();
    }

    @Test
    void somebodyOfTheOfficeAnswers() throws Exception {
        admitted("two", "11010501");
        offered();
        add(new HandoverAccepted(by("two", "11010501", "passkey", ITEM), "h"));
        assertEquals(List.of(), faults());
    }

    @Test
    void anAnswerThatNamesAnotherUnitThanTheLogIsFound() throws Exception {
        admitted("two", "110106");
        offered();
        add(new HandoverAccepted(by("two", OFFICE, "password", ITEM), "h"));
        assertEquals(List.of("VF-119"), faults());
    }

    @Test
    void aRefusalInAnothersNameIsFoundWhereASignInNamedTheUnit() throws Exception {
        offered();
        add(new SignedIn(by("two", null, "oidc", null), List.of("prosecutor")));
        add(new HandoverRefused(by("two", OFFICE, "oidc", ITEM), "h", "not ours"));
        assertEquals(List.of("VF-119"), faults());
    }

    @Test
    void whoCameToAnotherUnitAnswersForTheOldOneNoMore() throws Exception {
        admitted("two", OFFICE);
        offered();
        add(new RolesChangedByConsole(by("console", null, "console", null), "two", "110106", List.of("prosecutor")));
        now = now.plus(Duration.ofMinutes(2));
        add(new HandoverAccepted(by("two", OFFICE, "password", ITEM), "h"));
        assertEquals(List.of("VF-119"), faults());
    }

    @Test
    void anAnswerThatWasOnItsWayWhenTheUnitChangedStands() throws Exception {
        admitted("two", OFFICE);
        offered();
        add(new RolesChangedByConsole(by("console", null, "console", null), "two", "110106", List.of("prosecutor")));
        add(new HandoverAccepted(by("two", OFFICE, "password", ITEM), "h"));
        assertEquals(List.of(), faults());
    }

    @Test
    void ofWhomTheLogSaysNothingAndOfABearerItIsNotAsked() throws Exception {
        admitted("two", "110106");
        offered();
        add(new HandoverRefused(by("nobody", OFFICE, "password", ITEM), "h", "no"));
        add(new HandoverOfferedToUnit(by("giver", "110106", "password", ITEM), "i", OFFICE));
        add(new HandoverAccepted(by("two", OFFICE, "bearer", ITEM), "i"));
        assertEquals(List.of(), faults());
    }
}
