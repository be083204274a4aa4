package org.liuhen.access;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.liuhen.access.Passkeys.Passkey;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.PeopleEvent;
import org.liuhen.custody.event.PeopleEvent.AdmissionProposed;
import org.liuhen.custody.event.PeopleEvent.CredentialResetProposed;
import org.liuhen.custody.event.PeopleEvent.RoleChangeProposed;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogStore;
import org.liuhen.web.Problem;

/**
 * The people of a station without an OpenID provider, with their passwords as Argon2id (RFC 9106) makes them. The list lies among the
 * site's notes, with the secrets of second factors; who was admitted and with which roles is on the record, and no secret ever is.
 */
final class People {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = "people";
    private static final int PASSWORD_MIN = 12;
    static final int PASSWORD_MAX = 256;
    private static final int MEMORY_KIB = 19_456;
    private static final int PASSES = 2;

    /** Without those that look like another one. */
    private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private static final int GROUP = 4;
    private static final int HALF_CHARACTERS = 12;
    private static final int RECOVERY_CHARACTERS = 16;
    private static final int RECOVERY_CODES = 10;

    private final LogStore notes;
    private final SecureRandom random = new SecureRandom();
    private final SignInAttempts tries = new SignInAttempts();
    private final Semaphore hashing = new Semaphore(2); // each takes 19 MiB and some 50 ms

    /**
     * One person of the list.
     *
     * @param once whether the password is the first one, which has to be changed
     * @param reset who gave him another first password, and when; null where nobody did
     * @param factors what proves who he is beside the password; null where nothing does
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Listed(
            String officerNo,
            String name,
            String unitCode,
            List<String> roles,
            String salt,
            String hash,
            boolean once,
            Reset reset,
            Factors factors) {
        Set<Role> knownRoles() {
            return roles.stream().map(Role::of).flatMap(Optional::stream).collect(Collectors.toSet());
        }

        /** Somebody who proved by this that he is this person. */
        Person person(String credential) {
            return new Person(officerNo, unitCode, knownRoles(), credential);
        }

        boolean hasSecondFactor() {
            return factors != null
                    && (factors.totp() != null || !factors.passkeys().isEmpty());
        }

        Factors knownFactors() {
            return factors == null ? Factors.NONE : factors;
        }

        private Listed as(String unit, List<String> words) {
            return new Listed(officerNo, name, unit, words, salt, hash, once, reset, factors);
        }

        private Listed with(String newSalt, String newHash, boolean first) {
            return new Listed(officerNo, name, unitCode, roles, newSalt, newHash, first, reset, factors);
        }

        private Listed with(Reset by, boolean withoutFactors) {
            return new Listed(officerNo, name, unitCode, roles, salt, hash, once, by, withoutFactors ? null : factors);
        }

        private Listed with(Factors others) {
            return new Listed(officerNo, name, unitCode, roles, salt, hash, once, reset, others);
        }
    }

    /**
     * That somebody's credentials were reset.
     *
     * @param proposedBy who proposed it; null where the console did it alone
     * @param approvedBy who approved it, or did it at the console
     * @param at when, in ISO 8601
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Reset(String proposedBy, String approvedBy, String at) {}

    /**
     * What proves who somebody is beside the password.
     *
     * @param totp the secret of his authenticator app in Base64, or null
     * @param totpStep the last step whose code was accepted
     * @param recovery SHA-256, in hexadecimal, of each recovery code that is left; a code has 80 random bits
     * @param passkeys what his authenticators proved
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Factors(String totp, long totpStep, List<String> recovery, List<Passkey> passkeys) {
        static final Factors NONE = new Factors(null, 0, List.of(), List.of());

        Factors {
            recovery = List.copyOf(recovery);
            passkeys = List.copyOf(passkeys);
        }

        private Factors at(long step) {
            return new Factors(totp, step, recovery, passkeys);
        }

        private Factors withTotp(String secret, long step) {
            return new Factors(secret, step, recovery, passkeys);
        }

        private Factors withRecovery(List<String> left) {
            return new Factors(totp, totpStep, left, passkeys);
        }

        /** With this passkey in the place of the one of the same ID, or added; without it where there is none. */
        private Factors withPasskey(String id, Optional<Passkey> other) {
            List<Passkey> all = new ArrayList<>(passkeys);
            all.removeIf(passkey -> passkey.id().equals(id));
            other.ifPresent(all::add);
            return new Factors(totp, totpStep, recovery, all);
        }
    }

    /**
     * A change that somebody proposed and nobody decided about yet.
     *
     * @param event what the record says of it
     * @param name the person's name, for the list alone
     * @param half SHA-256 of the half of the first password that the proposer was shown, or null where there is none
     * @param verdict {@code approve} or {@code refuse}, as soon as somebody began to decide; null before
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Change(String event, String name, String half, String verdict) {
        PeopleEvent proposed() throws IOException {
            try {
                return (PeopleEvent) CanonicalJson.decode(event.getBytes(StandardCharsets.UTF_8));
            } catch (MalformedEventException damaged) {
                throw new IOException("The list of people holds a damaged proposal", damaged);
            }
        }
    }

    /**
     * The file.
     *
     * @param token what makes the file unlike what any other process writes at the same moment
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Content(List<Listed> people, List<Change> changes, String token) {}

    /** The list while it is changed. */
    private static final class Draft {
        final Map<String, Listed> people = new TreeMap<>();
        final List<Change> changes;

        Draft(Content content) {
            content.people().forEach(this::put);
            changes = new ArrayList<>(content.changes());
        }

        void put(Listed listed) {
            people.put(listed.officerNo(), listed);
        }

        Listed require(String officerNo) throws IOException {
            Listed listed = people.get(officerNo);
            if (listed == null) {
                throw new IOException(officerNo + " was struck off the list of people meanwhile");
            }
            return listed;
        }

        int indexOf(String changeId) throws IOException {
            for (int i = 0; i < changes.size(); i++) {
                if (changes.get(i).proposed().changeId().equals(changeId)) {
                    return i;
                }
            }
            return -1;
        }
    }

    /** One change of the list; made anew of what the list is then, where another process changed it meanwhile. */
    private interface Edit<T, E extends Exception> {
        T of(Draft draft) throws IOException, E;
    }

    private <T, E extends Exception> T change(Edit<T, E> edit) throws IOException, E {
        while (true) {
            Optional<byte[]> before = notes.read(FILE);
            Draft draft = new Draft(content(before));
            T result = edit.of(draft);
            Content after = new Content(List.copyOf(draft.people.values()), draft.changes, text(salt()));
            if (notes.replace(FILE, before, JSON.writeValueAsBytes(after))) {
                return result;
            }
        }
    }

    /** Changes one person. */
    private void edit(String officerNo, UnaryOperator<Listed> edit) throws IOException {
        change(draft -> {
            draft.put(edit.apply(draft.require(officerNo)));
            return null;
        });
    }

    /** The person whom something proved, and what did. */
    record Proved(Listed listed, String credential) {
        Person person() {
            return listed.person(credential);
        }
    }

    People(LogStore notes) {
        this.notes = notes;
    }

    /** Everybody, by number. */
    synchronized Collection<Listed> all() throws IOException {
        return people().values();
    }

    /** The person of this number, if there is one. */
    synchronized Optional<Listed> find(String officerNo) throws IOException {
        return Optional.ofNullable(people().get(officerNo));
    }

    /** What was proposed and not decided yet, oldest first. */
    synchronized List<Change> changes() throws IOException {
        return read().changes();
    }

    /** Keeps a proposal; gives the half of the password for the first time that the proposer hands over, where there is one. */
    synchronized Optional<String> propose(PeopleEvent proposed, String name) throws IOException {
        Optional<String> half =
                proposed instanceof RoleChangeProposed ? Optional.empty() : Optional.of(code(HALF_CHARACTERS));
        Change change = new Change(
                new String(CanonicalJson.encode(proposed), StandardCharsets.UTF_8),
                name,
                half.map(People::digest).orElse(null),
                null);
        change(draft -> draft.changes.add(change));
        return half;
    }

    /**
     * Begins to decide, before the record is told: of two processes where people decide otherwise at the same moment, one goes on. The same decision may
     * be repeated until it was carried out.
     */
    synchronized void decide(String changeId, String verdict) throws IOException, Problem {
        this.<Change, Problem>change(draft -> {
            int at = requireWaiting(draft, changeId);
            Change change = draft.changes.get(at);
            if (change.verdict() != null && !change.verdict().equals(verdict)) {
                throw new Problem(
                        409,
                        "IN-159",
                        "Somebody else decides about this change at this moment: " + change.verdict()
                                + ". Look at it again");
            }
            return draft.changes.set(at, new Change(change.event(), change.name(), change.half(), verdict));
        });
    }

    /** Takes {@link #decide} back, where the record did not answer. */
    synchronized void undecide(String changeId) throws IOException {
        change(draft -> {
            int at = draft.indexOf(changeId);
            if (at >= 0) {
                Change change = draft.changes.get(at);
                draft.changes.set(at, new Change(change.event(), change.name(), change.half(), null));
            }
            return null;
        });
    }

    private static int requireWaiting(Draft draft, String changeId) throws IOException, Problem {
        int at = draft.indexOf(changeId);
        if (at < 0) {
            throw new Problem(404, "IN-112", "No such change is waiting: it was decided, or nobody proposed it");
        }
        return at;
    }

    /** Does what was proposed; gives the other half of the password for the first time, where there is one. */
    synchronized Optional<String> carryOut(Change change, String approvedBy) throws IOException, Problem {
        PeopleEvent proposed = change.proposed();
        Optional<String> half =
                proposed instanceof RoleChangeProposed ? Optional.empty() : Optional.of(code(HALF_CHARACTERS));
        this.<Change, Problem>change(draft -> {
            int at = requireWaiting(draft, proposed.changeId());
            if (proposed instanceof AdmissionProposed admission) {
                draft.put(admitted(
                        admission.officerNo(),
                        change.name(),
                        admission.unitCode(),
                        admission.roles(),
                        change.half(),
                        half.orElseThrow()));
            } else if (proposed instanceof RoleChangeProposed roles) {
                draft.put(draft.require(roles.officerNo()).as(roles.unitCode(), roles.roles()));
            } else if (proposed instanceof CredentialResetProposed reset) {
                Reset by = new Reset(
                        proposed.context().actor().id(),
                        approvedBy,
                        Instant.now().toString());
                draft.put(reset(
                        draft.require(reset.officerNo()), change.half(), half.orElseThrow(), by, reset.secondFactor()));
            }
            return draft.changes.remove(at);
        });
        if (half.isPresent()) {
            tries.forget(proposed.holder());
        }
        return half;
    }

    /** Forgets a proposal. */
    synchronized void drop(String changeId) throws IOException {
        change(draft -> {
            int at = draft.indexOf(changeId);
            return at < 0 ? null : draft.changes.remove(at);
        });
    }

    /** Admits somebody at once; gives the whole password for the first time. */
    synchronized String admit(String officerNo, String name, String unitCode, List<String> roles) throws IOException {
        String first = code(HALF_CHARACTERS);
        String second = code(HALF_CHARACTERS);
        change(draft -> {
            draft.put(admitted(officerNo, name, unitCode, roles, digest(first), second));
            return null;
        });
        tries.forget(officerNo);
        return first + "-" + second;
    }

    /** Gives somebody another password for the first time at once. */
    synchronized String reset(String officerNo, Reset by, boolean secondFactor) throws IOException {
        String first = code(HALF_CHARACTERS);
        String second = code(HALF_CHARACTERS);
        change(draft -> {
            draft.put(reset(draft.require(officerNo), digest(first), second, by, secondFactor));
            return null;
        });
        tries.forget(officerNo);
        return first + "-" + second;
    }

    private Listed admitted(
            String officerNo, String name, String unitCode, List<String> roles, String firstDigest, String second)
            throws IOException {
        byte[] salt = salt();
        String hash = hash(firstDigest + normal(second), salt);
        return new Listed(officerNo, name, unitCode, roles, text(salt), hash, true, null, null);
    }

    private Listed reset(Listed listed, String firstDigest, String second, Reset by, boolean secondFactor)
            throws IOException {
        byte[] salt = salt();
        return listed.with(text(salt), hash(firstDigest + normal(second), salt), true)
                .with(by, secondFactor);
    }

    /** Changes what somebody is. */
    synchronized void changeRoles(String officerNo, String unitCode, List<String> roles) throws IOException {
        edit(officerNo, listed -> listed.as(unitCode, roles));
    }

    /** Strikes somebody off the list, with what was proposed about him or by him. */
    synchronized void dismiss(String officerNo) throws IOException {
        change(draft -> {
            draft.people.remove(officerNo);
            List<Change> left = new ArrayList<>();
            for (Change change : draft.changes) {
                PeopleEvent proposed = change.proposed();
                if (!proposed.holder().equals(officerNo)
                        && !proposed.context().actor().id().equals(officerNo)) {
                    left.add(change);
                }
            }
            draft.changes.retainAll(left);
            return null;
        });
    }

    /**
     * The person whom number and password prove, with a code where he has a second factor; nothing where the password is wrong. A password of the
     * first time is good only for changing it.
     *
     * @param code a code of his authenticator app, or a recovery code; an empty text where he sends none
     * @param chooses whether he sends a password of his own choice to take the place of this one
     * @param address where the try comes from
     * @param cookie what {@link #knownBrowser} gave to this browser before, or null
     */
    Optional<Proved> prove(
            String officerNo, String password, String code, boolean chooses, String address, String cookie)
            throws IOException, Problem {
        Optional<Listed> found = password(officerNo, password, address, cookie);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (found.get().once() && !chooses) { // before a code is used up
            tries.good(officerNo, address, cookie);
            throw new Problem(403, "IN-154", "This password is good once: choose your own, and send it as newPassword");
        }
        String credential = "password";
        if (found.get().hasSecondFactor()) {
            credential += "+" + second(officerNo, code);
        }
        tries.good(officerNo, address, cookie);
        return Optional.of(new Proved(found.get(), credential));
    }

    /** Whether this is the person's password; a wrong one counts as at signing in. */
    boolean isPassword(String officerNo, String password, String address, String cookie) throws IOException, Problem {
        boolean same = password(officerNo, password, address, cookie).isPresent();
        if (same) {
            tries.good(officerNo, address, cookie);
        }
        return same;
    }

    private Optional<Listed> password(String officerNo, String password, String address, String cookie)
            throws IOException, Problem {
        tries.count(officerNo, address, cookie);
        Optional<Listed> found = find(officerNo);
        byte[] salt =
                found.map(listed -> Base64.getDecoder().decode(listed.salt())).orElse(new byte[16]);
        String text = found.filter(Listed::once).isPresent() ? firstPassword(password) : password;
        boolean same = same(hash(text, salt), found.map(Listed::hash).orElse("")); // as long for nobody as for somebody
        return same ? found : Optional.empty();
    }

    /** What is hashed of a first password: of its first half the digest alone was kept until the second one was made. */
    private static String firstPassword(String typed) {
        String normal = normal(typed);
        return normal.length() == 2 * HALF_CHARACTERS
                ? digest(normal.substring(0, HALF_CHARACTERS)) + normal.substring(HALF_CHARACTERS)
                : typed;
    }

    /**
     * Uses up a code of somebody's second factor: one of his authenticator app, each once, or a recovery code.
     *
     * @return which of the two it was: {@code totp} or {@code recovery}
     */
    synchronized String second(String officerNo, String code) throws IOException, Problem {
        String normal = normal(code);
        if (normal.length() != RECOVERY_CHARACTERS
                && find(officerNo)
                        .filter(listed -> listed.knownFactors().totp() != null)
                        .isPresent()
                && !normal.isEmpty()) {
            tries.countCode(officerNo);
        }
        String which = this.<String, Problem>change(draft -> second(draft, officerNo, normal));
        if (which.equals("totp")) {
            tries.goodCode(officerNo);
        }
        return which;
    }

    private static String second(Draft draft, String officerNo, String normal) throws Problem {
        Listed listed = draft.people.get(officerNo);
        if (listed == null || !listed.hasSecondFactor() || normal.isEmpty()) {
            throw new Problem(
                    401, "IN-163", "Send as code what your authenticator app shows, or one of your recovery codes");
        }
        Factors factors = listed.factors();
        if (normal.length() == RECOVERY_CHARACTERS) { // nobody guesses 80 bits
            List<String> left = new ArrayList<>(factors.recovery());
            if (left.remove(digest(normal))) {
                draft.put(listed.with(factors.withRecovery(left)));
                return "recovery";
            }
        } else if (factors.totp() != null) {
            OptionalLong step = Totp.accepted(
                    Base64.getDecoder().decode(factors.totp()), normal, Instant.now(), factors.totpStep());
            if (step.isPresent()) {
                draft.put(listed.with(factors.at(step.getAsLong())));
                return "totp";
            }
        }
        throw new Problem(
                401, "IN-164", "This code is wrong or was used before. Wait for the next one, or use a recovery code");
    }

    /** The step of a code of a secret that is new; refuses what is none. */
    static long requireCode(byte[] secret, String code) throws Problem {
        OptionalLong step = Totp.accepted(secret, normal(code), Instant.now(), 0);
        if (step.isEmpty()) {
            throw new Problem(
                    403, "IN-164", "This is no code of the new secret. Look whether the clock of your app is right");
        }
        return step.getAsLong();
    }

    /**
     * Makes this the secret of somebody's authenticator app.
     *
     * @param step the step whose code he showed
     * @return the recovery codes, which are shown once; those of before are good no longer
     */
    synchronized List<String> enrol(String officerNo, byte[] secret, long step) throws IOException {
        List<String> codes = recoveryCodes();
        edit(
                officerNo,
                listed -> listed.with(
                        listed.knownFactors().withTotp(text(secret), step).withRecovery(digests(codes))));
        return codes;
    }

    /**
     * Adds a passkey.
     *
     * @return recovery codes, where he has none yet
     */
    synchronized List<String> enrol(String officerNo, Passkey passkey) throws IOException {
        List<String> codes = recoveryCodes();
        return change(draft -> {
            Listed listed = draft.require(officerNo);
            Factors factors = listed.knownFactors().withPasskey(passkey.id(), Optional.of(passkey));
            boolean first = !listed.hasSecondFactor();
            draft.put(listed.with(first ? factors.withRecovery(digests(codes)) : factors));
            return first ? codes : List.of();
        });
    }

    private List<String> recoveryCodes() {
        return Stream.generate(() -> code(RECOVERY_CHARACTERS))
                .limit(RECOVERY_CODES)
                .toList();
    }

    private static List<String> digests(List<String> codes) {
        return codes.stream().map(People::digest).toList();
    }

    /** Takes somebody's authenticator app away. */
    synchronized void removeTotp(String officerNo) throws IOException {
        edit(officerNo, listed -> listed.with(listed.knownFactors().withTotp(null, 0)));
    }

    /** Takes a passkey of somebody away. */
    synchronized void removePasskey(String officerNo, String id) throws IOException {
        edit(officerNo, listed -> listed.with(listed.knownFactors().withPasskey(id, Optional.empty())));
    }

    /** Whose passkey this is. */
    synchronized Optional<Listed> ownerOf(String passkeyId) throws IOException {
        return ownerOf(passkeyId, people().values());
    }

    private static Optional<Listed> ownerOf(String passkeyId, Collection<Listed> people) {
        return people.stream()
                .filter(listed -> listed.knownFactors().passkeys().stream()
                        .anyMatch(passkey -> passkey.id().equals(passkeyId)))
                .findFirst();
    }

    /** The person whom a passkey proves, whose counter goes on. */
    synchronized Proved prove(Passkeys passkeys, URI page, JsonNode credential) throws IOException, Problem {
        String id = Passkeys.id(credential);
        Passkey known = passkey(id, people().values());
        long counter = passkeys.proved(
                ownerOf(id).map(Listed::officerNo).orElseThrow(),
                known,
                page,
                credential); // once: it uses up the challenge
        return this.<Proved, Problem>change(draft -> {
            Passkey now = passkey(id, draft.people.values());
            Listed owner = ownerOf(id, draft.people.values()).orElseThrow();
            draft.put(owner.with(owner.knownFactors().withPasskey(id, Optional.of(now.at(counter)))));
            return new Proved(owner, "passkey");
        });
    }

    private static Passkey passkey(String id, Collection<Listed> people) throws Problem {
        return people.stream()
                .flatMap(listed -> listed.knownFactors().passkeys().stream())
                .filter(passkey -> passkey.id().equals(id))
                .findFirst()
                .orElseThrow(
                        () -> new Problem(401, "IN-166", "Nobody here has this passkey: add it under your account"));
    }

    /** A cookie by which the browser of this person is known from now on. */
    String knownBrowser(String officerNo) {
        return tries.cookie(officerNo);
    }

    /** Refuses a password that is too weak for this person. */
    static void requireStrong(String officerNo, String password) throws Problem {
        if (password.length() < PASSWORD_MIN
                || password.length() > PASSWORD_MAX
                || password.contains(officerNo)
                || password.chars().distinct().count() < 6) {
            throw new Problem(
                    400,
                    "IN-153",
                    "A password has at least " + PASSWORD_MIN
                            + " characters, 6 different ones, and not your number in it; several words make a good one");
        }
    }

    /** Gives somebody another password, which he chose. */
    synchronized void change(String officerNo, String password) throws IOException, Problem {
        requireStrong(officerNo, password);
        byte[] salt = salt();
        String hash = hash(password, salt);
        edit(officerNo, listed -> listed.with(text(salt), hash, false));
    }

    private byte[] salt() {
        byte[] salt = new byte[16];
        random.nextBytes(salt);
        return salt;
    }

    /** A code of so many characters of five random bits each, in groups of four. */
    private String code(int characters) {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < characters; i++) {
            code.append(i > 0 && i % GROUP == 0 ? "-" : "").append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return code.toString();
    }

    /** A code as it was made, however it was typed. */
    private static String normal(String typed) {
        return typed.toUpperCase(Locale.ROOT).replaceAll("[^0-9A-Z]", "");
    }

    private static String digest(String code) {
        return Sha256Digest.of(normal(code).getBytes(StandardCharsets.US_ASCII)).hex();
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

    private Map<String, Listed> people() throws IOException {
        return new Draft(read()).people;
    }

    private Content read() throws IOException {
        return content(notes.read(FILE));
    }

    private static Content content(Optional<byte[]> bytes) throws IOException {
        if (bytes.isEmpty()) {
            return new Content(List.of(), List.of(), null);
        }
        JsonNode file = JSON.readTree(bytes.get());
        return file.isArray() // as versions before 0032 wrote it
                ? new Content(JSON.convertValue(file, new TypeReference<List<Listed>>() {}), List.of(), null)
                : JSON.convertValue(file, Content.class);
    }
}
