package org.liuhen.custody.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.Entry;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogReader;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.Tiles;
import org.liuhen.custody.log.TlogProof;

/**
 * A signed statement that these are all items of an officer or a device in an interval, up to a head: each one's
 * {@code declared} entry with its proof, and the holes in the devices' own numbers. With the statement alone one can check
 * the signature, every proof and the holes; who may also read the log can check that nothing was left out.
 */
public final class Completeness {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HEADER = "liuhen.org/completeness/v1";
    private static final int ENTRIES_A_BUNDLE = 256;

    private Completeness() {}

    /**
     * Whose items, and when they were recorded or, where nothing says that, declared.
     *
     * @param officerNo the officer, or null
     * @param deviceSerial the device, or null
     * @param from the first instant
     * @param to the first instant after
     */
    public record Question(String officerNo, String deviceSerial, Instant from, Instant to) {
        public Question {
            if ((officerNo == null) == (deviceSerial == null) || !from.isBefore(to)) {
                throw new IllegalArgumentException("Ask for one officer or one device, from an instant to a later one");
            }
        }

        private boolean isAbout(Declared declared) {
            CaptureClaims capture = declared.capture();
            Instant when = capture != null && capture.captureStart() != null
                    ? capture.captureStart()
                    : declared.context().occurredAt();
            if (when.isBefore(from) || !when.isBefore(to)) {
                return false;
            }
            return capture != null
                    && (officerNo != null
                            ? officerNo.equals(capture.officerNo())
                            : deviceSerial.equals(capture.deviceSerial()));
        }

        private ObjectNode json() {
            ObjectNode json = JSON.createObjectNode();
            if (officerNo != null) {
                json.put("officerNo", officerNo);
            } else {
                json.put("deviceSerial", deviceSerial);
            }
            return json.put("from", from.toString()).put("to", to.toString());
        }

        private static Question read(JsonNode json) {
            return new Question(
                    json.path("officerNo").asText(null),
                    json.path("deviceSerial").asText(null),
                    Instant.parse(json.path("from").asText()),
                    Instant.parse(json.path("to").asText()));
        }
    }

    /** The {@code declared} entries that a question is about, by their place in the log. */
    private static Map<Long, byte[]> scan(LogReader log, long size, Question question) throws MalformedEventException {
        Map<Long, byte[]> found = new LinkedHashMap<>();
        Tiles tiles = new Tiles(log, size);
        for (long bundle = 0; bundle < tiles.bundles(); bundle++) {
            List<byte[]> entries = tiles.entries(bundle);
            for (int i = 0; i < entries.size(); i++) {
                if (Entry.decode(entries.get(i)).event() instanceof Declared declared && question.isAbout(declared)) {
                    found.put(bundle * ENTRIES_A_BUNDLE + i, entries.get(i));
                }
            }
        }
        return found;
    }

    /** The numbers that are missing between the lowest and the highest of each device: {@code device: from-to}. */
    private static List<String> holes(Iterable<byte[]> entries) throws MalformedEventException {
        Map<String, TreeMap<Long, Boolean>> numbers = new TreeMap<>();
        for (byte[] bytes : entries) {
            if (Entry.decode(bytes).event() instanceof Declared declared
                    && declared.capture() != null
                    && declared.capture().sequence() != null) {
                numbers.computeIfAbsent(String.valueOf(declared.capture().deviceSerial()), device -> new TreeMap<>())
                        .put(declared.capture().sequence(), true);
            }
        }
        List<String> holes = new ArrayList<>();
        numbers.forEach((device, seen) -> {
            Long before = null;
            for (long number : seen.keySet()) {
                if (before != null && number > before + 1) {
                    holes.add(device + ": " + (before + 1) + "-" + (number - 1));
                }
                before = number;
            }
        });
        return holes;
    }

    /**
     * Makes a statement over the log up to this head.
     *
     * @return JSON with {@code question}, {@code proofs} (C2SP tlog-proof with the entry), {@code holes} and {@code note}
     */
    public static byte[] state(LogReader log, SignedNote head, Question question, SignedNote.Signer signer)
            throws IOException {
        try {
            Checkpoint checkpoint = Checkpoint.parse(head.text());
            Map<Long, byte[]> found = scan(log, checkpoint.size(), question);
            ObjectNode statement = JSON.createObjectNode();
            statement.set("question", question.json());
            statement.put("head", head.text());
            ArrayNode proofs = statement.putArray("proofs");
            Tiles tiles = new Tiles(log, checkpoint.size());
            found.forEach((index, entry) ->
                    proofs.add(TlogProof.of(tiles, index, entry, head).toString()));
            ArrayNode holes = statement.putArray("holes");
            holes(found.values()).forEach(holes::add);
            String text = HEADER + "\n" + digest(statement).hex() + "\n";
            statement.put("note", SignedNote.sign(text, signer).toString());
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(statement);
        } catch (BadNoteException | MalformedEventException damaged) {
            throw new IOException("The log is damaged: verify it first", damaged);
        }
    }

    /** The items that a statement of ours names, by their IDs. */
    public static List<String> items(byte[] statement) throws IOException {
        List<String> items = new ArrayList<>();
        try {
            for (JsonNode text : JSON.readTree(statement).path("proofs")) {
                TlogProof proof = TlogProof.parse(text.asText().getBytes(StandardCharsets.UTF_8));
                items.add(Entry.decode(proof.entry()).chain());
            }
        } catch (BadNoteException | MalformedEventException wrong) {
            throw new IOException("The statement is damaged", wrong);
        }
        return items;
    }

    /** SHA-256 over the canonical form (RFC 8785) of the statement without its note. */
    private static Sha256Digest digest(ObjectNode statement) {
        ObjectNode unsigned = statement.deepCopy();
        unsigned.remove("note");
        return Sha256Digest.of(CanonicalJson.canonical(unsigned));
    }

    /**
     * What a statement says and what is wrong with it.
     *
     * @param question what it answers, or null where it cannot be read
     * @param items how many items it lists
     * @param holes the missing numbers, as computed from its entries
     * @param againstTheLog whether the log was read, too
     * @param faults every fault
     */
    public record Result(Question question, int items, List<String> holes, boolean againstTheLog, List<Fault> faults) {
        public Result {
            holes = List.copyOf(holes);
            faults = List.copyOf(faults);
        }
    }

    /**
     * Verifies a statement.
     *
     * @param log the log, to check that nothing was left out; or null, to check the statement alone
     */
    public static Result verify(byte[] bytes, Policy policy, LogReader log) throws IOException {
        List<Fault> faults = new ArrayList<>();
        ObjectNode statement;
        Question question;
        Checkpoint head;
        try {
            statement = (ObjectNode) JSON.readTree(bytes);
            question = Question.read(statement.path("question"));
            head = Checkpoint.parse(statement.path("head").asText());
            SignedNote note = SignedNote.parse(statement.path("note").asText().getBytes(StandardCharsets.UTF_8));
            if (!note.text().equals(HEADER + "\n" + digest(statement).hex() + "\n")
                    || policy.exports().stream()
                            .noneMatch(key -> note.isSignedBy(key) && !policy.isRevoked(key, Long.MAX_VALUE))) {
                faults.add(new Fault.BadProof("note", "no trusted export key signed this statement"));
            }
        } catch (BadNoteException | JsonProcessingException | RuntimeException wrong) {
            return new Result(
                    null,
                    0,
                    List.of(),
                    false,
                    List.of(new Fault.BadProof("statement", String.valueOf(wrong.getMessage()))));
        }
        Map<Long, byte[]> listed = new TreeMap<>();
        for (JsonNode text : statement.path("proofs")) {
            proof(
                    text.asText().getBytes(StandardCharsets.UTF_8),
                    statement.path("head").asText(),
                    policy,
                    question,
                    listed,
                    faults);
        }
        List<String> holes = List.of();
        try {
            holes = holes(listed.values());
            List<String> said = new ArrayList<>();
            statement.path("holes").forEach(hole -> said.add(hole.asText()));
            if (!said.equals(holes)) {
                faults.add(new Fault.BadProof("holes", "they are " + holes + ", not " + said));
            }
            if (log != null) {
                againstTheLog(log, head, question, listed, faults);
            }
        } catch (MalformedEventException malformed) {
            faults.add(new Fault.BadProof("entries", malformed.getMessage()));
        }
        return new Result(question, listed.size(), holes, log != null, faults);
    }

    private static void proof(
            byte[] bytes, String head, Policy policy, Question question, Map<Long, byte[]> listed, List<Fault> faults) {
        try {
            TlogProof proof = TlogProof.parse(bytes);
            SignedNote note = proof.checkpoint();
            Checkpoint checkpoint = Checkpoint.parse(note.text());
            if (!note.text().equals(head)
                    || policy.keysFor(checkpoint.origin(), checkpoint.size()).stream()
                            .noneMatch(note::isSignedBy)) {
                faults.add(new Fault.BadCheckpoint(
                        "proof " + proof.index() + " does not lead to the head, or no trusted key signed it"));
            }
            if (!policy.isWitnessed(note)) {
                faults.add(new Fault.NotWitnessed(checkpoint.size(), "the policy asks for " + policy.quorum()));
            }
            if (proof.entry() == null
                    || !proof.leadsFrom(proof.entry())
                    || !(Entry.decode(proof.entry()).event() instanceof Declared declared)
                    || !question.isAbout(declared)) {
                faults.add(new Fault.BadProof(
                        "proof " + proof.index(), "it does not prove an item that the question is about"));
                return;
            }
            listed.put(proof.index(), proof.entry());
        } catch (BadNoteException | MalformedEventException bad) {
            faults.add(new Fault.BadProof("proof", bad.getMessage()));
        }
    }

    private static void againstTheLog(
            LogReader log, Checkpoint head, Question question, Map<Long, byte[]> listed, List<Fault> faults)
            throws MalformedEventException {
        Sha256Digest root = Sha256Digest.ofRaw(new Tiles(log, head.size()).root());
        if (!root.equals(head.root())) {
            faults.add(new Fault.Rewritten(head.size(), head.root(), "the statement"));
        }
        for (long index : scan(log, head.size(), question).keySet()) {
            if (!listed.containsKey(index)) {
                faults.add(new Fault.LeftOut(index));
            }
        }
    }
}
