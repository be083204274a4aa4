package org.liuhen.access;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.liuhen.access.ListedPerson.Factors;
import org.liuhen.access.Passkeys.Passkey;
import org.liuhen.web.Problem;

/** The second factors of the station's own list: codes of authenticator apps, recovery codes, and passkeys. */
final class SecondFactors {
    private final PeopleList list;
    private final SignInAttempts attempts;

    SecondFactors(PeopleList list, SignInAttempts attempts) {
        this.list = list;
        this.attempts = attempts;
    }

    /**
     * Uses up a code: one of the authenticator app, each once, or a recovery code. IN-152: too many attempts. IN-163: there is no code, or
     * no second factor. IN-164: the code is wrong or was used before.
     *
     * @return which of the two it was: {@code totp} or {@code recovery}
     */
    String use(String officerNo, String code) throws IOException, Problem {
        String normal = SecretCodes.normal(code);
        if (normal.length() != SecretCodes.RECOVERY
                && !normal.isEmpty()
                && list.find(officerNo)
                        .filter(listed -> listed.knownFactors().totp() != null)
                        .isPresent()) {
            attempts.countCode(officerNo);
        }
        String which = list.<String, Problem>change(draft -> use(draft, officerNo, normal));
        if (which.equals("totp")) {
            attempts.goodCode(officerNo);
        }
        return which;
    }

    private static String use(PeopleList.Draft draft, String officerNo, String normal) throws Problem {
        ListedPerson listed = draft.people.get(officerNo);
        if (listed == null || !listed.hasSecondFactor() || normal.isEmpty()) {
            throw new Problem(
                    401, "IN-163", "Send as code what your authenticator app shows, or one of your recovery codes");
        }
        Factors factors = listed.factors();
        if (normal.length() == SecretCodes.RECOVERY) { // 80 bits cannot be guessed, so attempts are not counted
            List<String> left = new ArrayList<>(factors.recovery());
            if (left.remove(SecretCodes.digest(normal))) {
                draft.put(listed.withFactors(factors.withRecovery(left)));
                return "recovery";
            }
        } else if (factors.totp() != null) {
            OptionalLong step = Totp.accepted(
                    Base64.getDecoder().decode(factors.totp()), normal, Instant.now(), factors.totpStep());
            if (step.isPresent()) {
                draft.put(listed.withFactors(factors.at(step.getAsLong())));
                return "totp";
            }
        }
        throw new Problem(
                401, "IN-164", "This code is wrong or was used before. Wait for the next one, or use a recovery code");
    }

    /** The step of a code of a new secret. IN-164: it is no code of it. */
    static long requireCode(byte[] secret, String code) throws Problem {
        OptionalLong step = Totp.accepted(secret, SecretCodes.normal(code), Instant.now(), 0);
        if (step.isEmpty()) {
            throw new Problem(
                    403, "IN-164", "This is no code of the new secret. Look whether the clock of your app is right");
        }
        return step.getAsLong();
    }

    /**
     * Makes this the secret of the person's authenticator app.
     *
     * @param step the step whose code was shown
     * @return the recovery codes, which are shown once; those of before are not valid any more
     */
    List<String> enrol(String officerNo, byte[] secret, long step) throws IOException {
        List<String> codes = SecretCodes.recovery();
        String text = Base64.getEncoder().encodeToString(secret);
        list.edit(
                officerNo,
                listed -> listed.withFactors(
                        listed.knownFactors().withTotp(text, step).withRecovery(digests(codes))));
        return codes;
    }

    /**
     * Adds a passkey.
     *
     * @return recovery codes, where the person had no second factor before
     */
    List<String> enrol(String officerNo, Passkey passkey) throws IOException {
        List<String> codes = SecretCodes.recovery();
        return list.change(draft -> {
            ListedPerson listed = draft.require(officerNo);
            Factors factors = listed.knownFactors().withPasskey(passkey.id(), Optional.of(passkey));
            boolean first = !listed.hasSecondFactor();
            draft.put(listed.withFactors(first ? factors.withRecovery(digests(codes)) : factors));
            return first ? codes : List.of();
        });
    }

    private static List<String> digests(List<String> codes) {
        return codes.stream().map(SecretCodes::digest).toList();
    }

    /** Removes the person's authenticator app. */
    void removeTotp(String officerNo) throws IOException {
        list.edit(officerNo, listed -> listed.withFactors(listed.knownFactors().withTotp(null, 0)));
    }

    /** Removes a passkey of the person. */
    void removePasskey(String officerNo, String id) throws IOException {
        list.edit(officerNo, listed -> listed.withFactors(listed.knownFactors().withPasskey(id, Optional.empty())));
    }

    /** The person who registered this passkey. */
    Optional<ListedPerson> ownerOf(String passkeyId) throws IOException {
        return ownerOf(passkeyId, list.all());
    }

    private static Optional<ListedPerson> ownerOf(String passkeyId, Collection<ListedPerson> people) {
        return people.stream()
                .filter(listed -> listed.knownFactors().passkeys().stream()
                        .anyMatch(passkey -> passkey.id().equals(passkeyId)))
                .findFirst();
    }

    /** The person whom a passkey authenticates; its signature counter is stored. IN-166: the answer is not valid. */
    Person authenticate(Passkeys passkeys, URI page, JsonNode credential) throws IOException, Problem {
        String id = Passkeys.id(credential);
        ListedPerson known = requireOwner(id, list.all());
        long counter = passkeys.proved(
                known.officerNo(), passkey(known, id), page, credential); // once: it uses up the challenge
        return list.<Person, Problem>change(draft -> {
            ListedPerson owner = requireOwner(id, draft.people.values());
            Passkey counted = passkey(owner, id).at(counter);
            draft.put(owner.withFactors(owner.knownFactors().withPasskey(id, Optional.of(counted))));
            return owner.person("passkey");
        });
    }

    private static ListedPerson requireOwner(String passkeyId, Collection<ListedPerson> people) throws Problem {
        return ownerOf(passkeyId, people)
                .orElseThrow(
                        () -> new Problem(401, "IN-166", "Nobody here has this passkey: add it under your account"));
    }

    private static Passkey passkey(ListedPerson owner, String id) {
        return owner.knownFactors().passkeys().stream()
                .filter(passkey -> passkey.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
