package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.access.Role;

/** Who signs in for the first time is shown around, by role, once on a browser. */
@Tag("slow")
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
            SignedIn people = new SignedIn(station);
            for (String lang : List.of("zh", "en")) {
                ArrayNode shown = LiveStation.JSON.createArrayNode();
                // Those who decide enrol a second factor, which takes a while: once.
                List<Role> roles = lang.equals("zh")
                        ? List.of(
                                Role.CASE_OFFICER, Role.SUPERVISOR, Role.APPROVER, Role.PROSECUTOR, Role.ADMINISTRATOR)
                        : List.of(Role.CASE_OFFICER, Role.PROSECUTOR);
                for (Role role : roles) {
                    String number = role.word() + "-" + lang;
                    Entrance.Entered one = people.admit(number, role == Role.ADMINISTRATOR ? "" : "110105", role);
                    ObjectNode person = shown.addObject().put("id", number).put("password", one.password());
                    if (!one.recovery().isEmpty()) {
                        person.put("code", one.recovery().poll());
                    }
                    STEPS.get(role).forEach(person.withArray("steps")::add);
                }
                byte[] text = ("a note " + lang).getBytes(StandardCharsets.UTF_8);
                String first = roles.get(0).word() + "-" + lang;
                String id = people.upload(first, "note.txt", text, Map.of());
                LiveStation.await(
                        () -> people.item(first, id).path("state").asText().equals("verified"));
                Process browser = new ProcessBuilder(
                                "node", "tour.mjs", station.at("").toString(), lang, id, shown.toString())
                        .directory(Path.of("src/test/clients").toFile())
                        .redirectErrorStream(true)
                        .start();
                String said = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertEquals(0, browser.waitFor(), said);
                assertEquals(roles.size() + " tours", said.strip());
            }
        }
    }
}
