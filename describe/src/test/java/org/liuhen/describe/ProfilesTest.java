package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.describe.Value.Confidence;

class ProfilesTest {
    @TempDir
    Path folder;

    @Test
    void eachShippedProfileReadsItsSamplesAndNoOtherProfileDoesFirst() throws Exception {
        Profiles shipped = Profiles.read(folder.resolve("none"));
        assertEquals(5, shipped.all().size());
        for (Profiles.Profile profile : shipped.all()) {
            profile.samples().forEach((name, expected) -> {
                assertEquals(expected, profile.read(name), name);
                List<Value> values = shipped.values(name);
                assertEquals(expected.size(), values.size(), name);
                assertTrue(values.get(0).source().endsWith(profile.name()), name + " is read by " + values.get(0));
            });
        }
    }

    @Test
    void saysNothingOfOtherNames() throws Exception {
        Profiles shipped = Profiles.read(folder.resolve("none"));
        for (String name : List.of("笔录.docx", "20269924_099903.mp4", "DSJ_1_2.mp4", "a".repeat(255), "", "(((")) {
            assertEquals(List.of(), shipped.values(name), name);
        }
    }

    @Test
    void aSitesOwnProfileComesFirstAndMustReadItsSamples() throws Exception {
        Path own = Files.writeString(folder.resolve("profiles.json"), """
                [{"name": "本局", "pattern": "(?<unit>[^-]+)-(?<officer>[0-9]{6})-(?<time>[0-9]{14})\\\\..*", "time": "yyyyMMddHHmmss",
                  "zone": "+08:00", "samples": {"朝阳-110023-20261124090203.mp4":
                  {"unit": "朝阳", "officer": "110023", "timeClaim": "2026-11-24T09:02:03+08:00"}}}]
                """);
        Value first = Profiles.read(own).values("朝阳-110023-20261124090203.mp4").get(0);
        assertEquals(
                "officer 110023 null file name, profile 本局",
                first.name() + " " + first.value() + " " + first.unit() + " " + first.source());
        for (String wrong : List.of(
                "[",
                "[{}]",
                Files.readString(own).replace("\"110023\",", "\"110024\","),
                Files.readString(own).replace("(?<unit>", "(?<unit>("))) {
            Files.writeString(own, wrong);
            assertTrue(
                    assertThrows(IOException.class, () -> Profiles.read(own))
                            .getMessage()
                            .startsWith("DS-103"),
                    wrong);
        }
    }

    private static Value claim(String value, String unit, String source) {
        return new Value("timeClaim", value, unit, source, "t", "1", Confidence.STATED);
    }

    private static final Actor OFFICER = new Actor(Actor.Kind.OFFICER, "110023", null, "mtls");

    @Test
    void conflictsAreFindingsAndNameWhatTheyCompare() {
        Value camera = claim("2026-11-24T09:02:03Z", "utc", "format.tags.creation_time");
        Value gps = claim("2026-11-24T01:02:20Z", "utc", "GPMF GPS5");
        List<Value> found = Conflicts.among(List.of(camera, gps), "video/mp4", item(OFFICER, null));
        assertEquals(1, found.size());
        assertTrue(found.get(0).value().contains("28783 s apart, nearly a multiple of 15 minutes"), found.toString());
        assertEquals(List.of(), Conflicts.among(List.of(camera, gps), "application/pdf", item(OFFICER, null)));
        Value drift = claim("2026-11-24T09:03:03Z", "utc", "GPMF GPS5");
        assertEquals(List.of(), Conflicts.among(List.of(camera, drift), "video/mp4", item(OFFICER, null)));
        Value local = claim("2026-11-23T05:00:00", "unknown", "Exif");
        assertEquals(List.of(), Conflicts.among(List.of(camera, local), "video/mp4", item(OFFICER, null)));
        Value assumed = claim("2026-11-24T17:02:03+08:00", "assumed", "file name");
        assertEquals(List.of(), Conflicts.among(List.of(camera, assumed), "video/mp4", item(OFFICER, null)));
        Value wrongClock = claim("2026-11-20T11:11:11+08:00", "assumed", "file name");
        String words = Conflicts.among(List.of(camera, wrongClock), "video/mp4", item(OFFICER, null))
                .get(0)
                .value();
        assertTrue(words.contains("s apart") && !words.contains("multiple"), words);
        Value officer = new Value("officer", "110099", null, "file name", "t", "1", Confidence.GUESSED);
        assertEquals(
                "officerConflict",
                Conflicts.among(List.of(officer), "video/mp4", item(OFFICER, null))
                        .get(0)
                        .name());
        assertEquals(List.of(), Conflicts.among(List.of(officer), "video/mp4", item(Actor.component("dock"), null)));
    }

    private static Item item(Actor sender, CaptureClaims capture) {
        return new Item(new EvidenceId("01jdb3kz0r0000000000000000"), new FileName("a.mp4"), sender, capture);
    }

    @Test
    void whatTheSenderClaimedAndTheFileDeniesIsAFinding() {
        Instant start = Instant.parse("2026-11-24T08:00:00Z");
        CaptureClaims claims = new CaptureClaims(null, null, null, "DSJ-7", start, start.plusSeconds(600), null);
        Value same = new Value("device", "DSJ-7", null, "s", "t", "1", Confidence.STATED);
        Value other = new Value("device", "DSJ-8", null, "s", "t", "1", Confidence.STATED);
        Value during = new Value("timeClaim", "2026-11-24T16:09:59+08:00", "offset", "s", "t", "1", Confidence.STATED);
        Value hoursLater = new Value("timeClaim", "2026-11-24T16:00:00Z", "utc", "s", "t", "1", Confidence.STATED);
        Value local = new Value("timeClaim", "2026-11-24T20:00:00", "unknown", "s", "t", "1", Confidence.STATED);
        assertEquals(List.of(), names(List.of(same, during, local), claims));
        assertEquals(List.of("deviceConflict"), names(List.of(other, during), claims));
        assertEquals(List.of("captureConflict"), names(List.of(same, hoursLater), claims));
        assertEquals(List.of(), names(List.of(other, hoursLater), null));
    }

    private static List<String> names(List<Value> values, CaptureClaims claims) {
        return Conflicts.among(values, "video/mp4", item(OFFICER, claims)).stream()
                .map(Value::name)
                .toList();
    }
}
