package org.liuhen.custody.log;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.SignedNote.BadNoteException;

/**
 * A proof that stands alone (C2SP tlog-proof): an entry, its place, its audit path, and the checkpoint that the path leads
 * to, with all its signatures. Our receipts carry the entry itself as the proof's extra data.
 *
 * @param entry the entry, or null where the proof does not carry it
 * @param index the entry's place in the log, from 0
 * @param path the audit path (RFC 6962 §2.1.1), lowest hash first
 * @param checkpoint the signed head
 */
@SuppressWarnings("ArrayRecordComponent") // nothing compares proofs
public record TlogProof(byte[] entry, long index, List<Sha256Digest> path, SignedNote checkpoint) {
    private static final String HEADER = "c2sp.org/tlog-proof@v1";
    private static final String EXTRA = "extra ";
    private static final String INDEX = "index ";
    private static final int PATH_MAX = 63;

    public TlogProof {
        path = List.copyOf(path);
    }

    /** Where the receipt of an item rests, below the log's prefix. */
    public static String receiptPath(EvidenceId item) {
        return "receipts/" + item.value();
    }

    /** The proof of an entry against this head, from the log's tiles. */
    public static TlogProof of(Tiles tiles, long index, byte[] entry, SignedNote checkpoint) {
        List<Sha256Digest> path = Merkle.inclusionProof(index, tiles.size(), tiles).stream()
                .map(Sha256Digest::ofRaw)
                .toList();
        return new TlogProof(entry, index, path, checkpoint);
    }

    /** The proof that these bytes are; nothing in it is checked but its form. */
    public static TlogProof parse(byte[] bytes) throws BadNoteException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            throw new BadNoteException("Not a tlog-proof: it is not UTF-8");
        }
        int end = text.indexOf("\n\n");
        String[] lines = end < 0 ? new String[0] : text.substring(0, end).split("\n", -1);
        int at = 1;
        try {
            byte[] extra = null;
            if (lines.length > at && lines[at].startsWith(EXTRA)) {
                extra = Base64Text.decode(lines[at++].substring(EXTRA.length()));
            }
            if (lines.length <= at
                    || lines.length > at + 1 + PATH_MAX
                    || !lines[0].equals(HEADER)
                    || !lines[at].matches(INDEX + "(0|[1-9][0-9]{0,17})")) {
                throw new BadNoteException("Not a tlog-proof: it begins with " + HEADER + ", then index, then hashes");
            }
            long index = Long.parseLong(lines[at].substring(INDEX.length()));
            List<Sha256Digest> path = new ArrayList<>();
            for (String hash : List.of(lines).subList(at + 1, lines.length)) {
                path.add(Sha256Digest.ofRaw(Base64Text.decode(hash)));
            }
            return new TlogProof(
                    extra, index, path, SignedNote.parse(text.substring(end + 2).getBytes(StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException wrong) {
            throw new BadNoteException("Not a tlog-proof: " + wrong.getMessage());
        }
    }

    /** Whether the path leads from this entry to the checkpoint. Who signed the checkpoint is another question. */
    public boolean leadsFrom(byte[] leaf) throws BadNoteException {
        Checkpoint head = Checkpoint.parse(checkpoint.text());
        return Merkle.verifyInclusion(
                Merkle.leafHash(leaf),
                index,
                head.size(),
                path.stream().map(Sha256Digest::bytes).toList(),
                head.root().bytes());
    }

    /** The proof as it is stored and sent. */
    public byte[] bytes() {
        return toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        if (entry != null) {
            text.append(EXTRA).append(Base64.getEncoder().encodeToString(entry)).append('\n');
        }
        text.append(INDEX).append(index).append('\n');
        path.forEach(hash ->
                text.append(Base64.getEncoder().encodeToString(hash.bytes())).append('\n'));
        return text.append('\n').append(checkpoint).toString();
    }
}
