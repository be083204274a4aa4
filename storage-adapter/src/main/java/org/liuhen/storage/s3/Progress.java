package org.liuhen.storage.s3;

import io.minio.messages.Part;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.storage.VaultException;

/**
 * How far an upload has come. It is stored in the note, because listing parts is not portable.
 *
 * @param owner the writer that may be sending parts; {@link #NONE} where there is none
 * @param uploadId the multipart upload, or {@link #NONE}
 * @param partBytes the size of each of its parts
 * @param tailBytes how many bytes came after the parts
 * @param tail the name of the object that holds these, or {@link #NONE}
 * @param etags the ETags of the parts 1, 2, 3 and so on
 * @param state {@link #OPEN}, {@link #ENDED}, or the version of the object that is the upload's bytes
 * @param closing where a multipart upload is closed to take it over from its owner: all parts that it has, also those that count
 *     for nothing
 */
record Progress(
        String owner,
        String uploadId,
        long partBytes,
        int tailBytes,
        String tail,
        List<String> etags,
        String state,
        List<Part> closing) {
    static final String NONE = "-";
    static final String OPEN = "open";
    static final String ENDED = "ended";

    private static final String BEFORE = "before"; // the owner of what a process without owners noted

    Progress {
        etags = List.copyOf(etags);
        closing = List.copyOf(closing);
    }

    static Progress none(long partBytes) {
        return new Progress(NONE, NONE, partBytes, 0, NONE, List.of(), OPEN, List.of());
    }

    boolean owned() {
        return !owner.equals(NONE);
    }

    boolean hasMultipart() {
        return !uploadId.equals(NONE);
    }

    boolean ended() {
        return state.equals(ENDED);
    }

    boolean complete() {
        return !ended() && !state.equals(OPEN);
    }

    long partsEnd() {
        return partBytes * etags.size();
    }

    long durableBytes() {
        return partsEnd() + tailBytes;
    }

    /** The parts as the store wants them listed. */
    List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        for (String etag : etags) {
            parts.add(new Part(parts.size() + 1, etag));
        }
        return parts;
    }

    Progress ownedBy(String who, String multipart) {
        return new Progress(who, multipart, partBytes, tailBytes, tail, etags, state, List.of());
    }

    Progress closing(String who, List<Part> all) {
        return new Progress(who, uploadId, partBytes, tailBytes, tail, etags, state, all);
    }

    Progress copied(String who, String multipart, List<String> copies) {
        return new Progress(who, multipart, partBytes, tailBytes, tail, copies, state, List.of());
    }

    Progress free() {
        return ownedBy(NONE, uploadId);
    }

    Progress withPart(String etag) {
        List<String> more = new ArrayList<>(etags);
        more.add(etag);
        return new Progress(owner, uploadId, partBytes, 0, NONE, more, state, List.of());
    }

    Progress withTail(int bytes, String name) {
        return new Progress(owner, uploadId, partBytes, bytes, name, etags, state, closing);
    }

    Progress in(String next) {
        return new Progress(owner, uploadId, partBytes, tailBytes, tail, etags, next, closing);
    }

    /**
     * The stored form: text, one fact a line, then the parts' ETags, then the parts of {@link #closing} with their numbers.
     *
     * @param token what makes these bytes unlike those of any other write
     */
    byte[] encode(String token) {
        StringBuilder text = new StringBuilder(String.join(
                "\n", token, owner, uploadId, Long.toString(partBytes), Integer.toString(tailBytes), tail, state));
        etags.forEach(etag -> text.append('\n').append(etag));
        closing.forEach(
                part -> text.append('\n').append(part.partNumber()).append(' ').append(part.etag()));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the stored form of an upload of so many bytes. Bytes that are not one mean damage in the store: VT-202.
     *
     * @param where what to call the upload in the message
     */
    static Progress decode(byte[] bytes, long sizeBytes, String where) throws VaultException {
        try {
            String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
            List<String> etags = new ArrayList<>();
            List<Part> closing = new ArrayList<>();
            for (int i = 7; i < lines.length; i++) {
                int space = lines[i].indexOf(' ');
                if (space < 0) {
                    etags.add(lines[i]);
                } else {
                    closing.add(
                            new Part(Integer.parseInt(lines[i].substring(0, space)), lines[i].substring(space + 1)));
                }
            }
            return new Progress(
                            lines[1],
                            lines[2],
                            Long.parseLong(lines[3]),
                            Integer.parseInt(lines[4]),
                            lines[5],
                            etags,
                            lines[6],
                            closing)
                    .require(sizeBytes);
        } catch (RuntimeException damaged) {
            throw VaultException.damagedProgress(where, damaged);
        }
    }

    /** Reads the form of before decision 0035, which was stored beside the declaration: upload ID or "-", part size, tail bytes, then one ETag a line. */
    static Progress decodeBefore(byte[] bytes, long sizeBytes, String where) throws VaultException {
        try {
            String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n", 4);
            List<String> etags = lines[3].isEmpty() ? List.of() : List.of(lines[3].split("\n"));
            long partBytes = Long.parseLong(lines[1]);
            int tailBytes = Integer.parseInt(lines[2]);
            return new Progress(
                            lines[0].equals(NONE) ? NONE : BEFORE,
                            lines[0],
                            partBytes,
                            tailBytes,
                            tailBytes == 0 ? NONE : partBytes * etags.size() + "-" + tailBytes,
                            etags,
                            OPEN,
                            List.of())
                    .require(sizeBytes);
        } catch (RuntimeException damaged) {
            throw VaultException.damagedProgress(where, damaged);
        }
    }

    private Progress require(long sizeBytes) {
        long durable = Math.addExact(Math.multiplyExact(partBytes, (long) etags.size()), tailBytes);
        if (partBytes <= 0
                || partBytes > Integer.MAX_VALUE
                || tailBytes < 0
                || tailBytes > partBytes
                || (tailBytes > 0 && tail.equals(NONE))
                || (!etags.isEmpty() && !hasMultipart())
                || durable > sizeBytes
                || owner.isEmpty()
                || uploadId.isEmpty()
                || state.isEmpty()) {
            throw new IllegalArgumentException("not the progress of an upload");
        }
        return this;
    }
}
