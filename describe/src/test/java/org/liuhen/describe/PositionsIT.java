package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.liuhen.custody.evidence.Sha256Digest;

/** Tracks of positions, inside recordings and beside them; OFD documents, and what archives hold. */
class PositionsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path CAMERAS = Path.of("src/test/gopro-telemetry");
    private static final int BEYOND_THE_SKELETON = 6 << 20;

    @TempDir
    static Path folder;

    private static Describer describer;

    @BeforeAll
    static void start() throws IOException {
        describer = new Describer(
                2, Files.createDirectories(folder.resolve("scratch")), Profiles.read(folder.resolve("none")), true);
    }

    @AfterAll
    static void stop() {
        describer.close();
    }

    private record Found(Description description, JsonNode track) {
        String value(String name) {
            return description.values().stream()
                    .filter(value -> value.name().equals(name))
                    .map(Value::value)
                    .findFirst()
                    .orElse(null);
        }

        JsonNode point(int at) {
            JsonNode all = track.at("/geometry/coordinates");
            return all.get(at < 0 ? all.size() + at : at);
        }
    }

    private static Found describe(Path file) throws Exception {
        Path place = Files.createTempDirectory(folder, "place");
        Description description = Corpus.describe(describer, file, place);
        JsonNode track = null;
        for (Value value : description.values()) {
            if (value.name().equals(Describer.TRACK_DIGEST)) {
                byte[] bytes = Files.readAllBytes(place.resolve(value.value()));
                assertEquals(value.value(), Sha256Digest.of(bytes).hex());
                track = JSON.readTree(bytes);
            }
        }
        return new Found(description, track);
    }

    private static Path text(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    /** Each payload of a stream is a sample of its own. */
    private static List<byte[]> payloads(Path raw) throws IOException {
        byte[] all = Files.readAllBytes(raw);
        List<byte[]> samples = new ArrayList<>();
        for (int at = 0; at + 8 <= all.length; ) {
            int size = all[at + 5] & 0xff;
            int count = ByteBuffer.wrap(all).getShort(at + 6) & 0xffff;
            int length = 8 + (size * count + 3) / 4 * 4;
            samples.add(Arrays.copyOfRange(all, at, Math.min(all.length, at + length)));
            at += length;
        }
        return samples;
    }

    private static Path stream(String camera) {
        return CAMERAS.resolve("node_modules/gopro-telemetry/samples/" + camera + ".raw");
    }

    /** Streams of real cameras, in recordings whose other media data lies between; the peer reads the raw stream. */
    @ParameterizedTest
    @ValueSource(strings = {"hero5", "hero7", "hero11", "Fusion", "karma"})
    void findsWhatAnotherReaderFindsInStreamsOfRealCameras(String camera) throws Exception {
        JsonNode theirs = null;
        List<String> peer = List.of(
                "node",
                CAMERAS.resolve("positions.mjs").toString(),
                stream(camera).toString());
        for (String line :
                Corpus.run(peer).lines().filter(out -> out.startsWith("{")).toList()) {
            theirs = JSON.readTree(line); // the last one is GPS9 where a camera has both
        }
        assertNotNull(theirs);
        Found found = describe(Corpus.positions(
                folder.resolve(camera + ".mp4"), "gpmd", "meta", payloads(stream(camera)), BEYOND_THE_SKELETON));
        assertEquals(theirs.get("count").asText(), found.value("trackPoints"), found.description()::toString);
        assertEquals(
                "GPMF " + theirs.get("name").asText(),
                found.track().at("/properties/source").asText());
        for (String end : List.of("first", "last")) {
            JsonNode point = found.point(end.equals("first") ? 0 : -1);
            assertEquals(theirs.get(end).get(0).asDouble(), point.get(1).asDouble(), 1e-7);
            assertEquals(theirs.get(end).get(1).asDouble(), point.get(0).asDouble(), 1e-7);
        }
        String time = found.track().at("/properties/times/0").asText();
        assertTrue(time.matches("20[12][0-9]-.*Z"), time);
    }

    @Test
    void countsPositionsWithoutAFixAndDoesNotShowThem() throws Exception {
        Found found = describe(
                Corpus.positions(folder.resolve("hero6.mp4"), "gpmd", "meta", payloads(stream("hero6")), 1_000));
        assertEquals("17", found.value("trackUnfixed"));
        assertEquals(null, found.track());
    }

    @Test
    void readsCameraMotionMetadata() throws Exception {
        List<byte[]> samples = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            samples.add(ByteBuffer.allocate(28)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putShort((short) 0)
                    .putShort((short) 5)
                    .putDouble(39.9 + i)
                    .putDouble(116.4)
                    .putDouble(50)
                    .array());
        }
        Found found = describe(Corpus.positions(folder.resolve("camm.mp4"), "camm", "camm", samples, 1_000));
        assertEquals("3", found.value("trackPoints"));
        assertEquals(41.9, found.point(-1).get(1).asDouble(), 1e-9);
        byte[] timed = ByteBuffer.allocate(60)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0)
                .putShort((short) 6)
                .putDouble(1_479_517_341) // 2026-11-24T01:02:03Z is 18 s less by GPS
                .putInt(3)
                .putDouble(39.9042)
                .putDouble(116.4074)
                .putFloat(50)
                .array();
        Found withTime = describe(Corpus.positions(folder.resolve("camm6.mp4"), "camm", "camm", List.of(timed), 1_000));
        assertEquals("2026-11-24T01:02:03Z", withTime.value("timeClaim"));
    }

    private static final String DRONE = """
            1
            00:00:00,000 --> 00:00:00,033
            <font size="28">FrameCnt: 1, DiffTime: 33ms
            2026-11-24 09:02:03.120
            [iso: 100] [latitude: 39.904200] [longitude: 116.407400] [rel_alt: 10.000 abs_alt: 52.500]</font>

            2
            00:00:00,033 --> 00:00:00,066
            2026-11-24 09:02:03.153
            [latitude: 39.904300] [longitude: 116.407500] [rel_alt: 10.100 abs_alt: 52.600]

            """;

    @Test
    void readsADronesSubtitles() throws Exception {
        Found found = describe(text("DJI_0001.SRT", DRONE));
        assertEquals("2", found.value("trackPoints"), found.description()::toString);
        assertEquals(JSON.readTree("[116.4074,39.9042,52.5]"), found.point(0));
        assertEquals(
                "2026-11-24T09:02:03.120",
                found.track().at("/properties/times/0").asText());
        assertEquals("unknown", found.track().at("/properties/zone").asText());
        Found older = describe(text("DJI_0002.SRT", """
                1
                00:00:01,000 --> 00:00:02,000
                HOME(116.4000,39.9000) 2026.11.24 09:02:03
                GPS(116.4074,39.9042,19) BAROMETER:10.2
                """));
        assertEquals(116.4074, older.track().at("/geometry/coordinates/0").asDouble());
    }

    /** As a drone writes them into the recording itself; ffmpeg makes the track. */
    @Test
    void readsSubtitlesInsideARecording() throws Exception {
        Path file = folder.resolve("drone.mp4");
        Corpus.run(List.of(
                "ffmpeg",
                "-y",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=duration=2",
                "-i",
                text("inside.srt", DRONE).toString(),
                "-c:v",
                "libx264",
                "-c:s",
                "mov_text",
                file.toString()));
        Found found = describe(file);
        assertEquals("2", found.value("trackPoints"), found.description()::toString);
        assertEquals("h264", found.value("videoCodec"));
    }

    private static String sentence(String body) {
        int sum = body.chars().reduce(0, (left, right) -> left ^ right);
        return "$" + body + "*" + String.format("%02X", sum) + "\r\n";
    }

    @Test
    void readsNmeaAndPassesOverSentencesWithAWrongChecksum() throws Exception {
        Found found = describe(text(
                "20261124_090203.nmea",
                sentence("GPGGA,010203.00,3954.2520,N,11624.4440,E,1,08,1.0,52.5,M,,M,,")
                        + sentence("GPRMC,010203.00,A,3954.2520,N,11624.4440,E,0.1,,241126,,,A")
                        + sentence("GPRMC,010204.00,V,,,,,,,241126,,,N")
                        + "$GPRMC,010205.00,A,0000.0000,N,11624.4440,E,0.1,,241126,,,A*00\r\n"
                        + sentence("GPRMC,010206.00,A,3954.2580,S,11624.4500,W,0.1,,241126,,,A")));
        assertEquals("2", found.value("trackPoints"), found.description()::toString);
        assertEquals("1", found.value("trackUnfixed"));
        assertEquals(JSON.readTree("[116.4074,39.9042,52.5]"), found.point(0));
        assertEquals(-39.9043, found.point(1).get(1).asDouble(), 1e-7);
        assertEquals("2026-11-24T01:02:03.00Z", found.value("timeClaim"));
    }

    @Test
    void readsGpxKmlAndCsv() throws Exception {
        Found gpx = describe(text("patrol.gpx", """
                <?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
                <trkpt lat="39.9042" lon="116.4074"><ele>52.5</ele><time>2026-11-24T01:02:03Z</time></trkpt>
                <trkpt lat="0" lon="0"/><trkpt lat="39.9043" lon="116.4075"/></trkseg></trk></gpx>
                """));
        assertEquals("2", gpx.value("trackPoints"), gpx.description()::toString);
        assertEquals(JSON.readTree("[116.4074,39.9042,52.5]"), gpx.point(0));
        Found kml = describe(text("patrol.kml", """
                <?xml version="1.0"?>
                <kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Placemark><gx:Track>
                <when>2026-11-24T01:02:03Z</when><when>2026-11-24T01:02:04Z</when>
                <gx:coord>116.4074 39.9042 52.5</gx:coord><gx:coord>116.4075 39.9043 52.6</gx:coord>
                </gx:Track></Placemark></kml>
                """));
        assertEquals("2", kml.value("trackPoints"), kml.description()::toString);
        assertEquals(
                "2026-11-24T01:02:04Z", kml.track().at("/properties/times/1").asText());
        Found csv = describe(text(
                "轨迹.csv",
                "时间,经度,纬度,速度\n2026-11-24 09:02:03,116.4074,39.9042,1\n坏行\n2026-11-24 09:02:04,116.4075,39.9043,1\n"));
        assertEquals("2", csv.value("trackPoints"), csv.description()::toString);
        assertEquals(39.9042, csv.point(0).get(1).asDouble());
        StringBuilder rows = new StringBuilder("时间,经度,纬度,地点\n");
        for (int i = 0; i < 50; i++) {
            rows.append("2026-11-24 09:02:03,116.4074,39.9042,朝阳区建国门外大街\n");
        }
        Path gb18030 = Files.writeString(folder.resolve("旧.csv"), rows, Charset.forName("GB18030"));
        assertEquals("50", describe(gb18030).value("trackPoints"));
    }

    @Test
    void readsOfdDocuments() throws Exception {
        Found ofd = describe(Corpus.ofd(folder.resolve("决定书.ofd")));
        assertEquals("application/ofd", ofd.description().mediaType());
        assertEquals("行政处罚决定书", ofd.value("title"));
        assertEquals("朝阳分局", ofd.value("author"));
        assertEquals("2", ofd.value("pageCount"));
        assertEquals("true", ofd.value("signed"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pack.zip z=zipfile.ZipFile(sys.argv[1],'w',8);z.write(sys.argv[2],'笔录.txt');z.close()",
                "pack.tar t=tarfile.open(sys.argv[1],'w');t.add(sys.argv[2],'笔录.txt');t.close()",
                "pack.tar.gz t=tarfile.open(sys.argv[1],'w:gz');t.add(sys.argv[2],'笔录.txt');t.close()",
                "pack.tar.xz t=tarfile.open(sys.argv[1],'w:xz');t.add(sys.argv[2],'笔录.txt');t.close()"
            })
    void listsWhatAnArchiveHoldsWithDigests(String made) throws Exception {
        String[] part = made.split(" ", 2);
        Path content = text("content.txt", "现场勘验笔录\n");
        Path archive = folder.resolve(part[0]);
        Path program = text("pack.py", "import sys,zipfile,tarfile\n" + part[1] + "\n");
        Corpus.run(List.of("python3", program.toString(), archive.toString(), content.toString()));
        Found found = describe(archive);
        assertEquals(
                List.of(new Description.Member(
                        "笔录.txt",
                        19,
                        Sha256Digest.of(Files.readAllBytes(content)).hex(),
                        null)),
                found.description().members(),
                found.description()::toString);
    }

    @Test
    void givesNoDigestForAMemberWhoseChecksumIsWrong() throws Exception {
        Path archive = folder.resolve("stored.zip");
        Path program = text(
                "stored.py",
                "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1],'w',0);z.writestr('a.txt','content of a member');z.close()\n");
        Corpus.run(List.of("python3", program.toString(), archive.toString()));
        String good = Files.readString(archive, StandardCharsets.ISO_8859_1);
        Files.writeString(archive, good.replace("content of", "Content of"), StandardCharsets.ISO_8859_1);
        Description.Member member = describe(archive).description().members().get(0);
        assertEquals(null, member.sha256());
        assertTrue(member.reason().startsWith("damaged: "), member.toString());
    }

    /** Archives that other programs made. */
    @Test
    void listsRarAndSevenZipMembers() throws Exception {
        Path files = folder.resolve("archives");
        Corpus.tika(files, ".7z", ".rar");
        int archives = 0;
        try (Stream<Path> all = Files.list(files)) {
            for (Path archive : all.sorted().toList()) {
                Found found = describe(archive);
                boolean encrypted = "true".equals(found.value("encrypted"));
                assertTrue(
                        encrypted
                                || (!found.description().members().isEmpty()
                                        && found.description().members().stream()
                                                .allMatch(member -> member.sha256() != null)),
                        archive + ": " + found.description());
                archives++;
            }
        }
        assertTrue(archives >= 3, archives + " archives");
    }
}
