package org.liuhen.custody.bag;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.CustodyEvent.Basis;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.event.CustodyEvent.LinkedToCase;
import org.liuhen.custody.event.CustodyEvent.LockProbed;
import org.liuhen.custody.event.CustodyEvent.Received;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.CustodyEvent.Verified;
import org.liuhen.custody.event.CustodyEvent.Viewed;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ExportEvent.ExportApproved;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.event.ExportEvent.Exported;
import org.liuhen.custody.event.PersonalSignature;
import org.liuhen.custody.event.PersonalStatement;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogPublisher;
import org.liuhen.custody.log.LogPublisher.ForkException;
import org.liuhen.custody.log.MemoryLogStore;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.Algorithm;
import org.liuhen.custody.log.SignedNote.Signer;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.TlogProof;

/**
 * Makes a good package of two items step by step, so that an attack can change any step: what happened, how it is chained,
 * who signs, what is packed. All keys are fixed, so a package is the same each time.
 */
final class Kit {
    static final LogName LOG = new LogName("site-1");
    static final String EXPORT = "01jdb3kz0r00000000000export";
    static final EvidenceId A = new EvidenceId("01jdb3kz0r000000000000000a");
    static final EvidenceId B = new EvidenceId("01jdb3kz0r000000000000000b");
    static final Instant START = Instant.parse("2024-11-24T08:00:00Z");

    /** What the attacker has beside the files. */
    Signer log = new Signer(LOG.origin(), key(1));

    Signer export = new Signer("liuhen.org/export/site-1", key(2));
    Signer witness = new Signer("jcy.example/w1", Algorithm.COSIGNATURE_V1, key(3));
    Sm2 sm2;
    Signer stranger = new Signer(LOG.origin(), key(4));

    final Map<EvidenceId, byte[]> originals = new TreeMap<>(Comparator.comparing(EvidenceId::value));
    final Map<EvidenceId, FileName> names = new LinkedHashMap<>();
    final byte[] metadata = "{\"mediaType\":\"video/mp4\",\"values\":[]}".getBytes(StandardCharsets.UTF_8);

    final List<byte[]> entries = new ArrayList<>();
    private final Map<String, List<Long>> places = new TreeMap<>();
    private final MemoryLogStore store = new MemoryLogStore();
    private int acts;

    /** What the log's owner does to an entry before it goes into the log. */
    UnaryOperator<byte[]> touch = entry -> entry;

    Instant clock = START;
    private Path large;
    private BagItem.Digests largeDigests;
    SignedNote early;
    SignedNote head;

    Kit() {
        this(recording());
    }

    private static byte[] recording() {
        byte[] recording = new byte[200_000];
        new Random(7).nextBytes(recording);
        return recording;
    }

    /** With these bytes as the original of the first item. */
    Kit(byte[] recording) {
        originals.put(A, recording);
        originals.put(B, "现场勘验笔录\n".getBytes(StandardCharsets.UTF_8));
        names.put(A, new FileName("巡逻 Zoé 01.mp4"));
        names.put(B, new FileName("笔录 100%: a?.txt"));
    }

    static Ed25519PrivateKeyParameters key(int seed) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) seed;
        return new Ed25519PrivateKeyParameters(bytes, 0);
    }

    /** Whom the recipient trusts. */
    Policy policy() {
        return Policy.parse("log " + new Signer(LOG.origin(), key(1)).verifier() + "\nexport "
                + new Signer("liuhen.org/export/site-1", key(2)).verifier() + "\nwitness jcy "
                + new Signer("jcy.example/w1", Algorithm.COSIGNATURE_V1, key(3)).verifier() + "\nquorum jcy\n");
    }

    EventContext by(Actor actor, EvidenceId id, String purpose) {
        String eventId = EventContext.idFor(Declared.class, "act " + acts++);
        return EventContext.of(eventId, id, clock, actor, purpose, "test");
    }

    static Actor officer(String number) {
        return new Actor(Actor.Kind.OFFICER, number, "京朝", "mtls");
    }

    /** Appends an event to the log, one second after the last one. */
    void add(CustodyEvent event) {
        String chain = event.context().evidenceId() == null
                ? Entry.LOG_CHAIN
                : event.context().evidenceId().value();
        addRaw(chain, CanonicalJson.encode(event));
    }

    void addRaw(String chain, byte[] event) {
        List<Long> before = places.computeIfAbsent(chain, c -> new ArrayList<>());
        Sha256Digest previous = before.isEmpty()
                ? null
                : Sha256Digest.ofRaw(Merkle.leafHash(
                        entries.get(before.get(before.size() - 1).intValue())));
        clock = clock.plusSeconds(1);
        byte[] entry = Entry.encode(event, before.size(), previous, clock);
        before.add((long) entries.size());
        entries.add(touch.apply(entry));
    }

    StoredObject object(EvidenceId id) {
        return new StoredObject("vault", "site-1/2026/11/" + id, "1");
    }

    /** The way of an item until it is sealed. */
    void arrive(EvidenceId id) {
        byte[] bytes = originals.get(id);
        Sha256Digest digest = digest(id);
        FileName name = names.get(id);
        add(new Declared(by(officer("110023"), id, null), name, "video/mp4", digest, bytes.length, List.of(), null));
        add(new Received(
                by(officer("110023"), id, null), object(id), bytes.length, digest, digest, name, List.of(), null));
        add(new Verified(by(Actor.component("verify"), id, null), object(id), bytes.length, digest));
        if (id.equals(A)) {
            add(new Described(
                    by(Actor.component("describe"), id, null),
                    Sha256Digest.of(metadata),
                    "video/mp4",
                    null,
                    null,
                    null));
        }
        add(new LinkedToCase(by(officer("110023"), id, "same scene"), new CaseId("（2022）京0105刑初123号"), Basis.OFFICER));
        add(new Sealed(
                by(Actor.component("seal"), id, null),
                object(id),
                bytes.length,
                digest,
                Instant.parse("2027-05-24T00:00:00Z"),
                "S3 Object Lock, COMPLIANCE"));
    }

    void arriveAll() {
        add(new LockProbed(by(Actor.component("door"), null, null), "s3", true, List.of()));
        originals.keySet().forEach(this::arrive);
    }

    void publishEarly() throws IOException, ForkException {
        early = publish();
    }

    void viewAll() {
        originals.keySet().forEach(id -> add(new Viewed(by(officer("110024"), id, "review"))));
    }

    /** A legal officer's opinion on an item, which he signs with a key of his own, having seen the newest entry of its chain. */
    ReviewSigned opinion(EvidenceId id, String actor, Ed25519PrivateKeyParameters own) {
        List<byte[]> trail = trail(id);
        return sign(
                new ReviewSigned(by(officer(actor), id, "抽查"), "R-1", "程序合法"),
                own,
                Sha256Digest.ofRaw(Merkle.leafHash(trail.get(trail.size() - 1))));
    }

    static ReviewSigned sign(ReviewSigned event, Ed25519PrivateKeyParameters own, Sha256Digest seen) {
        byte[] statement = PersonalStatement.bytes(event, seen);
        byte[] value = new byte[64];
        own.sign(Ed25519.Algorithm.Ed25519, null, statement, 0, statement.length, value, 0);
        Base64.Encoder base64 = Base64.getEncoder();
        String key = base64.encodeToString(own.generatePublicKey().getEncoded());
        return new ReviewSigned(
                event.context(),
                event.reviewId(),
                event.opinion(),
                new PersonalSignature(key, seen, base64.encodeToString(value)));
    }

    Sha256Digest itemsDigest() {
        StringBuilder all = new StringBuilder();
        originals.keySet().forEach(id -> all.append(id).append('\n'));
        return Sha256Digest.of(all.toString().getBytes(StandardCharsets.UTF_8));
    }

    void requestAndApprove() {
        for (EvidenceId id : originals.keySet()) {
            add(new ExportRequested(
                    by(officer("110023"), id, "trial"), EXPORT, "检察院", originals.size(), itemsDigest()));
            add(new ExportApproved(by(officer("110099"), id, null), EXPORT));
        }
    }

    void exportAll() {
        for (EvidenceId id : originals.keySet()) {
            add(new Exported(
                    by(Actor.component("export"), id, null),
                    EXPORT,
                    "检察院",
                    originals.size(),
                    itemsDigest(),
                    digest(id)));
        }
    }

    /** Publishes what there is, signed by the log and seen by the witness one minute later. */
    SignedNote publish() throws IOException, ForkException {
        Checkpoint checkpoint = new LogPublisher(store, LOG, log).publish(0, entries);
        SignedNote note = checkpoint.sign(log);
        return note.with(List.of(note.cosign(witness, clock.plusSeconds(60))));
    }

    TlogProof proof(long index, SignedNote note) {
        try {
            long size = Checkpoint.parse(note.text()).size();
            return TlogProof.of(new Tiles(store, size), index, entries.get((int) index), note);
        } catch (SignedNote.BadNoteException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The places of an item's entries in the log. */
    List<Long> places(EvidenceId id) {
        return places.getOrDefault(id.value(), List.of());
    }

    List<byte[]> trail(EvidenceId id) {
        return places(id).stream().map(place -> entries.get(place.intValue())).toList();
    }

    byte[] receipt(EvidenceId id) {
        for (long place : places(id)) {
            try {
                if (Entry.decode(entries.get((int) place)).event() instanceof Sealed) {
                    long size = Checkpoint.parse(early.text()).size();
                    return place < size ? proof(place, early).bytes() : null;
                }
            } catch (MalformedEventException | SignedNote.BadNoteException attacked) {
                return null;
            }
        }
        return null;
    }

    /** As {@link #good}, with this file, which may be larger than memory, as the original of the first item. */
    void goodWithLarge(Path folder, Path large) throws IOException, ForkException {
        this.large = large;
        largeDigests = digests(large);
        good(folder);
    }

    private static BagItem.Digests digests(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            MessageDigest sha512 = MessageDigest.getInstance("SHA-512");
            byte[] buffer = new byte[1 << 20];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
                sha512.update(buffer, 0, read);
            }
            return new BagItem.Digests(
                    HexFormat.of().formatHex(sha256.digest()), HexFormat.of().formatHex(sha512.digest()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private boolean isLarge(EvidenceId id) {
        return large != null && id.equals(A);
    }

    Sha256Digest digest(EvidenceId id) {
        return isLarge(id) ? new Sha256Digest(largeDigests.sha256()) : Sha256Digest.of(originals.get(id));
    }

    long size(EvidenceId id) throws IOException {
        return isLarge(id) ? Files.size(large) : originals.get(id).length;
    }

    /** Packs all items into this folder. */
    void pack(Path folder) throws IOException {
        pack((path, bytes) -> write(folder.resolve(path), bytes), folder);
    }

    /** Packs all items into memory: paths and bytes. */
    Map<String, byte[]> packed() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        pack(files::put, null);
        return files;
    }

    /** Puts trails, proofs and receipts into a package, whatever stands in the entries: a packer of ours would read them. */
    void putTrails(Map<String, byte[]> files) {
        for (EvidenceId id : originals.keySet()) {
            String item = "data/" + id + "/";
            ByteArrayOutputStream lines = new ByteArrayOutputStream();
            for (byte[] entry : trail(id)) {
                lines.writeBytes(entry);
                lines.write('\n');
            }
            files.put(item + "custody.jsonl", lines.toByteArray());
            TlogProof end = proof(places(id).get(places(id).size() - 1), head);
            TlogProof proof = new TlogProof(null, end.index(), end.path(), end.checkpoint());
            files.put(item + "custody.tlog-proof", proof.bytes());
            byte[] receipt = receipt(id);
            if (receipt == null) {
                files.remove(item + "receipt.tlog-proof");
            } else {
                files.put(item + "receipt.tlog-proof", receipt);
            }
        }
    }

    private void pack(BagWriter.Sink sink, Path folder) throws IOException {
        BagWriter writer = new BagWriter(EXPORT, export, sm2, sink);
        for (EvidenceId id : originals.keySet()) {
            List<Long> places = places(id);
            long sizeBytes = size(id);
            TlogProof end = proof(places.get(places.size() - 1), head);
            writer.item(
                    id.value(),
                    new BagItem(
                            names.get(id),
                            sizeBytes,
                            isLarge(id) ? largeDigests : BagItem.Digests.of(originals.get(id)),
                            trail(id),
                            new TlogProof(null, end.index(), end.path(), end.checkpoint()),
                            id.equals(A) ? metadata : null,
                            receipt(id)));
            String path = BagWriter.originalPath(id.value(), names.get(id));
            if (isLarge(id)) {
                Path original = folder.resolve(path);
                Files.createDirectories(original.getParent());
                Files.move(large, original);
            } else {
                sink.write(path, originals.get(id));
            }
        }
        writer.add("policy", policy().toString().getBytes(StandardCharsets.UTF_8));
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Source-Organization", "site-1");
        facts.put("External-Identifier", EXPORT);
        writer.finish(facts);
    }

    static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    /** The whole good way. */
    void good(Path folder) throws IOException, ForkException {
        arriveAll();
        publishEarly();
        viewAll();
        requestAndApprove();
        exportAll();
        head = publish();
        pack(folder);
    }

    /** Makes the manifests fit the files that are there, as an attacker would; signs with this key, or leaves the old note. */
    static void remanifest(Path folder, Signer signer) throws IOException {
        Map<String, byte[]> all = new TreeMap<>();
        for (Path file : files(folder)) {
            all.put(folder.relativize(file).toString(), Files.readAllBytes(file));
        }
        Map<String, byte[]> before = new TreeMap<>(all);
        remanifest(all, signer);
        for (Map.Entry<String, byte[]> file : all.entrySet()) {
            if (before.get(file.getKey()) != file.getValue()) {
                Files.write(folder.resolve(file.getKey()), file.getValue());
            }
        }
    }

    /** As above, of a package in memory. */
    static void remanifest(Map<String, byte[]> files, Signer signer) {
        lines(files, "manifest", path -> path.startsWith("data/"));
        lines(
                files,
                "tagmanifest",
                path -> !path.startsWith("data/") && !path.startsWith("tagmanifest") && !path.startsWith("package."));
        if (signer != null) {
            sign(files, signer, EXPORT);
        }
    }

    static void sign(Path folder, Signer signer, String exportId) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        for (String algorithm : new String[] {"sha256", "sha512"}) {
            String name = "tagmanifest-" + algorithm + ".txt";
            files.put(name, Files.readAllBytes(folder.resolve(name)));
        }
        sign(files, signer, exportId);
        Files.write(folder.resolve("package.note"), files.get("package.note"));
    }

    static void sign(Map<String, byte[]> files, Signer signer, String exportId) {
        String text = "liuhen.org/package/v1\n" + exportId + "\n"
                + Sha256Digest.of(files.getOrDefault("tagmanifest-sha256.txt", new byte[0]))
                        .hex() + "\n"
                + Sha256Digest.of(files.getOrDefault("tagmanifest-sha512.txt", new byte[0]))
                        .hex() + "\n";
        files.put("package.note", SignedNote.sign(text, signer).bytes());
    }

    private static void lines(Map<String, byte[]> files, String kind, Predicate<String> listed) {
        StringBuilder sha256 = new StringBuilder();
        StringBuilder sha512 = new StringBuilder();
        files.forEach((path, bytes) -> {
            if (listed.test(path)) {
                BagItem.Digests digests = BagItem.Digests.of(bytes);
                String line =
                        "  " + path.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D") + "\n";
                sha256.append(digests.sha256()).append(line);
                sha512.append(digests.sha512()).append(line);
            }
        });
        files.put(kind + "-sha256.txt", sha256.toString().getBytes(StandardCharsets.UTF_8));
        files.put(kind + "-sha512.txt", sha512.toString().getBytes(StandardCharsets.UTF_8));
    }

    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
