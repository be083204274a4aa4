package org.liuhen.custody.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.MemoryLogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.Algorithm;
import org.liuhen.custody.log.SignedNote.Signer;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.TlogProof;

/** Receipts that hold and receipts that must not let a device forget its copy. */
class ReceiptVerificationTest {
    private static final LogName LOG = new LogName("site-1");
    private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
    private static final Sha256Digest DIGEST = Sha256Digest.of(new byte[0]);
    private static final EventContext CONTEXT = EventContext.of(
            "0".repeat(32), new EvidenceId("01jdb3kz0r0000000000000000"), NOW, Actor.component("test"), null, "test");
    private static final Sealed SEALED = new Sealed(CONTEXT, new StoredObject("b", "k", "1"), 0, DIGEST, NOW, "s3");

    private final Signer log = new Signer(LOG.origin(), new Ed25519PrivateKeyParameters(new SecureRandom()));
    private final Signer witness =
            new Signer("w", Algorithm.COSIGNATURE_V1, new Ed25519PrivateKeyParameters(new SecureRandom()));

    private TlogProof receipt(byte[] entry) throws Exception {
        MemoryLogStore store = new MemoryLogStore();
        new LogPublisher(store, LOG, log).publish(0, List.of(entry, new byte[] {'x'}));
        SignedNote head = SignedNote.parse(store.files.get("checkpoint"));
        return TlogProof.of(new Tiles(store, 2), 0, entry, head);
    }

    private static byte[] entry(CustodyEvent event) {
        return Entry.encode(CanonicalJson.encode(event), 0, null, NOW);
    }

    private static List<String> codes(ReceiptVerification.Result result) {
        return result.faults().stream().map(Fault::code).toList();
    }

    private ReceiptVerification.Result verify(TlogProof receipt) {
        return ReceiptVerification.verify("r", receipt.bytes(), Policy.of(log.verifier()), DIGEST);
    }

    @Test
    void aGoodReceiptSaysWhatWasSealed() throws Exception {
        ReceiptVerification.Result result = verify(receipt(entry(SEALED)));
        assertEquals(List.of(), result.faults());
        assertEquals(SEALED, result.sealed());
        assertEquals(2, result.head().size());
        assertEquals(Map.of(), result.cosignatures());
    }

    @Test
    void eachThingThatIsWrongHasItsFault() throws Exception {
        TlogProof good = receipt(entry(SEALED));
        byte[] bytes = good.bytes();
        Policy trust = Policy.of(log.verifier());
        Sha256Digest another = Sha256Digest.of(new byte[1]);
        assertEquals(List.of("VF-109"), codes(ReceiptVerification.verify("r", bytes, trust, another)));
        assertEquals(List.of(), codes(ReceiptVerification.verify("r", bytes, trust, null)));
        Signer insider = new Signer(LOG.origin(), new Ed25519PrivateKeyParameters(new SecureRandom()));
        assertEquals(
                List.of("VF-101"),
                codes(ReceiptVerification.verify("r", bytes, Policy.of(insider.verifier()), DIGEST)));
        assertEquals(List.of("VF-116"), codes(verify(receipt(entry(new Viewed(CONTEXT))))));
        assertEquals(List.of("VF-106"), codes(verify(receipt(new byte[] {'{', '}'}))));
        assertEquals(
                List.of("VF-116", "VF-116"), codes(verify(new TlogProof(null, 0, good.path(), good.checkpoint()))));
        assertEquals(List.of("VF-116"), codes(verify(new TlogProof(good.entry(), 1, good.path(), good.checkpoint()))));
        ReceiptVerification.Result none =
                ReceiptVerification.verify("r", "x".getBytes(StandardCharsets.UTF_8), trust, DIGEST);
        assertEquals(List.of("VF-116"), codes(none));
        assertNull(none.sealed());
        assertNull(none.head());
    }

    @Test
    void aPolicyMayAskForAWitness() throws Exception {
        Policy policy = Policy.parse("log " + log.verifier() + "\nwitness w " + witness.verifier() + "\nquorum w\n");
        TlogProof receipt = receipt(entry(SEALED));
        assertEquals(List.of("VF-115"), codes(ReceiptVerification.verify("r", receipt.bytes(), policy, DIGEST)));
        SignedNote head = receipt.checkpoint().with(List.of(receipt.checkpoint().cosign(witness, NOW)));
        TlogProof witnessed = new TlogProof(receipt.entry(), receipt.index(), receipt.path(), head);
        ReceiptVerification.Result result = ReceiptVerification.verify("r", witnessed.bytes(), policy, DIGEST);
        assertEquals(List.of(), result.faults());
        assertEquals(Map.of("w", NOW), result.cosignatures());
    }
}
