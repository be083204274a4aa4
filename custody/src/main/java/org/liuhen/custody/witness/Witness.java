package org.liuhen.custody.witness;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Base64Text;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.DurableFile;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.SignedNote.Signature;
import org.liuhen.custody.log.SignedNote.Signer;
import org.liuhen.custody.log.SignedNote.Verifier;

/**
 * Cosigns a log's head after it has checked that the head continues the last one that it saw (C2SP tlog-witness,
 * add-checkpoint). It sees hashes, never content, and works for every log whose key it is given, ours or not.
 */
public final class Witness implements AutoCloseable {
    /** 16 signatures of 5 kB and a proof of 63 hashes have 110 kB in Base64. */
    private static final int REQUEST_BYTES_MAX = 512 * 1024;

    private static final int PROOF_LINES_MAX = 63;
    private static final String SIZE_TYPE = "text/x.tlog.size";
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";

    private final Path folder;
    private final Signer signer;
    private final Policy logs;
    private final Map<Verifier, String> origins;
    private final Clock clock;
    private final FileChannel lock;

    /** An answer to a request: an HTTP status, a content type and a body. */
    public record Answer(int status, String contentType, String body) {
        private static Answer refuse(int status, String why) {
            return new Answer(status, TEXT_TYPE, why + "\n");
        }

        private static Answer conflict(long size) {
            return new Answer(409, SIZE_TYPE, size + "\n");
        }
    }

    /**
     * A witness with this key.
     *
     * @param folder where it keeps the last head of each log; losing it means that older heads could be cosigned anew. One process at a time
     *     uses it: two would both cosign what continues the same head
     * @param logs the policy whose {@code log} lines name the logs that it cosigns for
     * @param origins the origin of those logs whose checkpoints name another one than their key does
     */
    public Witness(Path folder, Signer signer, Policy logs, Map<Verifier, String> origins, Clock clock)
            throws IOException {
        this.folder = Files.createDirectories(folder);
        this.signer = signer;
        this.logs = logs;
        this.origins = Map.copyOf(origins);
        this.clock = clock;
        this.lock = FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!isOurs(lock)) {
            lock.close();
            throw new IOException("WT-104 another witness uses " + folder.toAbsolutePath()
                    + ". Two would cosign heads that contradict each other. Stop the other one, or give this one a folder and"
                    + " a key of its own");
        }
    }

    private static boolean isOurs(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException sameProcess) {
            return false;
        }
    }

    /** Lets another process use the folder. */
    @Override
    public void close() throws IOException {
        lock.close();
    }

    private String origin(Verifier key) {
        return origins.getOrDefault(key, key.name());
    }

    /** The keys of the log of this origin; none where it is not known. */
    private List<Verifier> keys(String origin) {
        return logs.logs().stream().filter(key -> origin(key).equals(origin)).toList();
    }

    /**
     * Answers one add-checkpoint request. One at a time: two requests must not both pass the same check.
     *
     * @param body {@code old SIZE}, the consistency proof a hash a line, an empty line, the checkpoint
     */
    public synchronized Answer addCheckpoint(byte[] body) throws IOException {
        String text = new String(body, StandardCharsets.UTF_8);
        int end = text.indexOf("\n\n");
        String[] lines = end < 0 ? new String[0] : text.substring(0, end).split("\n", -1);
        if (body.length > REQUEST_BYTES_MAX
                || lines.length < 1
                || lines.length > 1 + PROOF_LINES_MAX
                || !lines[0].matches("old (0|[1-9][0-9]{0,17})")) {
            return Answer.refuse(400, "The request reads: old SIZE, at most 63 hashes, an empty line, a checkpoint");
        }
        long old = Long.parseLong(lines[0].substring("old ".length()));
        SignedNote note;
        Checkpoint head;
        List<byte[]> proof = new ArrayList<>();
        try {
            note = SignedNote.parse(text.substring(end + 2).getBytes(StandardCharsets.UTF_8));
            head = Checkpoint.parse(note.text());
            for (String hash : List.of(lines).subList(1, lines.length)) {
                proof.add(Sha256Digest.ofRaw(Base64Text.decode(hash)).bytes());
            }
        } catch (BadNoteException | IllegalArgumentException malformed) {
            return Answer.refuse(400, malformed.getMessage());
        }
        List<Verifier> keys = keys(head.origin());
        if (keys.isEmpty()) {
            return Answer.refuse(404, "This witness knows no log of that origin");
        }
        if (keys.stream().anyMatch(note::hasFalseSignatureOf)) {
            return Answer.refuse(403, "A signature by a key of that log does not hold");
        }
        List<Signature> signatures = keys.stream()
                .filter(key -> !logs.isRevoked(key, head.size()))
                .flatMap(key -> note.signaturesOf(key).stream())
                .toList();
        if (signatures.isEmpty()) {
            return Answer.refuse(403, "No key that this witness trusts for that log signed the checkpoint");
        }
        if (old > head.size()) {
            return Answer.refuse(400, "The checkpoint is smaller than the old size");
        }
        return consistent(old, proof, head, new SignedNote(note.text(), signatures));
    }

    /** @param note the head with the log's own signatures alone */
    private Answer consistent(long old, List<byte[]> proof, Checkpoint head, SignedNote note) throws IOException {
        Optional<Checkpoint> last = last(head.origin());
        long lastSize = last.map(Checkpoint::size).orElse(0L);
        if (old != lastSize) {
            return Answer.conflict(lastSize);
        }
        byte[] lastRoot = last.map(seen -> seen.root().bytes()).orElse(Merkle.root(0, null));
        if (!Merkle.verifyConsistency(
                lastSize, lastRoot, head.size(), head.root().bytes(), proof)) {
            return Answer.refuse(422, "The proof does not show that this head continues the last one of " + lastSize);
        }
        Signature cosignature = note.cosign(signer, clock.instant());
        DurableFile.replace(
                folder.resolve(hash(head.origin())),
                note.with(List.of(cosignature)).bytes());
        return new Answer(200, TEXT_TYPE, cosignature + "\n");
    }

    /**
     * The last head that was cosigned for a log, with the log's signature and the cosignature (C2SP tlog-witness, monitor retrieval).
     *
     * @param originHash the SHA-256 of the log's origin, in lower-case hexadecimal
     */
    public Answer latest(String originHash) throws IOException {
        Optional<SignedNote> note = logs.logs().stream().map(this::origin).anyMatch(origin -> hash(origin)
                        .equals(originHash))
                ? note(folder.resolve(originHash))
                : Optional.empty();
        return note.filter(cosigned -> cosigned.isSignedBy(signer.verifier()))
                .map(cosigned -> new Answer(200, TEXT_TYPE, cosigned.toString()))
                .orElseGet(() -> Answer.refuse(404, "This witness has cosigned no head of such a log"));
    }

    /** The last head that was cosigned for this log. */
    public Optional<Checkpoint> last(String origin) throws IOException {
        Path file = folder.resolve(hash(origin));
        Optional<SignedNote> note = note(file);
        try {
            return note.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Checkpoint.parse(note.get().text()));
        } catch (BadNoteException damaged) {
            throw damaged(file, damaged);
        }
    }

    private static Optional<SignedNote> note(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(SignedNote.parse(Files.readAllBytes(file)));
        } catch (BadNoteException damaged) {
            throw damaged(file, damaged);
        }
    }

    private static IOException damaged(Path file, BadNoteException damaged) {
        return new IOException(
                "WT-101 " + file + " is damaged. Restore it; without it heads that contradict it could be cosigned",
                damaged);
    }

    private static String hash(String origin) {
        return Sha256Digest.of(origin.getBytes(StandardCharsets.UTF_8)).hex();
    }
}
