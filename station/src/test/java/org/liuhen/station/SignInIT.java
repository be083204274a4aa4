package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signing in with an OpenID provider: with a certified one, and with one that lies in every way that the test knows. */
@SuppressWarnings("JavaUtilDate") // the library for tokens asks for it
class SignInIT {
    @TempDir
    private Path folder;

    /** A provider that gives whatever token it is told to. */
    private static final class Liar implements AutoCloseable {
        private final HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        private final String issuer;
        private final ECKey key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        private final ECKey anotherKey =
                new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        private String unit = "110105";
        private String token;
        private String challenge;
        private boolean challengeMet;

        Liar() throws Exception {
            issuer = "http://127.0.0.1:" + server.getAddress().getPort();
            server.createContext("/", this::answer);
            server.start();
        }

        private void answer(HttpExchange exchange) throws IOException {
            String path = exchange.getRequestURI().getPath();
            String body =
                    switch (path) {
                        case "/.well-known/openid-configuration" ->
                            "{\"issuer\":\"" + issuer
                                    + "\",\"authorization_endpoint\":\"" + issuer + "/auth\",\"token_endpoint\":\""
                                    + issuer
                                    + "/token\",\"jwks_uri\":\"" + issuer
                                    + "/jwks\",\"subject_types_supported\":[\"public\"],\"response_types_supported\":[\"code\"],"
                                    + "\"id_token_signing_alg_values_supported\":[\"ES256\"]}";
                        case "/jwks" -> new JWKSet(key.toPublicJWK()).toString();
                        default -> tokens(exchange);
                    };
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        }

        private String tokens(HttpExchange exchange) throws IOException {
            Map<String, String> asked =
                    query(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            challengeMet = s256(asked.getOrDefault("code_verifier", "")).equals(challenge);
            return "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"id_token\":\"" + token + "\"}";
        }

        JWTClaimsSet.Builder claims(String nonce) {
            return new JWTClaimsSet.Builder()
                    .issuer(issuer)
                    .audience("liuhen-page")
                    .subject("s")
                    .issueTime(new Date())
                    .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                    .claim("nonce", nonce)
                    .claim("officer_no", "110023")
                    .claim("unit_code", unit)
                    .claim("roles", List.of("auditor", "king"));
        }

        String sign(JWTClaimsSet claims, ECKey with) {
            try {
                SignedJWT jwt = new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .keyID("one")
                                .type(JOSEObjectType.JWT)
                                .build(),
                        claims);
                jwt.sign(new ECDSASigner(with));
                return jwt.serialize();
            } catch (com.nimbusds.jose.JOSEException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private static String s256(String text) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Map<String, String> query(String query) {
        return Arrays.stream(query.split("&", -1))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(
                        pair -> pair[0],
                        pair -> URLDecoder.decode(pair.length > 1 ? pair[1] : "", StandardCharsets.UTF_8),
                        (one, other) -> one));
    }

    @Test
    void noProviderThatLiesGetsAnybodyIn() throws Exception {
        try (Liar liar = new Liar();
                LiveStation station = new LiveStation(
                        folder.resolve("data"), "--sign-in", "oidc", "--sign-in-issuer", liar.issuer, "--no-devices")) {
            assertEquals(
                    "",
                    attempt(station, liar, nonce -> liar.sign(liar.claims(nonce).build(), liar.key)));
            assertTrue(liar.challengeMet, "PKCE");
            Map<String, UnaryOperator<String>> lies = new HashMap<>();
            lies.put("alg none", nonce -> new PlainJWT(liar.claims(nonce).build()).serialize());
            lies.put("another key", nonce -> liar.sign(liar.claims(nonce).build(), liar.anotherKey));
            lies.put(
                    "another audience",
                    nonce -> liar.sign(
                            liar.claims(nonce).audience("another-page").build(), liar.key));
            lies.put(
                    "another issuer",
                    nonce -> liar.sign(
                            liar.claims(nonce).issuer("http://127.0.0.1:1").build(), liar.key));
            lies.put("another nonce", nonce -> liar.sign(liar.claims("x").build(), liar.key));
            lies.put("no nonce", nonce -> liar.sign(liar.claims(null).build(), liar.key));
            lies.put(
                    "expired",
                    nonce -> liar.sign(
                            liar.claims(nonce)
                                    .expirationTime(Date.from(Instant.now().minusSeconds(600)))
                                    .build(),
                            liar.key));
            lies.put("a shared secret", nonce -> mac(liar.claims(nonce).build()));
            lies.put(
                    "a changed claim",
                    nonce -> changed(liar.sign(liar.claims(nonce).build(), liar.key)));
            lies.put("no token", nonce -> "nothing");
            for (Map.Entry<String, UnaryOperator<String>> lie : lies.entrySet()) {
                assertEquals("IN-155", attempt(station, liar, lie.getValue()), lie.getKey());
            }
            assertEquals(
                    "IN-132",
                    attempt(
                            station,
                            liar,
                            nonce -> liar.sign(
                                    liar.claims(nonce).claim("officer_no", null).build(), liar.key)));
            assertEquals(
                    "IN-151",
                    attempt(
                            station,
                            liar,
                            nonce -> liar.sign(
                                    liar.claims(nonce)
                                            .claim("roles", List.of("king"))
                                            .build(),
                                    liar.key)),
                    "a role that is none");
            assertEquals(
                    "IN-132",
                    attempt(
                            station,
                            liar,
                            nonce -> liar.sign(
                                    liar.claims(nonce).claim("unit_code", null).build(), liar.key)),
                    "no unit is not the whole site");
            foreignReturns(station, liar);
            bearers(station, liar);
            handedToOneWhoCameIn(station, liar);
            String unit = get(
                    station, "Bearer " + access(liar, "at+jwt", "liuhen-page"), "/api/log-events?type=accessDenied");
            assertFalse(unit.contains("IN-155"), "strangers are nobody's unit: " + unit);
            liar.unit = "";
            String log = get(
                    station, "Bearer " + access(liar, "at+jwt", "liuhen-page"), "/api/log-events?type=accessDenied");
            assertTrue(log.contains("IN-155") && log.contains("GET /signed-in"), log);
        }
    }

    /** The provider's list is not the station's: who takes something over has come in before, in a role that does. */
    private static void handedToOneWhoCameIn(LiveStation station, Liar liar) throws Exception {
        byte[] bytes = "笔录".getBytes(StandardCharsets.UTF_8);
        Map<String, String> metadata = TusSender.metadata("a.txt", bytes);
        metadata.remove("officerNo");
        String who = "Bearer "
                + liar.sign(
                        liar.claims(null)
                                .claim("officer_no", "110055")
                                .claim("roles", List.of("case-officer"))
                                .build(),
                        liar.key);
        HttpResponse<String> sent = post(
                station,
                who,
                "/files",
                bytes,
                "Tus-Resumable",
                "1.0.0",
                "Upload-Length",
                Integer.toString(bytes.length),
                "Upload-Metadata",
                TusSender.header(metadata),
                "Content-Type",
                "application/offset+octet-stream");
        assertEquals(201, sent.statusCode(), sent.body());
        String id = sent.headers().firstValue("Location").orElseThrow().replaceFirst(".*/", "");
        LiveStation.await(() -> get(station, who, "/api/evidence?id=" + id).contains("verified"));
        byte[] offer = "{\"act\":\"offer\",\"to\":\"110023\",\"reason\":\"x\"}".getBytes(StandardCharsets.UTF_8);
        String acts = "/api/evidence/" + id + "/acts";
        assertEquals("RV-130", code(post(station, who, acts, offer)), "signed in as an auditor");
        assertEquals(
                "",
                attempt(
                        station,
                        liar,
                        nonce -> liar.sign(
                                liar.claims(nonce)
                                        .claim("roles", List.of("prosecutor"))
                                        .build(),
                                liar.key)));
        LiveStation.await(() -> post(station, who, acts, offer).statusCode() == 200);
    }

    private static HttpResponse<String> post(
            LiveStation station, String authorization, String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(station.at(path)).header("Authorization", authorization);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return station.http.send(
                request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** A code that another browser fetched, or that comes twice, signs nobody in. */
    private static void foreignReturns(LiveStation station, Liar liar) throws Exception {
        HttpClient victim = browser();
        Map<String, String> asked = begin(station, victim, liar);
        liar.token = liar.sign(liar.claims(asked.get("nonce")).build(), liar.key);
        assertEquals("IN-155", code(back(station, browser(), asked.get("state"))), "another browser");
        assertEquals("IN-155", code(back(station, victim, asked.get("state"))), "the state is used up");
        assertEquals("IN-155", code(back(station, victim, "made-up")));
    }

    /** Programs show access tokens; an expired, a forged and a foreign one are refused, and so is one that anybody could make. */
    private static void bearers(LiveStation station, Liar liar) throws Exception {
        assertEquals(200, status(station, "Bearer " + access(liar, "at+jwt", "liuhen-page")));
        JWTClaimsSet over = liar.claims(null)
                .expirationTime(Date.from(Instant.now().minusSeconds(600)))
                .build();
        for (String wrong : List.of(
                access(liar, "at+jwt", "another-page"),
                liar.sign(over, liar.key),
                liar.sign(liar.claims(null).build(), liar.anotherKey),
                changed(access(liar, "at+jwt", "liuhen-page")),
                new PlainJWT(liar.claims(null).build()).serialize(),
                mac(liar.claims(null).build()),
                "nothing")) {
            assertEquals(401, status(station, "Bearer " + wrong), wrong);
        }
        assertEquals(401, status(station, "Console nothing"));
        assertEquals(401, status(station, "Basic MTEwMDIzOng="));
    }

    private static String access(Liar liar, String type, String audience) throws Exception {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID("one")
                        .type(new JOSEObjectType(type))
                        .build(),
                liar.claims(null).audience(audience).build());
        jwt.sign(new ECDSASigner(liar.key));
        return jwt.serialize();
    }

    private static String mac(JWTClaimsSet claims) {
        try {
            SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
            jwt.sign(new MACSigner(new byte[32]));
            return jwt.serialize();
        } catch (com.nimbusds.jose.JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String changed(String token) {
        String[] parts = token.split("[.]", -1);
        String claims =
                new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8).replace("110023", "110024");
        return parts[0] + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + "."
                + parts[2];
    }

    private static HttpClient browser() {
        return HttpClient.newBuilder()
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .build();
    }

    private static Map<String, String> begin(LiveStation station, HttpClient browser, Liar liar) throws Exception {
        HttpResponse<String> sent = browser.send(
                HttpRequest.newBuilder(station.at("/sign-in")).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(302, sent.statusCode(), sent.body());
        Map<String, String> asked = query(
                URI.create(sent.headers().firstValue("Location").orElseThrow()).getRawQuery());
        assertEquals("S256", asked.get("code_challenge_method"));
        liar.challenge = asked.get("code_challenge");
        return asked;
    }

    private static HttpResponse<String> back(LiveStation station, HttpClient browser, String state) throws Exception {
        return browser.send(
                HttpRequest.newBuilder(station.at("/signed-in?code=c&state=" + state))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The code with which the station refuses this token; an empty text where it is accepted. */
    private static String attempt(LiveStation station, Liar liar, UnaryOperator<String> token) throws Exception {
        HttpClient browser = browser();
        Map<String, String> asked = begin(station, browser, liar);
        liar.token = token.apply(asked.get("nonce"));
        HttpResponse<String> back = back(station, browser, asked.get("state"));
        HttpResponse<String> session = browser.send(
                HttpRequest.newBuilder(station.at("/api/session")).build(), HttpResponse.BodyHandlers.ofString());
        boolean inside = session.body().contains("110023");
        assertEquals(back.statusCode() == 302, inside, back.body() + session.body());
        return inside ? "" : code(back);
    }

    private static String code(HttpResponse<String> answer) throws IOException {
        return LiveStation.JSON.readTree(answer.body()).path("code").asText();
    }

    private static int status(LiveStation station, String authorization) throws Exception {
        return station.http
                .send(
                        HttpRequest.newBuilder(station.at("/api/gaps"))
                                .header("Authorization", authorization)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private static String get(LiveStation station, String authorization, String path) throws Exception {
        return station.http
                .send(
                        HttpRequest.newBuilder(station.at(path))
                                .header("Authorization", authorization)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** npm's oidc-provider, which is certified, with its own pages for signing in and consenting. */
    @Test
    void aCertifiedProviderSignsAnOfficerIn() throws Exception {
        int port = FreePort.find();
        int page = FreePort.find();
        Process provider = new ProcessBuilder(
                        "node", "provider.mjs", Integer.toString(port), "60", "http://127.0.0.1:" + page + "/signed-in")
                .directory(Path.of("src/test/oidc").toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("provider.log").toFile())
                .start();
        try (LiveStation station = new LiveStation(
                folder.resolve("certified"),
                "--sign-in",
                "oidc",
                "--sign-in-issuer",
                "http://127.0.0.1:" + port,
                "--sign-in-page",
                "http://127.0.0.1:" + page,
                "--no-devices")) {
            HttpClient browser = browser();
            HttpResponse<String> shown = follow(browser, station, station.at("/sign-in"));
            for (int steps = 0; steps < 5 && shown.uri().getPath().contains("interaction"); steps++) {
                Matcher prompt =
                        Pattern.compile("name=\"prompt\" value=\"(\\w+)\"").matcher(shown.body());
                assertTrue(prompt.find(), shown.body());
                HttpResponse<String> posted = browser.send(
                        HttpRequest.newBuilder(shown.uri())
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "prompt=" + prompt.group(1) + "&login=110023&password=x"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                URI next = shown.uri()
                        .resolve(posted.headers().firstValue("Location").orElseThrow());
                shown = follow(browser, station, next);
            }
            HttpResponse<String> session = browser.send(
                    HttpRequest.newBuilder(station.at("/api/session")).build(), HttpResponse.BodyHandlers.ofString());
            assertTrue(
                    session.body().contains("\"id\":\"110023\"")
                            && session.body().contains("supervisor"),
                    shown.uri() + " " + shown.body() + session.body());
        } finally {
            provider.destroy();
        }
    }

    /** The page has another port than it told the provider, since nobody knows a free one beforehand. */
    private static HttpResponse<String> follow(HttpClient browser, LiveStation station, URI from) throws Exception {
        URI at = from;
        while (true) {
            URI here = at.getPath().equals("/signed-in") ? station.at("/signed-in?" + at.getRawQuery()) : at;
            HttpResponse<String> answer =
                    browser.send(HttpRequest.newBuilder(here).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 3) {
                return answer;
            }
            at = here.resolve(answer.headers().firstValue("Location").orElseThrow());
        }
    }
}
