package org.liuhen.custody.event;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * One leaf of a site's log: an event, its place in its item's chain, and when the record took it.
 *
 * @param event what happened
 * @param itemSequence the place in the chain of this item, from 0 without gap
 * @param previous the leaf hash of the item's entry before this one, or null for the first
 * @param recordedAt the append time that the broker gave the event
 */
public record Entry(CustodyEvent event, long itemSequence, Sha256Digest previous, Instant recordedAt) {
    private static final byte[] EVENT = "{\"event\":".getBytes(StandardCharsets.US_ASCII);

    /** Acts on no item, such as a probe of the store, form a chain of their own under this name. */
    public static final String LOG_CHAIN = "log";

    public Entry {
        if (event == null || recordedAt == null) {
            throw new IllegalArgumentException("An entry has an event and the time when the record took it");
        }
        if (itemSequence < 0 || (itemSequence == 0) != (previous == null)) {
            throw new IllegalArgumentException("The first entry of a chain has number 0 and no previous entry");
        }
    }

    /** The chain that this entry belongs to: its item's ID, or {@link #LOG_CHAIN}. */
    public String chain() {
        return event.context().evidenceId() == null
                ? LOG_CHAIN
                : event.context().evidenceId().value();
    }

    /**
     * The bytes of the leaf: canonical JSON (RFC 8785) of the entry. The members stand in their sorted order, and none of the
     * added values needs an escape, so the canonical event is put in as it is.
     *
     * @param canonicalEvent an event as {@link CanonicalJson#encode} wrote it or {@link CanonicalJson#decode} accepted it
     */
    public static byte[] encode(byte[] canonicalEvent, long itemSequence, Sha256Digest previous, Instant recordedAt) {
        ByteArrayOutputStream entry = new ByteArrayOutputStream(canonicalEvent.length + 200);
        entry.writeBytes(EVENT);
        entry.writeBytes(canonicalEvent);
        entry.writeBytes(behind(itemSequence, previous, recordedAt));
        return entry.toByteArray();
    }

    private static byte[] behind(long itemSequence, Sha256Digest previous, Instant recordedAt) {
        String members = ",\"itemSequence\":" + itemSequence
                + (previous == null ? "" : ",\"previous\":\"" + previous.hex() + "\"") + ",\"recordedAt\":\""
                + recordedAt
                + "\"}";
        return members.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The bytes of the event in this entry, from which {@link #encode} makes the same entry again.
     *
     * @param bytes the bytes of this entry
     * @throws MalformedEventException if that is not so: a later version wrote members into it that this one does not know
     */
    public byte[] eventIn(byte[] bytes) throws MalformedEventException {
        int end = bytes.length - behind(itemSequence, previous, recordedAt).length;
        byte[] inside = end < EVENT.length ? new byte[0] : Arrays.copyOfRange(bytes, EVENT.length, end);
        if (!Arrays.equals(encode(inside, itemSequence, previous, recordedAt), bytes)) {
            throw new MalformedEventException("An entry with members that this version does not know", null);
        }
        return inside;
    }

    /** The entry that these bytes are. Refuses bytes that are not their own canonical form. */
    public static Entry decode(byte[] bytes) throws MalformedEventException {
        try {
            Parts parts = new Parts();
            CanonicalReader in = new CanonicalReader(bytes);
            in.object(name -> parts.read(name, in, bytes));
            in.end();
            return new Entry(parts.event, parts.itemSequence, parts.previous, parts.recordedAt);
        } catch (RuntimeException wrong) {
            throw new MalformedEventException("Not an entry: " + CanonicalJson.firstLine(wrong), wrong);
        }
    }

    /** What of an entry was read so far. Members of a later schema are passed over. */
    private static final class Parts {
        private CustodyEvent event;
        private long itemSequence = -1;
        private Sha256Digest previous;
        private Instant recordedAt;

        void read(String name, CanonicalReader in, byte[] bytes) {
            switch (name) {
                case "event" -> event = event(in, bytes);
                case "itemSequence" -> itemSequence = in.integer();
                case "previous" -> previous = new Sha256Digest(in.text());
                case "recordedAt" -> recordedAt = Times.parse(in.text());
                default -> in.skip();
            }
        }

        private static CustodyEvent event(CanonicalReader in, byte[] bytes) {
            try {
                return CanonicalJson.read(in, bytes);
            } catch (IOException notAnEvent) {
                throw new UncheckedIOException(CanonicalJson.firstLine(notAnEvent), notAnEvent);
            }
        }
    }
}
