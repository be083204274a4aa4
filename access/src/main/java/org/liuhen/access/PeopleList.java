package org.liuhen.access;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.liuhen.custody.log.LogStore;

/**
 * The list of a station's people and of proposed changes: one file among the site's notes. Each change is a conditional write, so no process
 * overwrites what another one wrote meanwhile. The record has who was admitted and with which roles; secrets are in this file alone.
 */
final class PeopleList {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = "people";

    private final LogStore notes;

    /**
     * The file.
     *
     * @param token makes the file unlike what any other process writes at the same moment
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Content(List<ListedPerson> people, List<ProposedChange> changes, String token) {}

    /** The list while it is changed. */
    static final class Draft {
        final Map<String, ListedPerson> people = new TreeMap<>();
        final List<ProposedChange> changes;

        private Draft(Content content) {
            content.people().forEach(this::put);
            changes = new ArrayList<>(content.changes());
        }

        void put(ListedPerson person) {
            people.put(person.officerNo(), person);
        }

        ListedPerson require(String officerNo) throws IOException {
            ListedPerson person = people.get(officerNo);
            if (person == null) {
                throw new IOException(officerNo + " was struck off the list of people meanwhile");
            }
            return person;
        }

        /** Where the proposal of this ID is among the changes, or -1. */
        int indexOf(String changeId) throws IOException {
            for (int i = 0; i < changes.size(); i++) {
                if (changes.get(i).proposed().changeId().equals(changeId)) {
                    return i;
                }
            }
            return -1;
        }
    }

    /** One change of the list, which is repeated on what the list is then where another process changed it meanwhile. */
    interface Edit<T, E extends Exception> {
        T of(Draft draft) throws IOException, E;
    }

    private static final byte[] NO_FILE = {};

    /** The file that was read last by {@link #find}, and the people in it. */
    private byte[] lastRead;

    private Map<String, ListedPerson> lastPeople = Map.of();

    PeopleList(LogStore notes) {
        this.notes = notes;
    }

    /** All persons, by number. */
    synchronized Collection<ListedPerson> all() throws IOException {
        return new Draft(read(notes.read(FILE))).people.values();
    }

    /** The person of this number, if there is one. */
    synchronized Optional<ListedPerson> find(String officerNo) throws IOException {
        byte[] file = notes.read(FILE).orElse(NO_FILE);
        if (!Arrays.equals(
                file, lastRead)) { // reading a long list takes longer than all else that a refused sign-in does
            lastPeople = new Draft(read(file.length == 0 ? Optional.empty() : Optional.of(file))).people;
            lastRead = file;
        }
        return Optional.ofNullable(lastPeople.get(officerNo));
    }

    /** The proposals that are not decided, oldest first. */
    synchronized List<ProposedChange> changes() throws IOException {
        return read(notes.read(FILE)).changes();
    }

    /** Changes the list; returns when the file is written. */
    synchronized <T, E extends Exception> T change(Edit<T, E> edit) throws IOException, E {
        while (true) {
            Optional<byte[]> before = notes.read(FILE);
            Draft draft = new Draft(read(before));
            T result = edit.of(draft);
            Content after = new Content(
                    List.copyOf(draft.people.values()),
                    draft.changes,
                    UUID.randomUUID().toString());
            if (notes.replace(FILE, before, JSON.writeValueAsBytes(after))) {
                return result;
            }
        }
    }

    /** Changes one person, who is on the list. */
    void edit(String officerNo, UnaryOperator<ListedPerson> edit) throws IOException {
        change(draft -> {
            draft.put(edit.apply(draft.require(officerNo)));
            return null;
        });
    }

    private static Content read(Optional<byte[]> bytes) throws IOException {
        if (bytes.isEmpty()) {
            return new Content(List.of(), List.of(), null);
        }
        JsonNode file = JSON.readTree(bytes.get());
        return file.isArray() // as versions before 0032 wrote it
                ? new Content(JSON.convertValue(file, new TypeReference<List<ListedPerson>>() {}), List.of(), null)
                : JSON.convertValue(file, Content.class);
    }
}
