package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.liuhen.access.Role;
import org.liuhen.custody.evidence.Sha256Digest;

/** People who are signed in at a station, by their numbers: each of them asks and uploads with the token of a session. */
final class SignedIn {
    static final String PASSWORD = "a password for the test";

    private final LiveStation station;
    private final Map<String, String> tokens = new HashMap<>();

    SignedIn(LiveStation station) {
        this.station = station;
    }

    /** Admits somebody, who signs in. */
    Entrance.Entered admit(String number, String unit, Role... roles) throws Exception {
        Entrance.Entered entered = new Entrance(station).admit(number, PASSWORD, unit, roles);
        tokens.put(number, entered.token());
        return entered;
    }

    /** Those who were admitted. */
    Set<String> numbers() {
        return tokens.keySet();
    }

    /** From now on this person asks with this token. */
    void put(String number, String token) {
        tokens.put(number, token);
    }

    /** A request of this person, or of nobody where it is null. */
    HttpRequest.Builder named(String who, String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(station.at(path));
        return who == null ? request : request.header("Authorization", "Bearer " + tokens.get(who));
    }

    HttpResponse<String> get(String who, String path) throws Exception {
        return send(who, "GET", path, null);
    }

    HttpResponse<String> post(String who, String path, String body) throws Exception {
        return send(who, "POST", path, body);
    }

    HttpResponse<String> send(String who, String method, String path, String body) throws Exception {
        HttpRequest.BodyPublisher sent =
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        return station.http.send(named(who, path).method(method, sent).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Does something with an item. */
    HttpResponse<String> act(String who, String id, String body) throws Exception {
        return post(who, "/api/evidence/" + id + "/acts", body);
    }

    /** Uploads in one request and gives the ID; where {@code more} has the same names, its metadata count. */
    String upload(String who, String name, byte[] bytes, Map<String, String> more) throws Exception {
        Map<String, String> metadata = new LinkedHashMap<>(TusSender.metadata(name, bytes));
        metadata.remove("officerNo"); // who is signed in is the officer
        metadata.putAll(more);
        return new TusSender(station).uploadAs(named(who, "/files"), metadata, bytes);
    }

    /** The item as this person sees it; an empty object where he does not. */
    JsonNode item(String who, String id) throws Exception {
        JsonNode found = read(get(who, "/api/evidence?id=" + id)).path("evidence");
        return found.size() == 1 ? found.get(0) : LiveStation.JSON.createObjectNode();
    }

    boolean sees(String who, String id) throws Exception {
        return item(who, id).has("id");
    }

    /** The IDs of the items that this person finds with these words of a query, in their order. */
    List<String> list(String who, String asks) throws Exception {
        return read(get(who, "/api/evidence?limit=500&" + asks))
                .path("evidence")
                .findValuesAsText("id");
    }

    /** The newest entry of an item's chain that this person has before him: what a signature over an act names. */
    Sha256Digest newest(String who, String id) throws Exception {
        JsonNode entries = read(get(who, "/api/evidence/" + id + "/custody")).get("entries");
        return new Sha256Digest(entries.get(entries.size() - 1).get("leaf").asText());
    }

    static void ok(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.uri() + " " + answer.body());
    }

    static JsonNode read(HttpResponse<String> answer) throws Exception {
        return LiveStation.JSON.readTree(answer.body());
    }

    /** The code of a refusal; empty where the answer is none. */
    static String code(HttpResponse<String> answer) throws Exception {
        boolean problem = answer.headers().firstValue("Content-Type").orElse("").startsWith("application/problem");
        return problem ? read(answer).path("code").asText() : "";
    }
}
