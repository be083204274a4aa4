package org.liuhen.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.util.Set;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.web.Problem;

/**
 * Verifies bearer tokens (RFC 6750) of the site's OpenID provider: a signed JWT (RFC 9068) for this audience. Keys come
 * from the address that the provider's own metadata names (OpenID Connect Discovery 1.0 §4).
 */
public final class BearerTokens {
    private static final int MILLIS_MAX = 5_000;
    private static final int CLOCKS_DIFFER_SECONDS = 5;
    private static final int BYTES_MAX = 1 << 20;

    /** Algorithms with a public key. {@code none} and shared secrets are not among them (RFC 8725 §3.1). */
    public static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.EdDSA);

    private final Settings settings;
    private DefaultJWTProcessor<SecurityContext> processor;

    /**
     * Which provider to trust.
     *
     * @param issuer the provider's issuer URL, as its tokens name it
     * @param audience the name of this service at the provider
     * @param numberClaim the claim that holds the officer's number
     * @param unitClaim the claim that holds the officer's unit code; it may be missing in a token
     */
    public record Settings(String issuer, String audience, String numberClaim, String unitClaim) {}

    /** Trusts this provider. Its keys are read when the first token comes. */
    public BearerTokens(Settings settings) {
        this.settings = settings;
    }

    /** The claims of a valid token. IN-131: it is not valid. IN-133: the provider does not answer. */
    public JWTClaimsSet claims(String token) throws Problem {
        try {
            return processor().process(token, null);
        } catch (ParseException | BadJOSEException | JOSEException | IllegalArgumentException wrong) {
            throw new Problem(401, "IN-131", "The bearer token is not good: " + firstWords(wrong.getMessage()));
        } catch (IOException away) {
            throw new Problem(503, "IN-133", "The OpenID provider does not answer. Try again, or use a dock");
        }
    }

    /** The officer whom a token names. IN-132: it names none; and the errors of {@link #claims}. */
    public Actor officer(String token) throws Problem {
        JWTClaimsSet claims = claims(token);
        try {
            String number = claims.getStringClaim(settings.numberClaim());
            if (number == null || number.isBlank()) {
                throw new Problem(403, "IN-132", "The token has no claim " + settings.numberClaim());
            }
            return new Actor(Actor.Kind.OFFICER, number, claims.getStringClaim(settings.unitClaim()), "bearer");
        } catch (ParseException | IllegalArgumentException wrong) {
            throw new Problem(401, "IN-131", "The bearer token is not good: " + firstWords(wrong.getMessage()));
        }
    }

    private static String firstWords(String text) {
        return text == null ? "it cannot be read" : text.substring(0, Math.min(200, text.length()));
    }

    private synchronized DefaultJWTProcessor<SecurityContext> processor() throws IOException, ParseException {
        if (processor == null) {
            DefaultResourceRetriever retriever = new DefaultResourceRetriever(MILLIS_MAX, MILLIS_MAX, BYTES_MAX);
            URI metadata = URI.create(settings.issuer().replaceAll("/$", "") + "/.well-known/openid-configuration");
            var found = JSONObjectUtils.parse(
                    retriever.retrieveResource(metadata.toURL()).getContent());
            if (!settings.issuer().equals(found.get("issuer"))) {
                throw new IOException("the provider calls itself " + found.get("issuer"));
            }
            URI keys = URI.create(String.valueOf(found.get("jwks_uri")));
            DefaultJWTProcessor<SecurityContext> made = new DefaultJWTProcessor<>();
            made.setJWSTypeVerifier(
                    new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
            made.setJWSKeySelector(new JWSVerificationKeySelector<>(
                    ALGORITHMS,
                    JWKSourceBuilder.create(keys.toURL(), retriever)
                            .retrying(true)
                            .build()));
            DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                    settings.audience(),
                    new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
                    Set.of("exp", "sub"));
            claims.setMaxClockSkew(CLOCKS_DIFFER_SECONDS);
            made.setJWTClaimsSetVerifier(claims);
            processor = made;
        }
        return processor;
    }
}
