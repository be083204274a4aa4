package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.access.Role;

/** Who signs in for the first time is shown around, by role, once on a browser. */
@DisabledIf("onS3") // nothing of it reaches the store
class TourIT {
    private static final Map<Role, List<String>> STEPS = Map.of(
            Role.CASE_OFFICER, List.of("#drop", "#piles", "#list", "#views a[href=\"#/exports\"]", "#help"),
            Role.SUPERVISOR, List.of("#views a[href=\"#/gaps\"]", "#views a[href=\"#/units\"]", "#piles", "#help"),
            Role.APPROVER, List.of("#piles", "#views a[href=\"#/exports\"]", "#help"),
            Role.PROSECUTOR, List.of("#views a[href=\"#/handovers\"]", "#list", "#help"),
            Role.ADMINISTRATOR, List.of("#views a[href=\"#/people\"]", "#views a[href=\"#/devices\"]", "#help"));

    @TempDir
    private Path folder;

    static boolean onS3() {
        return LiveStation.onS3();
    }

    @Test
    void eachRoleIsShownAroundOnce() throws Exception {
        try (LiveStation station =
                new LiveStation(folder.resolve("data"), "--sign-in", "local", "--no-previews", "--no-devices")) {
            Entrance entrance = new Entrance(station);
            for (String lang : List.of("zh", "en")) {
                ArrayNode people = LiveStation.JSON.createArrayNode();
                String token = null;
                // Those who decide enrol a second factor, which takes a while: once.
                List<Role> roles = lang.equals("zh")
                        ? List.of(
                                Role.CASE_OFFICER, Role.SUPERVISOR, Role.APPROVER, Role.PROSECUTOR, Role.ADMINISTRATOR)
                        : List.of(Role.CASE_OFFICER, Role.PROSECUTOR);
                for (Role role : roles) {
                    String number = role.word() + "-" + lang;
                    Entrance.Entered one = entrance.admit(
                            number, "four quiet words for a tour", role == Role.ADMINISTRATOR ? "" : "110105", role);
                    token = token == null ? one.token() : token;
                    ObjectNode person = people.addObject().put("id", number).put("password", one.password());
                    if (!one.recovery().isEmpty()) {
                        person.put("code", one.recovery().poll());
                    }
                    STEPS.get(role).forEach(person.withArray("steps")::add);
                }
                byte[] text = ("a note " + lang).getBytes(StandardCharsets.UTF_8);
                String id = upload(station, token, text);
                Process browser = new ProcessBuilder(
                                "node", "tour.mjs", station.at("").toString(), lang, id, people.toString())
                        .directory(Path.of("src/test/clients").toFile())
                        .redirectErrorStream(true)
                        .start();
                String said = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertEquals(0, browser.waitFor(), said);
                assertEquals(roles.size() + " tours", said.strip());
            }
        }
    }

    private static String upload(LiveStation station, String token, byte[] bytes) throws Exception {
        Map<String, String> metadata = TusSender.metadata("note.txt", bytes);
        metadata.remove("officerNo");
        HttpResponse<String> created = station.http.send(
                HttpRequest.newBuilder(station.at("/files"))
                        .header("Authorization", "Bearer " + token)
                        .header("Tus-Resumable", "1.0.0")
                        .header("Upload-Length", Integer.toString(bytes.length))
                        .header("Upload-Metadata", TusSender.header(metadata))
                        .header("Content-Type", "application/offset+octet-stream")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(201, created.statusCode(), created.body());
        String id = created.headers().firstValue("Location").orElseThrow().replaceFirst(".*/", "");
        HttpRequest look = HttpRequest.newBuilder(station.at("/api/evidence?id=" + id + "&state=verified"))
                .header("Authorization", "Bearer " + token)
                .build();
        LiveStation.await(() -> station.http
                .send(look, HttpResponse.BodyHandlers.ofString())
                .body()
                .contains(id));
        return id;
    }
}
