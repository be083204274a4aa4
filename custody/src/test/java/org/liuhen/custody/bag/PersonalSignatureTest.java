package org.liuhen.custody.bag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.AccessEvent.SigningKeyRegistered;
import org.liuhen.custody.event.SupervisionEvent.ReviewOpened;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.MemoryLogStore;
import org.liuhen.custody.verify.Fault;
import org.liuhen.custody.verify.LogVerification;

/** The whole log says whose key it is; what a signature says of one chain is among the {@link Attacks}. */
class PersonalSignatureTest {
    private final Kit kit = new Kit();

    @Test
    void aKeyThatItsPersonRegisteredBeforeHolds() throws Exception {
        register("110099");
        opinion();
        assertEquals(List.of(), faults());
    }

    @Test
    void aKeyThatNobodyRegisteredDoesNot() throws Exception {
        opinion();
        assertEquals(List.of("VF-118"), faults());
    }

    @Test
    void aKeyThatAnotherPersonRegisteredDoesNot() throws Exception {
        register("110098");
        opinion();
        assertEquals(List.of("VF-118"), faults());
    }

    @Test
    void aKeyThatWasRegisteredAfterwardsDoesNot() throws Exception {
        opinion();
        register("110099");
        assertEquals(List.of("VF-118"), faults());
    }

    private void register(String officer) {
        String key = Base64.getEncoder()
                .encodeToString(Kit.key(9).generatePublicKey().getEncoded());
        kit.add(new SigningKeyRegistered(kit.by(Kit.officer(officer), null, null), key));
    }

    private void opinion() {
        kit.arrive(Kit.A);
        kit.add(new ReviewOpened(kit.by(Kit.officer("110099"), Kit.A, null), "R-1"));
        kit.add(kit.opinion(Kit.A, "110099", Kit.key(9)));
    }

    private List<String> faults() throws Exception {
        MemoryLogStore store = new MemoryLogStore();
        new LogPublisher(store, Kit.LOG, kit.log).publish(0, kit.entries);
        return LogVerification.verify(store, Kit.LOG, kit.log.verifier()).faults().stream()
                .map(Fault::code)
                .toList();
    }
}
