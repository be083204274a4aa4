package org.liuhen.access;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.liuhen.access.Passkeys.Passkey;

/**
 * One person of the station's own list, as it is stored.
 *
 * @param salt 16 bytes in Base64
 * @param hash Argon2id of the password, in Base64
 * @param once whether the password is the first one, which has to be changed
 * @param reset the last reset of the credentials; null where there was none
 * @param factors what authenticates the person beside the password; null where nothing does
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
record ListedPerson(
        String officerNo,
        String name,
        String unitCode,
        List<String> roles,
        String salt,
        String hash,
        boolean once,
        Reset reset,
        Factors factors) {
    /**
     * A reset of credentials.
     *
     * @param proposedBy who proposed it; null where the console did it alone
     * @param approvedBy who approved it, or did it at the console
     * @param at when, in ISO 8601
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Reset(String proposedBy, String approvedBy, String at) {}

    /**
     * What authenticates a person beside the password.
     *
     * @param totp the secret of the authenticator app in Base64, or null
     * @param totpStep the last step whose code was accepted
     * @param recovery SHA-256, in hexadecimal, of each recovery code that is left; a code has 80 random bits
     * @param passkeys the passkeys that were registered
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Factors(String totp, long totpStep, List<String> recovery, List<Passkey> passkeys) {
        static final Factors NONE = new Factors(null, 0, List.of(), List.of());

        Factors {
            recovery = List.copyOf(recovery);
            passkeys = List.copyOf(passkeys);
        }

        Factors at(long step) {
            return new Factors(totp, step, recovery, passkeys);
        }

        Factors withTotp(String secret, long step) {
            return new Factors(secret, step, recovery, passkeys);
        }

        Factors withRecovery(List<String> left) {
            return new Factors(totp, totpStep, left, passkeys);
        }

        /** With this passkey in the place of the one of the same ID, or added; without it where it is empty. */
        Factors withPasskey(String id, Optional<Passkey> other) {
            List<Passkey> all = new ArrayList<>(passkeys);
            all.removeIf(passkey -> passkey.id().equals(id));
            other.ifPresent(all::add);
            return new Factors(totp, totpStep, recovery, all);
        }
    }

    /** The roles that this version knows. */
    Set<Role> knownRoles() {
        return roles.stream().map(Role::of).flatMap(Optional::stream).collect(Collectors.toSet());
    }

    /** This person, authenticated by this credential. */
    Person person(String credential) {
        return new Person(officerNo, unitCode, knownRoles(), credential);
    }

    boolean hasSecondFactor() {
        return factors != null && (factors.totp() != null || !factors.passkeys().isEmpty());
    }

    Factors knownFactors() {
        return factors == null ? Factors.NONE : factors;
    }

    ListedPerson withRoles(String unit, List<String> words) {
        return new ListedPerson(officerNo, name, unit, words, salt, hash, once, reset, factors);
    }

    ListedPerson withPassword(String newSalt, String newHash, boolean first) {
        return new ListedPerson(officerNo, name, unitCode, roles, newSalt, newHash, first, reset, factors);
    }

    ListedPerson withReset(Reset by, boolean withoutFactors) {
        return new ListedPerson(
                officerNo, name, unitCode, roles, salt, hash, once, by, withoutFactors ? null : factors);
    }

    ListedPerson withFactors(Factors others) {
        return new ListedPerson(officerNo, name, unitCode, roles, salt, hash, once, reset, others);
    }
}
