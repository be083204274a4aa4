package org.liuhen.access;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.liuhen.web.Problem;

/** Signing in with an OpenID provider: authorization code with PKCE (OpenID Connect Core 1.0 §3.1, RFC 7636). */
public final class OpenId {
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int MILLIS_MAX = 5_000;
    private static final int WAITING_MAX = 10_000;

    private final Settings settings;
    private final Map<State, Begun> begun = new ConcurrentHashMap<>();
    private OIDCProviderMetadata provider;

    /**
     * Which provider to ask.
     *
     * @param issuer the provider's issuer URL
     * @param clientId how this page is called there
     * @param clientSecret its secret, or null where it is a public client
     * @param page the address of this page, to which the provider sends people back
     * @param numberClaim the claim with the officer's number
     * @param unitClaim the claim with the unit code; an empty text is the whole site
     * @param rolesClaim the claim with the list of roles, as {@link Role#word} names them
     */
    public record Settings(
            String issuer,
            String clientId,
            String clientSecret,
            URI page,
            String numberClaim,
            String unitClaim,
            String rolesClaim) {}

    private record Begun(CodeVerifier verifier, Nonce nonce, String browser, Instant at) {}

    /** Signs in at this provider. Its metadata are read at the first sign-in. */
    public OpenId(Settings settings) {
        this.settings = settings;
    }

    /**
     * The address at the provider to which a browser is sent to sign in. IN-133: the provider does not answer, or too many sign in.
     *
     * @param browser a secret of this browser, which it shows again when it comes back
     */
    URI begin(String browser) throws Problem {
        Instant now = Instant.now();
        begun.values().removeIf(old -> now.isAfter(old.at().plus(LONGEST)));
        if (begun.size() >= WAITING_MAX) {
            throw new Problem(503, "IN-133", "Too many people are signing in. Try again in a moment");
        }
        State state = new State();
        Begun mine = new Begun(new CodeVerifier(), new Nonce(), browser, now);
        begun.put(state, mine);
        return new AuthenticationRequest.Builder(
                        ResponseType.CODE, new Scope("openid", "profile"), new ClientID(settings.clientId()), back())
                .endpointURI(provider().getAuthorizationEndpointURI())
                .state(state)
                .nonce(mine.nonce())
                .codeChallenge(mine.verifier(), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    /** The person whom the provider names to a browser that comes back with a code. IN-133, IN-155: see the error codes. */
    Person end(String state, String code, String browser) throws Problem {
        Begun mine = state == null ? null : begun.remove(new State(state));
        if (mine == null || code == null || !mine.browser().equals(browser)) {
            throw new Problem(401, "IN-155", "This browser did not begin to sign in, or it took too long. Begin again");
        }
        try {
            AuthorizationCodeGrant grant =
                    new AuthorizationCodeGrant(new AuthorizationCode(code), back(), mine.verifier());
            ClientID client = new ClientID(settings.clientId());
            URI endpoint = provider().getTokenEndpointURI();
            TokenRequest request = settings.clientSecret() == null
                    ? new TokenRequest.Builder(endpoint, client, grant).build()
                    : new TokenRequest.Builder(
                                    endpoint, new ClientSecretBasic(client, new Secret(settings.clientSecret())), grant)
                            .build();
            var http = request.toHTTPRequest();
            http.setConnectTimeout(MILLIS_MAX);
            http.setReadTimeout(MILLIS_MAX);
            HTTPResponse response = http.send();
            TokenResponse answer = OIDCTokenResponseParser.parse(response);
            if (!answer.indicatesSuccess()) {
                throw new Problem(
                        401,
                        "IN-155",
                        "The provider does not vouch for you: "
                                + answer.toErrorResponse().getErrorObject().getCode() + ". Begin again");
            }
            OIDCTokenResponse tokens = (OIDCTokenResponse) answer.toSuccessResponse();
            JWSAlgorithm algorithm = JWSAlgorithm.parse(tokens.getOIDCTokens()
                    .getIDToken()
                    .getHeader()
                    .getAlgorithm()
                    .getName());
            if (!org.liuhen.access.BearerTokens.ALGORITHMS.contains(algorithm)) { // never none, never a shared secret
                throw new Problem(
                        401, "IN-155", "The provider signs with " + algorithm + ", which proves nothing here");
            }
            IDTokenValidator validator = new IDTokenValidator(
                    new Issuer(settings.issuer()),
                    client,
                    algorithm,
                    provider().getJWKSetURI().toURL());
            return person(
                    validator
                            .validate(tokens.getOIDCTokens().getIDToken(), mine.nonce())
                            .toJWTClaimsSet(),
                    "oidc");
        } catch (IOException away) {
            throw new Problem(503, "IN-133", "The OpenID provider does not answer. Try again");
        } catch (BadJOSEException | com.nimbusds.jose.JOSEException | com.nimbusds.oauth2.sdk.ParseException wrong) {
            throw new Problem(401, "IN-155", "The provider's answer is not good: " + wrong.getMessage());
        }
    }

    /** The person whom these claims name, with the roles. IN-132: a claim is missing or malformed. */
    Person person(JWTClaimsSet claims, String credential) throws Problem {
        try {
            String number = claims.getStringClaim(settings.numberClaim());
            if (number == null || number.isBlank()) {
                throw new Problem(403, "IN-132", "The token has no claim " + settings.numberClaim());
            }
            List<String> words = claims.getStringListClaim(settings.rolesClaim());
            Set<Role> roles = words == null
                    ? Set.of()
                    : words.stream().map(Role::of).flatMap(Optional::stream).collect(Collectors.toSet());
            String unit = claims.getStringClaim(settings.unitClaim());
            if (unit == null && roles.stream().anyMatch(role -> role.reach() == Role.Reach.UNIT)) {
                // No unit is the whole site, and that has to be said: an empty text.
                throw new Problem(403, "IN-132", "The token has no claim " + settings.unitClaim());
            }
            return new Person(number, unit, roles, credential);
        } catch (ParseException wrong) {
            throw new Problem(403, "IN-132", "A claim of the token has the wrong form: " + wrong.getMessage());
        }
    }

    private URI back() {
        return settings.page().resolve("/signed-in");
    }

    private synchronized OIDCProviderMetadata provider() throws Problem {
        if (provider == null) {
            try {
                provider = OIDCProviderMetadata.resolve(new Issuer(settings.issuer()), MILLIS_MAX, MILLIS_MAX);
            } catch (IOException | GeneralException away) {
                throw new Problem(503, "IN-133", "The OpenID provider does not answer: " + away.getMessage());
            }
        }
        return provider;
    }
}
