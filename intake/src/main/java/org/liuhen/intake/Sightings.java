package org.liuhen.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.liuhen.custody.log.LogStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When each device was seen last, and what it told of itself. That is no evidence and not on the record: it is kept in memory and, once a
 * minute, in a note beside the list of devices, which all intakes of the site write and the page reads. A crash loses the last minute of it.
 */
final class Sightings {
    private static final Logger LOG = LoggerFactory.getLogger(Sightings.class);
    private static final String FILE = "devices-seen.json";
    /** In place of a serial number: its time is when the note was begun. */
    private static final String BEGUN = "";

    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES); // of a later version
    private static final TypeReference<TreeMap<String, Sighting>> BY_SERIAL = new TypeReference<>() {};

    private final LogStore notes;
    private final Map<String, Sighting> here = new ConcurrentHashMap<>();
    private Map<String, Sighting> saved; // null before the first time

    /**
     * What is known of a device beside the list. Times are in milliseconds since 1970.
     *
     * @param seenMillis its last authenticated request
     * @param toldMillis when it told the two that follow; 0 where it never did
     * @param version the version of its program, as it says; null where it never did
     * @param freeBytes the free space of its own disk, as it says; 0 where it never did
     */
    record Sighting(long seenMillis, long toldMillis, String version, long freeBytes) {
        private static Sighting newest(Sighting one, Sighting other) {
            Sighting told = one.toldMillis >= other.toldMillis ? one : other;
            return new Sighting(
                    Math.max(one.seenMillis, other.seenMillis), told.toldMillis, told.version, told.freeBytes);
        }

        private Sighting notAfter(long millis) {
            return new Sighting(Math.min(seenMillis, millis), Math.min(toldMillis, millis), version, freeBytes);
        }
    }

    Sightings(LogStore notes) {
        this.notes = notes;
    }

    /** Notes that this device has just sent an authenticated request. */
    void seen(String serial) {
        long now = System.currentTimeMillis();
        here.merge(
                serial,
                new Sighting(now, 0, null, 0),
                (before, seen) -> new Sighting(now, before.toldMillis, before.version, before.freeBytes));
    }

    /** Notes what this device has just told of itself. */
    void told(String serial, String version, long freeBytes) {
        long now = System.currentTimeMillis();
        here.put(serial, new Sighting(now, now, version, freeBytes));
    }

    /**
     * What is known at every intake of the site.
     *
     * @param bySerial what is known of each device that was seen, by serial number
     * @param begunMillis since when devices are noted, in milliseconds since 1970: now where nothing is saved yet, or what was saved is damaged
     */
    record Known(Map<String, Sighting> bySerial, long begunMillis) {}

    /** Reads what is known. */
    Known known() throws IOException {
        long now = System.currentTimeMillis();
        Map<String, Sighting> all = withHere(read(notes.read(FILE)));
        Sighting begun = all.remove(BEGUN);
        return new Known(all, begun == null ? now : begun.seenMillis());
    }

    /** Writes what is new to the note, together with what other intakes wrote there. */
    synchronized void save() throws IOException {
        Map<String, Sighting> now = Map.copyOf(here);
        if (now.equals(saved)) {
            return;
        }
        Optional<byte[]> before;
        Map<String, Sighting> all;
        do {
            before = notes.read(FILE);
            all = withHere(read(before));
            all.putIfAbsent(BEGUN, new Sighting(System.currentTimeMillis(), 0, null, 0));
        } while (!notes.replace(FILE, before, JSON.writeValueAsBytes(all)));
        saved = now;
    }

    private Map<String, Sighting> withHere(Map<String, Sighting> read) {
        here.forEach((serial, seen) -> read.merge(serial, seen, Sighting::newest));
        return read;
    }

    /**
     * What the note says. A damaged one is begun anew: devices are seen again soon. A time that is still to come is of an intake whose clock is
     * ahead, and is now.
     */
    private static Map<String, Sighting> read(Optional<byte[]> note) {
        if (note.isEmpty()) {
            return new TreeMap<>();
        }
        try {
            Map<String, Sighting> read = JSON.readValue(note.get(), BY_SERIAL);
            if (read == null) {
                return new TreeMap<>();
            }
            long now = System.currentTimeMillis();
            read.values().removeIf(seen -> seen == null || seen.seenMillis <= 0);
            read.replaceAll((serial, seen) -> seen.notAfter(now));
            return read;
        } catch (JsonProcessingException damaged) {
            LOG.warn("{} is damaged and is begun anew: {}", FILE, damaged.getMessage());
            return new TreeMap<>();
        } catch (IOException impossible) {
            throw new IllegalStateException("reading bytes in memory failed", impossible);
        }
    }
}
