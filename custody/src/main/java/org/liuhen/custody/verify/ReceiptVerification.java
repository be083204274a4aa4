package org.liuhen.custody.verify;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.TlogProof;

/** Checks a receipt offline: what a device must know before it forgets its copy. */
public final class ReceiptVerification {
    private ReceiptVerification() {}

    /**
     * What the receipt says and what is wrong with it.
     *
     * @param sealed the entry that it proves, or null where it cannot be read
     * @param head the head that it leads to, or null where there is none
     * @param cosignatures which witnesses have seen that head, and when by their own clocks
     * @param faults every fault; the receipt counts only where there is none
     */
    public record Result(Sealed sealed, Checkpoint head, Map<String, Instant> cosignatures, List<Fault> faults) {
        public Result {
            faults = List.copyOf(faults);
        }
    }

    /**
     * Verifies a receipt.
     *
     * @param name what to call it in faults
     * @param bytes the receipt (C2SP tlog-proof)
     * @param policy whom to trust
     * @param sha256 the digest of the bytes that it should be for, or null to leave that open
     */
    public static Result verify(String name, byte[] bytes, Policy policy, Sha256Digest sha256) {
        List<Fault> faults = new ArrayList<>();
        TlogProof proof;
        Checkpoint head;
        try {
            proof = TlogProof.parse(bytes);
            head = Checkpoint.parse(proof.checkpoint().text());
            if (proof.entry() == null || !proof.leadsFrom(proof.entry())) {
                faults.add(new Fault.BadProof(name, "it does not lead from its entry to its head"));
            }
        } catch (BadNoteException bad) {
            return new Result(null, null, Map.of(), List.of(new Fault.BadProof(name, bad.getMessage())));
        }
        if (policy.keysFor(head.origin(), head.size()).stream().noneMatch(proof.checkpoint()::isSignedBy)) {
            faults.add(new Fault.BadCheckpoint("No trusted key of " + head.origin() + " signed the head of " + name));
        }
        if (!policy.isWitnessed(proof.checkpoint())) {
            faults.add(new Fault.NotWitnessed(
                    head.size(), "the policy asks for " + policy.quorum() + "; the head in " + name + " lacks it"));
        }
        Sealed sealed = null;
        try {
            if (proof.entry() != null && Entry.decode(proof.entry()).event() instanceof Sealed event) {
                sealed = event;
            } else {
                faults.add(new Fault.BadProof(name, "its entry is not the sealing of an item"));
            }
        } catch (MalformedEventException malformed) {
            faults.add(new Fault.MalformedEntry(proof.index(), malformed.getMessage()));
        }
        if (sealed != null && sha256 != null && !sha256.equals(sealed.sha256())) {
            faults.add(new Fault.AlteredObject(sealed.context().evidenceId(), sealed.sha256(), sha256));
        }
        return new Result(sealed, head, policy.cosignatures(proof.checkpoint()), faults);
    }
}
