package org.liuhen.custody.bag;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.liuhen.custody.event.ExportEvent.Exported;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Base64Text;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.SignedNote.Verifier;
import org.liuhen.custody.log.Timestamp;
import org.liuhen.custody.log.TlogProof;
import org.liuhen.custody.verify.Fault;

/**
 * Verifies an export package offline, as {@code docs/formats/bag.md} says: that its files are the ones that were packed and
 * signed, that each item's trail is whole, in order, allowed and in the witnessed log, and that its original has the
 * digest of the record. It goes on after a fault and names all.
 */
public final class BagVerification {
    private static final String TIMESTAMPS = "data/timestamps/";

    private final BagFiles files;
    private final Policy policy;
    private final Instant now;
    private final List<Fault> faults = new ArrayList<>();
    private final Map<String, Trail> trails = new TreeMap<>();
    private final Map<String, SignedNote> heads = new LinkedHashMap<>();
    private String exportId;

    /**
     * One item as it was checked.
     *
     * @param id the evidence ID
     * @param fileName the declared file name, or null
     * @param sha256 the digest of the record, or null
     * @param entries how many entries its trail has
     */
    public record Item(String id, String fileName, String sha256, int entries) {}

    /**
     * What was checked and what was found.
     *
     * @param exportId the export, or null where the signature names none
     * @param items the items
     * @param head the head that the proofs lead to, or null
     * @param cosignatures which witnesses of the policy have seen that head, and when by their own clocks
     * @param bytes how many bytes were read
     * @param faults every fault
     */
    public record Result(
            String exportId,
            List<Item> items,
            Checkpoint head,
            Map<String, Instant> cosignatures,
            long bytes,
            List<Fault> faults) {
        public Result {
            items = List.copyOf(items);
            faults = List.copyOf(faults);
        }
    }

    private BagVerification(Path root, Policy policy, Instant now) {
        this.files = new BagFiles(root, faults);
        this.policy = policy;
        this.now = now;
    }

    /**
     * Verifies the package in this folder. An {@link IOException} means that it could not be read.
     *
     * @param policy whom to trust
     * @param progress hears how many bytes were read so far
     */
    public static Result verify(Path root, Policy policy, LongConsumer progress) throws IOException {
        return new BagVerification(root, policy, Instant.now()).run(progress);
    }

    private Result run(LongConsumer progress) throws IOException {
        files.check(progress);
        signature();
        for (String folder : files.children("data/")) {
            if (folder.endsWith("/") && !folder.equals(TIMESTAMPS)) {
                item(folder);
            }
        }
        items();
        Checkpoint head = null;
        Map<String, Instant> cosignatures = Map.of();
        if (!heads.isEmpty()) {
            SignedNote first = heads.values().iterator().next();
            head = checkpoint(first);
            cosignatures = policy.cosignatures(first);
        }
        timestamps();
        if (heads.values().stream().map(SignedNote::text).distinct().count() > 1) {
            fault(BagRule.TWO_HEADS, "data", "the proofs of the items lead to different heads");
        }
        for (SignedNote note : heads.values().stream().distinct().toList()) {
            head(note);
        }
        List<Item> items = trails.entrySet().stream().map(BagVerification::item).toList();
        return new Result(exportId, items, head, cosignatures, files.bytes(), faults);
    }

    private static Item item(Map.Entry<String, Trail> item) {
        Trail trail = item.getValue();
        return new Item(
                item.getKey(),
                trail.declared() == null ? null : trail.declared().fileName().value(),
                trail.recorded() == null ? null : trail.recorded().hex(),
                trail.length());
    }

    /** {@code package.note}: the export's number and the digests of both tag manifests, which commit to every file. */
    private void signature() throws IOException {
        byte[] bytes = files.read(BagFiles.SIGNATURE);
        if (bytes == null) {
            fault(BagRule.BAD_SIGNATURE, BagFiles.SIGNATURE, "it is missing");
            return;
        }
        sm2(bytes);
        try {
            SignedNote note = SignedNote.parse(bytes);
            String[] lines = note.text().split("\n", -1);
            boolean formed = lines.length == 5 && lines[0].equals("liuhen.org/package/v1");
            exportId = formed ? lines[1] : null;
            if (!formed
                    || !lines[2].equals(digest("tagmanifest-sha256.txt"))
                    || !lines[3].equals(digest("tagmanifest-sha512.txt"))) {
                fault(BagRule.BAD_SIGNATURE, BagFiles.SIGNATURE, "it was made for other files");
            }
            List<Verifier> signers =
                    policy.exports().stream().filter(note::isSignedBy).toList();
            if (signers.isEmpty()) {
                fault(BagRule.BAD_SIGNATURE, BagFiles.SIGNATURE, "no trusted export key signed it");
            } else if (signers.stream().allMatch(key -> policy.isRevoked(key, Long.MAX_VALUE))) {
                fault(BagRule.REVOKED_KEY, BagFiles.SIGNATURE, "its key was revoked");
            }
        } catch (BadNoteException bad) {
            fault(BagRule.BAD_SIGNATURE, BagFiles.SIGNATURE, bad.getMessage());
        }
    }

    /**
     * Where the policy names SM2 keys, one of them must have signed the note, too; and where an SM2 signature is there, it must be by a key of the
     * policy: nothing else says whose it is.
     */
    private void sm2(byte[] note) throws IOException {
        byte[] bytes = files.read(BagFiles.SM2_SIGNATURE);
        if (policy.sm2().isEmpty() && bytes == null) {
            return;
        }
        String text = bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
        try {
            byte[] signature = Base64Text.decode(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text);
            if (policy.sm2().stream().noneMatch(key -> Sm2.verifies(key, note, signature))) {
                fault(BagRule.BAD_SIGNATURE, BagFiles.SM2_SIGNATURE, "no SM2 key of the policy signed the package");
            }
        } catch (IllegalArgumentException notBase64) {
            fault(BagRule.BAD_SIGNATURE, BagFiles.SM2_SIGNATURE, "it is not Base64");
        }
    }

    private String digest(String path) throws IOException {
        byte[] bytes = files.read(path);
        return bytes == null ? null : Sha256Digest.of(bytes).hex();
    }

    /** One item: its original, its trail, its description, its proof and its receipt. */
    private void item(String folder) throws IOException {
        String id = folder.substring("data/".length(), folder.length() - 1);
        byte[] lines = files.read(folder + "custody.jsonl");
        List<String> originals = files.children(folder + "original/");
        try {
            new EvidenceId(id);
        } catch (IllegalArgumentException wrong) {
            fault(BagRule.INCOMPLETE_ITEM, folder, wrong.getMessage());
        }
        List<String> known =
                List.of("custody.jsonl", "custody.tlog-proof", "receipt.tlog-proof", "metadata.json", "original/");
        for (String child : files.children(folder)) {
            if (!known.contains(child.substring(folder.length()))) {
                fault(BagRule.INCOMPLETE_ITEM, child, "an item has no such file");
            }
        }
        if (lines == null || originals.size() != 1 || originals.get(0).endsWith("/")) {
            fault(BagRule.INCOMPLETE_ITEM, folder, "an item has custody.jsonl and one file below original/");
        }
        if (lines == null) {
            return;
        }
        Trail trail = new Trail(faults, now);
        trails.put(id, trail);
        trail.follow(id, lines);
        if (trail.end() == null || !trail.end().exportId().equals(exportId)) {
            fault(BagRule.TRAIL_CUT, folder, "its trail does not end with the export " + exportId);
        }
        if (originals.size() == 1 && !originals.get(0).endsWith("/")) {
            original(folder, originals.get(0), trail);
        }
        description(folder, trail);
        proof(folder + "custody.tlog-proof", trail, true);
        if (files.present().contains(folder + "receipt.tlog-proof")) {
            proof(folder + "receipt.tlog-proof", trail, false);
        }
    }

    private void original(String folder, String path, Trail trail) {
        String found = files.sha256(path);
        Sha256Digest exported =
                trail.end() == null ? trail.recorded() : trail.end().sha256();
        if (found == null) {
            return; // no manifest names it, and that is a fault of its own
        }
        if (trail.recorded() == null
                || !found.equals(trail.recorded().hex())
                || !Objects.equals(trail.recorded(), exported)) {
            faults.add(new Fault.BrokenBag(
                    "VF-109", "ALTERED_OBJECT", folder, "the record says " + trail.recorded() + ", found " + found));
        }
    }

    private void description(String folder, Trail trail) throws IOException {
        String found = digest(folder + "metadata.json");
        String recorded = trail.described() == null ? null : trail.described().hex();
        if (!Objects.equals(found, recorded)) {
            faults.add(new Fault.BrokenBag(
                    "VF-111", "ALTERED_METADATA", folder, "the record says " + recorded + ", found " + found));
        }
    }

    /** The proof of the last entry leads to the package's head; a receipt leads to the head that was new at that time. */
    private void proof(String path, Trail trail, boolean ofTheEnd) throws IOException {
        byte[] bytes = files.read(path);
        if (bytes == null) {
            faults.add(new Fault.BadProof(path, "it is missing"));
            return;
        }
        try {
            TlogProof proof = TlogProof.parse(bytes);
            Checkpoint.parse(proof.checkpoint().text());
            byte[] leaf = ofTheEnd ? trail.lastLine() : proof.entry();
            if (ofTheEnd && proof.entry() != null) {
                faults.add(new Fault.BadProof(path, "it has an extra line"));
            }
            if (leaf == null || !trail.holds(leaf) || !proof.leadsFrom(leaf)) {
                faults.add(new Fault.BadProof(path, "it does not lead from an entry of the trail to its head"));
            }
            if (ofTheEnd) {
                heads.put(path, proof.checkpoint());
                policy.cosignatures(proof.checkpoint()).values().forEach(time -> seen(path, time, trail));
            } else {
                head(proof.checkpoint());
            }
        } catch (BadNoteException bad) {
            faults.add(new Fault.BadProof(path, bad.getMessage()));
        }
    }

    /** Nobody can have seen a head before its last entry was recorded, nor after now. */
    private void seen(String path, Instant seen, Trail trail) {
        if (Trail.isInTheFuture(seen, now)) {
            fault(BagRule.TIME_BACK, path, "the head was seen at " + seen + "; the clock here says " + now);
        }
        if (trail.lastRecorded() != null && seen.isBefore(trail.lastRecorded().minus(Trail.CLOCKS_MAY_DIFFER))) {
            fault(
                    BagRule.TIME_BACK,
                    path,
                    "the head was seen at " + seen + ", before its entry was recorded at " + trail.lastRecorded());
        }
    }

    /** Who signed and who has seen this head. */
    private void head(SignedNote note) {
        Checkpoint head = checkpoint(note);
        List<Verifier> signers = policy.logs().stream()
                .filter(key -> key.name().equals(head.origin()) && note.isSignedBy(key))
                .toList();
        if (signers.isEmpty()) {
            faults.add(new Fault.BadCheckpoint("no trusted key of " + head.origin() + " signed the head"));
        } else if (signers.stream().allMatch(key -> policy.isRevoked(key, head.size()))) {
            fault(
                    BagRule.REVOKED_KEY,
                    head.origin(),
                    "the key that signed the head of " + head.size() + " was revoked");
        }
        if (!policy.isWitnessed(note)) {
            faults.add(new Fault.NotWitnessed(head.size(), "the policy asks for " + policy.quorum()));
        }
    }

    /** Each timestamp is for the head; one is by an authority that the policy names, if it names any. */
    private void timestamps() throws IOException {
        boolean trusted = policy.authorities().isEmpty();
        String head = heads.isEmpty() ? "" : heads.values().iterator().next().text();
        for (String path : files.children(TIMESTAMPS)) {
            try {
                Timestamp stamp = Timestamp.verify(files.read(path), head);
                boolean known = policy.authorities().values().stream()
                        .anyMatch(authority -> authority.certificate().equals(stamp.certificate()));
                trusted |= known;
                for (Trail trail : known ? trails.values() : List.<Trail>of()) {
                    seen(path, stamp.time(), trail);
                }
            } catch (BadNoteException bad) {
                fault(BagRule.BAD_TIMESTAMP, path, bad.getMessage());
            }
        }
        if (!trusted) {
            fault(BagRule.BAD_TIMESTAMP, TIMESTAMPS, "no authority of the policy has signed a time for the head");
        }
    }

    private static Checkpoint checkpoint(SignedNote note) {
        try {
            return Checkpoint.parse(note.text());
        } catch (BadNoteException impossible) {
            throw new IllegalStateException("It was read as a checkpoint before", impossible);
        }
    }

    /** The items of the package are those that the export on the record names. */
    private void items() {
        String all = trails.keySet().stream().map(id -> id + "\n").collect(Collectors.joining());
        Sha256Digest digest = Sha256Digest.of(all.getBytes(StandardCharsets.UTF_8));
        for (Map.Entry<String, Trail> item : trails.entrySet()) {
            Exported end = item.getValue().end();
            if (end != null
                    && (end.items() != trails.size() || !end.itemsSha256().equals(digest))) {
                fault(BagRule.WRONG_ITEMS, item.getKey(), "the export names " + end.items() + " items, and not these");
            }
        }
        if (trails.isEmpty()) {
            fault(BagRule.WRONG_ITEMS, "data", "the package has no item");
        }
    }

    private void fault(BagRule rule, String path, String detail) {
        faults.add(new Fault.BrokenBag(rule.code(), rule.name(), path, detail));
    }
}
