package org.liuhen.custody.witness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Base64Text;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.DurableFile;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.SignedNote.Signer;
import org.liuhen.custody.log.SignedNote.Verifier;

/**
 * Cosigns a log's head after it has checked that the head continues the last one that it saw (C2SP tlog-witness,
 * add-checkpoint). It sees hashes, never content, and works for every log whose key it is given, ours or not.
 */
public final class Witness {
    private static final int REQUEST_BYTES_MAX = 64 * 1024;
    private static final int PROOF_LINES_MAX = 63;
    private static final String SIZE_TYPE = "text/x.tlog.size";
    private static final String TEXT_TYPE = "text/plain; charset=utf-8";

    private final Path folder;
    private final Signer signer;
    private final Policy logs;
    private final Clock clock;

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
     * @param folder where it keeps the last head of each log; losing it means that older heads could be cosigned anew
     * @param logs the policy whose {@code log} lines name the logs that it cosigns for
     */
    public Witness(Path folder, Signer signer, Policy logs, Clock clock) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.signer = signer;
        this.logs = logs;
        this.clock = clock;
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
        if (logs.logs().stream().noneMatch(key -> key.name().equals(head.origin()))) {
            return Answer.refuse(404, "This witness knows no log of that origin");
        }
        Optional<Verifier> key = logs.keysFor(head.origin(), head.size()).stream()
                .filter(note::isSignedBy)
                .findFirst();
        if (key.isEmpty()) {
            return Answer.refuse(403, "No key that this witness trusts for that log signed the checkpoint");
        }
        if (old > head.size()) {
            return Answer.refuse(400, "The checkpoint is smaller than the old size");
        }
        return consistent(old, proof, head, note);
    }

    private Answer consistent(long old, List<byte[]> proof, Checkpoint head, SignedNote note) throws IOException {
        Optional<Checkpoint> last = last(head.origin());
        long lastSize = last.map(Checkpoint::size).orElse(0L);
        if (old != lastSize) {
            return Answer.conflict(lastSize);
        }
        if (last.isPresent()
                && head.size() == lastSize
                && !head.root().equals(last.get().root())) {
            return Answer.conflict(lastSize); // two heads of one size: the log has forked
        }
        byte[] lastRoot = last.map(seen -> seen.root().bytes()).orElse(Merkle.root(0, null));
        if (!Merkle.verifyConsistency(
                lastSize, lastRoot, head.size(), head.root().bytes(), proof)) {
            return Answer.refuse(422, "The proof does not show that this head continues the last one of " + lastSize);
        }
        DurableFile.replace(file(head.origin()), note.bytes());
        return new Answer(200, TEXT_TYPE, note.cosign(signer, clock.instant()) + "\n");
    }

    /** The last head that was cosigned for this log. */
    public Optional<Checkpoint> last(String origin) throws IOException {
        Path file = file(origin);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Checkpoint.parse(SignedNote.parse(Files.readAllBytes(file)).text()));
        } catch (BadNoteException damaged) {
            throw new IOException(
                    "WT-101 " + file + " is damaged. Restore it; without it heads that contradict it could be cosigned",
                    damaged);
        }
    }

    private Path file(String origin) {
        return folder.resolve(
                Sha256Digest.of(origin.getBytes(StandardCharsets.UTF_8)).hex());
    }
}
