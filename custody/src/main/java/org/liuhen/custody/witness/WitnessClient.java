package org.liuhen.custody.witness;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.HttpCall;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.SignedNote.Signature;
import org.liuhen.custody.log.Tiles;

/** Asks a witness to cosign a head (C2SP tlog-witness, add-checkpoint). */
public final class WitnessClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** A cosignature has a few hundred bytes. */
    private static final int ANSWER_BYTES_MAX = 64 << 10;

    private static final int CONFLICT = 409;

    /** The refusals of C2SP tlog-witness; each other status says that the witness, or what stands before it, does not work now. */
    private static final Set<Integer> REFUSALS = Set.of(400, 403, 404, CONFLICT, 422);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final Policy.Witness witness;
    private long lastSize;

    /** A client of this witness, whose URL the policy names. */
    public WitnessClient(Policy.Witness witness) {
        this.witness = witness;
    }

    /** The witness refused: it has seen another history of this log, does not know the log, or signed something else. */
    public static final class RefusedException extends Exception {
        RefusedException(String message) {
            super("WT-102 " + message);
        }
    }

    /** The witness does not answer, or does not work now; it may when it is asked again. */
    public static final class UnavailableException extends Exception {
        UnavailableException(String message) {
            super("WT-103 " + message);
        }
    }

    /**
     * The witness's signature below this head. The proof is made for the size that the witness saw last; it says which.
     *
     * @param tiles the log's tiles, of at least the head's size
     * @throws IOException where the tiles cannot be read
     * @throws BadNoteException where the head is none
     */
    public Signature cosign(SignedNote note, Tiles tiles)
            throws IOException, InterruptedException, RefusedException, UnavailableException, BadNoteException {
        Checkpoint head = Checkpoint.parse(note.text());
        Answer answer = ask(note, tiles, head.size());
        if (answer.status() == CONFLICT && answer.text().strip().matches("0|[1-9][0-9]{0,17}")) {
            long seen = Long.parseLong(answer.text().strip());
            if (seen > head.size()) {
                throw new RefusedException(witness.key().name() + " has seen a head of " + seen
                        + " entries, and this one has " + head.size() + ": the log was cut, or another one runs");
            }
            lastSize = seen;
            answer = ask(note, tiles, head.size());
        }
        String said = witness.key().name() + " answered " + answer.status() + ": "
                + answer.text().lines().findFirst().orElse("");
        if (REFUSALS.contains(answer.status())) {
            throw new RefusedException(said);
        }
        if (answer.status() != 200) {
            throw new UnavailableException(said);
        }
        lastSize = head.size();
        for (Signature signature : signatures(note, answer.text())) {
            if (new SignedNote(note.text(), List.of(signature))
                    .cosignedAt(witness.key())
                    .isPresent()) {
                return signature;
            }
        }
        throw new RefusedException(witness.key().name() + " answered with a signature that is not its own");
    }

    /** The signatures that the witness answered with. */
    private List<Signature> signatures(SignedNote note, String text) throws RefusedException {
        try {
            return SignedNote.parse((note.text() + "\n" + text).getBytes(StandardCharsets.UTF_8))
                    .signatures();
        } catch (BadNoteException none) {
            throw new RefusedException(witness.key().name() + " answered without a signature: " + none.getMessage());
        }
    }

    /** What the witness answered. */
    private record Answer(int status, String text) {}

    private Answer ask(SignedNote note, Tiles tiles, long size)
            throws IOException, InterruptedException, UnavailableException {
        StringBuilder body = new StringBuilder("old ").append(lastSize).append('\n');
        for (byte[] hash : Merkle.consistencyProof(Math.min(lastSize, size), size, tiles)) {
            body.append(Base64.getEncoder().encodeToString(hash)).append('\n');
        }
        body.append('\n').append(note);
        URI place = URI.create(witness.url().toString().replaceFirst("/$", "") + "/add-checkpoint");
        HttpRequest request = HttpRequest.newBuilder(place)
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try {
            HttpResponse<byte[]> answer = HttpCall.send(http, request, TIMEOUT, ANSWER_BYTES_MAX);
            return new Answer(answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
        } catch (IOException away) {
            throw new UnavailableException(
                    witness.key().name() + " does not answer: " + away); // with its kind: some have no message
        }
    }
}
