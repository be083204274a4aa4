package org.liuhen.custody.witness;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.Merkle;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.SignedNote.Signature;
import org.liuhen.custody.log.Tiles;

/** Asks a witness to cosign a head (C2SP tlog-witness, add-checkpoint). */
public final class WitnessClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int CONFLICT = 409;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final Policy.Witness witness;
    private long lastSize;

    /** A client of this witness, whose URL the policy names. */
    public WitnessClient(Policy.Witness witness) {
        this.witness = witness;
    }

    /** The witness refused: it has seen another history of this log than the one it was shown, or does not know the log. */
    public static final class RefusedException extends Exception {
        RefusedException(String message) {
            super("WT-102 " + message);
        }
    }

    /**
     * The witness's signature below this head. The proof is made for the size that the witness saw last; it says which.
     *
     * @param tiles the log's tiles, of at least the head's size
     */
    public Signature cosign(SignedNote note, Tiles tiles)
            throws IOException, InterruptedException, RefusedException, BadNoteException {
        Checkpoint head = Checkpoint.parse(note.text());
        HttpResponse<String> answer = ask(note, tiles, head.size());
        if (answer.statusCode() == CONFLICT && answer.body().strip().matches("0|[1-9][0-9]{0,17}")) {
            long seen = Long.parseLong(answer.body().strip());
            if (seen > head.size()) {
                throw new RefusedException(witness.key().name() + " has seen a head of " + seen
                        + " entries, and this one has " + head.size() + ": the log was cut, or another one runs");
            }
            lastSize = seen;
            answer = ask(note, tiles, head.size());
        }
        if (answer.statusCode() != 200) {
            throw new RefusedException(witness.key().name() + " answered " + answer.statusCode() + ": "
                    + answer.body().lines().findFirst().orElse(""));
        }
        lastSize = head.size();
        SignedNote cosigned = SignedNote.parse((note.text() + "\n" + answer.body()).getBytes(StandardCharsets.UTF_8));
        for (Signature signature : cosigned.signatures()) {
            if (new SignedNote(note.text(), java.util.List.of(signature))
                    .cosignedAt(witness.key())
                    .isPresent()) {
                return signature;
            }
        }
        throw new RefusedException(witness.key().name() + " answered with a signature that is not its own");
    }

    private HttpResponse<String> ask(SignedNote note, Tiles tiles, long size) throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder("old ").append(lastSize).append('\n');
        for (byte[] hash : Merkle.consistencyProof(Math.min(lastSize, size), size, tiles)) {
            body.append(Base64.getEncoder().encodeToString(hash)).append('\n');
        }
        body.append('\n').append(note);
        URI place = URI.create(witness.url().toString().replaceFirst("/$", "") + "/add-checkpoint");
        return http.send(
                HttpRequest.newBuilder(place)
                        .timeout(TIMEOUT)
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
