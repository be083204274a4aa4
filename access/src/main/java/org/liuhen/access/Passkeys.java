package org.liuhen.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.util.exception.WebAuthnException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.web.Problem;

/**
 * Passkeys (WebAuthn Level 2), checked by webauthn4j: challenge, origin, relying party, user presence and verification, signature,
 * counter. The relying party is the host of the page, so an answer that was made for another site's page is not valid here. A challenge is
 * answered once, within minutes.
 */
final class Passkeys {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int WAITING_MAX = 10_000;
    private static final int CHALLENGE_BYTES = 32;
    private static final List<COSEAlgorithmIdentifier> ALGORITHMS =
            List.of(COSEAlgorithmIdentifier.ES256, COSEAlgorithmIdentifier.EdDSA, COSEAlgorithmIdentifier.RS256);

    private final ObjectConverter converter = new ObjectConverter();
    private final AttestedCredentialDataConverter keys = new AttestedCredentialDataConverter(converter);
    private final WebAuthnManager manager = WebAuthnManager.createNonStrictWebAuthnManager(converter);
    private final Map<String, Begun> begun = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();

    /** A challenge that was sent: the person who registers a passkey, or an empty text for a sign-in. */
    private record Begun(String officerNo, Instant at) {}

    /**
     * A registered passkey.
     *
     * @param id the credential ID in Base64url
     * @param name what its owner calls it
     * @param key the attested credential data (WebAuthn §6.5.1), with the public key, in Base64
     * @param counter the last signature counter; an authenticator that counts never goes back
     * @param backupEligible whether it may leave its device, such as in a cloud
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Passkey(String id, String name, String key, long counter, boolean backupEligible) {
        Passkey at(long counterNow) {
            return new Passkey(id, name, key, counterNow, backupEligible);
        }
    }

    /** Options for registering a passkey (WebAuthn §5.4), for a browser's {@code parseCreationOptionsFromJSON}. */
    ObjectNode creation(String officerNo, URI page, List<Passkey> there) throws Problem {
        ObjectNode options = JSON.createObjectNode().put("challenge", challenge(officerNo));
        options.put("attestation", "none").put("timeout", LONGEST.toMillis());
        options.putObject("rp").put("id", page.getHost()).put("name", "Liuhen");
        options.putObject("user")
                .put("id", handle(officerNo))
                .put("name", officerNo)
                .put("displayName", officerNo);
        for (COSEAlgorithmIdentifier algorithm : ALGORITHMS) {
            options.withArray("pubKeyCredParams")
                    .addObject()
                    .put("type", "public-key")
                    .put("alg", algorithm.getValue());
        }
        options.putObject("authenticatorSelection")
                .put("residentKey", "required")
                .put("userVerification", "required");
        for (Passkey passkey : there) {
            options.withArray("excludeCredentials")
                    .addObject()
                    .put("type", "public-key")
                    .put("id", passkey.id());
        }
        return options;
    }

    /** Options for signing in (WebAuthn §5.5) with any passkey of this page. */
    ObjectNode request(URI page) throws Problem {
        return JSON.createObjectNode()
                .put("challenge", challenge(""))
                .put("rpId", page.getHost())
                .put("userVerification", "required")
                .put("timeout", LONGEST.toMillis());
    }

    /** The passkey that a browser made for this person, verified as WebAuthn §7.1 asks. IN-166: it is not valid. */
    Passkey created(String officerNo, URI page, String name, JsonNode credential) throws Problem {
        try {
            RegistrationData data = manager.parseRegistrationResponseJSON(credential.toString());
            ServerProperty server =
                    server(page, data.getCollectedClientData().getChallenge().getValue(), officerNo);
            manager.verify(
                    data,
                    new RegistrationParameters(
                            server,
                            ALGORITHMS.stream()
                                    .map(algorithm -> new PublicKeyCredentialParameters(
                                            PublicKeyCredentialType.PUBLIC_KEY, algorithm))
                                    .toList(),
                            true,
                            true));
            var made = data.getAttestationObject().getAuthenticatorData();
            return new Passkey(
                    text(made.getAttestedCredentialData().getCredentialId()),
                    name,
                    Base64.getEncoder().encodeToString(keys.convert(made.getAttestedCredentialData())),
                    made.getSignCount(),
                    made.isFlagBE());
        } catch (WebAuthnException | IllegalArgumentException | NullPointerException wrong) {
            throw refusal(wrong);
        }
    }

    /** The ID of the passkey that a browser answers with. */
    static String id(JsonNode credential) {
        return credential.path("id").asText();
    }

    /** The user handle (WebAuthn §5.4.3) of all passkeys of this person. */
    private static String handle(String officerNo) {
        return text(Sha256Digest.of(officerNo.getBytes(UTF_8)).bytes());
    }

    /** The signature counter of an answer, verified as WebAuthn §7.2 asks. IN-166: it is not valid. */
    long proved(String officerNo, Passkey passkey, URI page, JsonNode credential) throws Problem {
        try {
            AuthenticationData data = manager.parseAuthenticationResponseJSON(credential.toString());
            ServerProperty server =
                    server(page, data.getCollectedClientData().getChallenge().getValue(), "");
            String handle = credential.at("/response/userHandle").asText("");
            if (!handle.isEmpty() && !handle.equals(handle(officerNo))) {
                throw new IllegalArgumentException("another person's");
            }
            CredentialRecordImpl known = new CredentialRecordImpl(
                    new NoneAttestationStatement(),
                    true,
                    passkey.backupEligible(),
                    false,
                    passkey.counter(),
                    keys.convert(Base64.getDecoder().decode(passkey.key())),
                    null,
                    null,
                    null,
                    null);
            manager.verify(data, new AuthenticationParameters(server, known, null, true, true));
            return data.getAuthenticatorData().getSignCount();
        } catch (WebAuthnException | IllegalArgumentException | NullPointerException wrong) {
            throw refusal(wrong);
        }
    }

    private static Problem refusal(RuntimeException wrong) {
        return new Problem(
                401,
                "IN-166",
                "The answer of this passkey is not good (" + wrong.getClass().getSimpleName()
                        + "). Begin again, on this station's own page");
    }

    /** What the answer is compared with. The challenge is used up, also by an answer that is not valid. */
    private ServerProperty server(URI page, byte[] challenge, String officerNo) {
        Begun ceremony = begun.remove(text(challenge));
        if (ceremony == null
                || ceremony.at().plus(LONGEST).isBefore(Instant.now())
                || !ceremony.officerNo().equals(officerNo)) {
            throw new IllegalArgumentException("no such challenge");
        }
        return new ServerProperty(Origin.create(page.toString()), page.getHost(), new DefaultChallenge(challenge));
    }

    private String challenge(String officerNo) throws Problem {
        Instant now = Instant.now();
        begun.values().removeIf(one -> one.at().plus(LONGEST).isBefore(now));
        if (begun.size() >= WAITING_MAX) {
            throw new Problem(503, "IN-115", "Too many are signing in at this moment; try again in a minute");
        }
        byte[] challenge = new byte[CHALLENGE_BYTES];
        random.nextBytes(challenge);
        begun.put(text(challenge), new Begun(officerNo, now));
        return text(challenge);
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
