package org.liuhen.custody.log;

import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.SignedNote.BadNoteException;

/**
 * The head of a log (C2SP tlog-checkpoint): origin, number of leaves, root hash. Signed, it commits to every entry.
 *
 * @param origin the log's unique name
 * @param size the number of leaves
 * @param root the root hash
 */
public record Checkpoint(String origin, long size, Sha256Digest root) {
    public Checkpoint {
        if (origin == null || origin.isEmpty() || origin.contains("\n") || size < 0) {
            throw new IllegalArgumentException("A checkpoint has an origin, a size of 0 or more");
        }
    }

    /** The checkpoint as a note that this signer signed. */
    public SignedNote sign(SignedNote.Signer signer) {
        return SignedNote.sign(
                origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root.bytes()) + "\n", signer);
    }

    /** The checkpoint that a note's text is; lines after the third are extensions, none of them empty, and are passed over. */
    public static Checkpoint parse(String text) throws BadNoteException {
        String[] lines = text.split("\n", -1);
        if (lines.length < 4
                || lines[0].isEmpty()
                || List.of(lines).subList(3, lines.length - 1).contains("")
                || !lines[1].matches("0|[1-9][0-9]{0,17}")) {
            throw new BadNoteException(
                    "Not a checkpoint: it has an origin, a size and a root hash, a line each, and no empty line");
        }
        try {
            byte[] root = Base64Text.decode(lines[2]);
            return new Checkpoint(lines[0], Long.parseLong(lines[1]), Sha256Digest.ofRaw(root));
        } catch (IllegalArgumentException wrong) {
            throw new BadNoteException("Not a checkpoint: " + wrong.getMessage());
        }
    }

    /**
     * The size in a published note, without a check of its signatures: for uses in which a wrong size can only make the caller too careful.
     *
     * @throws IOException if it is no checkpoint
     */
    public static long sizeIn(byte[] note) throws IOException {
        try {
            return parse(SignedNote.parse(note).text()).size();
        } catch (BadNoteException damaged) {
            throw new IOException("The published checkpoint is damaged: " + damaged.getMessage(), damaged);
        }
    }

    /** The checkpoint in a note, after its signature was found good and its origin to be the one expected. */
    public static Checkpoint open(byte[] note, String origin, SignedNote.Verifier verifier) throws BadNoteException {
        Checkpoint checkpoint = parse(SignedNote.open(note, verifier));
        if (!checkpoint.origin().equals(origin)) {
            throw new BadNoteException("Not a checkpoint of " + origin);
        }
        return checkpoint;
    }
}
