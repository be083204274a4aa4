package org.liuhen.intake.people;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.liuhen.custody.log.LogStore;
import org.liuhen.intake.Problem;

/**
 * The people of a station without an OpenID provider, with their passwords as Argon2id (RFC 9106) makes them. The list lies among the
 * site's notes; who was admitted and with which roles is on the record.
 */
final class People {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = "people";
    private static final int PASSWORD_MIN = 12;
    private static final int PASSWORD_MAX = 256;
    private static final int MEMORY_KIB = 19_456;
    private static final int PASSES = 2;

    private final LogStore notes;
    private final SecureRandom random = new SecureRandom();
    private final Tries tries = new Tries();
    private final Semaphore hashing = new Semaphore(2); // each takes 19 MiB and some 50 ms

    /**
     * One person of the list.
     *
     * @param once whether the password is the first one, which has to be changed
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Listed(
            String officerNo,
            String name,
            String unitCode,
            List<String> roles,
            String salt,
            String hash,
            boolean once) {
        Set<Role> knownRoles() {
            return roles.stream().map(Role::of).flatMap(Optional::stream).collect(Collectors.toSet());
        }

        Person person() {
            return new Person(officerNo, unitCode, knownRoles(), "password");
        }
    }

    People(LogStore notes) {
        this.notes = notes;
    }

    /** Everybody, by number. */
    synchronized Collection<Listed> all() throws IOException {
        return read().values();
    }

    /** The person of this number, if there is one. */
    synchronized Optional<Listed> find(String officerNo) throws IOException {
        return Optional.ofNullable(read().get(officerNo));
    }

    /** Admits somebody, or changes what he is; gives the password for his first time where he is new or shall have another one. */
    synchronized Optional<String> admit(
            String officerNo, String name, String unitCode, List<Role> roles, boolean newPassword) throws IOException {
        Map<String, Listed> people = read();
        Listed before = people.get(officerNo);
        List<String> words = roles.stream().map(Role::word).toList();
        Optional<String> password = before == null || newPassword ? Optional.of(invent()) : Optional.empty();
        if (password.isPresent()) {
            byte[] salt = salt();
            people.put(
                    officerNo,
                    new Listed(officerNo, name, unitCode, words, text(salt), hash(password.get(), salt), true));
        } else {
            people.put(
                    officerNo,
                    new Listed(officerNo, name, unitCode, words, before.salt(), before.hash(), before.once()));
        }
        write(people);
        tries.forget(officerNo);
        return password;
    }

    /** Strikes somebody off the list; says whether he was on it. */
    synchronized boolean dismiss(String officerNo) throws IOException {
        Map<String, Listed> people = read();
        boolean there = people.remove(officerNo) != null;
        write(people);
        return there;
    }

    /**
     * The person whom number and password prove; nothing where they do not. A password of the first time is good only for changing it.
     *
     * @param address where the try comes from
     * @param cookie what {@link #knownBrowser} gave to this browser before, or null
     */
    Optional<Listed> prove(String officerNo, String password, String address, String cookie)
            throws IOException, Problem {
        tries.count(officerNo, address, cookie);
        Optional<Listed> found = find(officerNo);
        byte[] salt =
                found.map(listed -> Base64.getDecoder().decode(listed.salt())).orElse(new byte[16]);
        boolean same =
                same(hash(password, salt), found.map(Listed::hash).orElse("")); // as long for nobody as for somebody
        if (found.isPresent() && same) {
            tries.good(officerNo, address, cookie);
            return found;
        }
        return Optional.empty();
    }

    /** A cookie by which the browser of this person is known from now on. */
    String knownBrowser(String officerNo) {
        return tries.cookie(officerNo);
    }

    /** Gives somebody another password, which he chose. */
    synchronized void change(Listed listed, String password) throws IOException, Problem {
        if (password.length() < PASSWORD_MIN
                || password.length() > PASSWORD_MAX
                || password.contains(listed.officerNo())
                || password.chars().distinct().count() < 6) {
            throw new Problem(
                    400,
                    "IN-153",
                    "A password has at least " + PASSWORD_MIN
                            + " characters, 6 different ones, and not your number in it; several words make a good one");
        }
        byte[] salt = salt();
        Map<String, Listed> people = read();
        people.put(
                listed.officerNo(),
                new Listed(
                        listed.officerNo(),
                        listed.name(),
                        listed.unitCode(),
                        listed.roles(),
                        text(salt),
                        hash(password, salt),
                        false));
        write(people);
    }

    private byte[] salt() {
        byte[] salt = new byte[16];
        random.nextBytes(salt);
        return salt;
    }

    private String invent() {
        byte[] bytes = new byte[15];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    /** Argon2id with the parameters that OWASP gives for 19 MiB. */
    private String hash(String password, byte[] salt) throws IOException {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(MEMORY_KIB)
                .withIterations(PASSES)
                .withParallelism(1)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[32];
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        try {
            hashing.acquire();
            try {
                generator.generateBytes(bytes, hash);
            } finally {
                hashing.release();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while a password was looked at", stopped);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
        return text(hash);
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private Map<String, Listed> read() throws IOException {
        Optional<byte[]> bytes = notes.read(FILE);
        if (bytes.isEmpty()) {
            return new TreeMap<>();
        }
        Map<String, Listed> people = new TreeMap<>();
        for (Listed listed : JSON.readValue(bytes.get(), new TypeReference<List<Listed>>() {})) {
            people.put(listed.officerNo(), listed);
        }
        return people;
    }

    private void write(Map<String, Listed> people) throws IOException {
        notes.write(FILE, JSON.writeValueAsBytes(new LinkedHashMap<>(people).values()));
    }
}
