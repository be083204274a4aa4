package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.cli.Client;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * A set of real files goes in through a client that is not ours, and comes out sealed, described, attached and recorded. A
 * script that is not ours either recomputes the root of the log.
 */
class EvidenceSetIT {
    private static final String CASE = "（2022）京0105刑初123号";

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    /** What must be found out about a file: media type, then name=value pairs. */
    private final Map<String, List<String>> expected = new LinkedHashMap<>();

    private final List<String> paths = new ArrayList<>();

    /** How many previews there are of each media type. */
    private final Map<String, Integer> previews = new LinkedHashMap<>();

    @Test
    void comesOutSealedDescribedAttachedAndRecorded() throws Exception {
        makeFiles();
        try (LiveStation station = new LiveStation(folder.resolve("data"))) {
            List<String> command = new ArrayList<>(List.of(
                    "node", "src/test/clients/upload.mjs", station.at("/files").toString(), CASE));
            command.addAll(paths);
            assertEquals(expected.size(), run(command).lines().count());
            Map<String, JsonNode> sealed = new LinkedHashMap<>();
            station.awaitSealed(expected.size())
                    .forEach(item -> sealed.put(item.get("fileName").asText(), item));
            for (String name : expected.keySet()) {
                check(station, name, sealed.get(name));
            }
            assertEquals(
                    expected.size(),
                    station.get("/api/cases/" + Client.encode(CASE))
                            .get("evidence")
                            .size());
            JsonNode drone = station.get(
                    "/api/evidence/" + sealed.get("无人机 DJI_0001.mp4").get("id").asText());
            assertEquals("无人机 DJI_0001.SRT", drone.at("/sameName/0/fileName").asText(), "its side-car");
            assertEquals(1, drone.get("sameName").size());
            assertTrue(previews.get("image/jpeg") >= 9 && previews.get("text/plain") >= 3, previews.toString());
            JsonNode report = station.get("/api/verification");
            assertTrue(report.get("verified").asBoolean(), report.toString());
            String root = run(List.of(
                    "node",
                    "../docs/formats/log-root.mjs",
                    station.at("/log/site-1").toString(),
                    Files.readString(folder.resolve("data/keys/site-1.vkey"))));
            assertTrue(root.contains("\"holds\":true"), root);
            System.out.println("evidence set (" + (LiveStation.onS3() ? "S3" : "directory") + "): " + sealed.size()
                    + " files sealed, described, attached; independent root: " + root.strip());
        }
        TestFiles.deleteAll(folder);
    }

    private void check(LiveStation station, String name, JsonNode item) throws Exception {
        assertNotNull(item, name);
        assertEquals("verified", item.get("state").asText(), name);
        assertEquals(CASE, item.at("/cases/0").asText(), name);
        assertEquals(expected.get(name).get(0), item.get("mediaType").asText(), name);
        JsonNode metadata =
                station.get("/api/evidence/" + item.get("id").asText()).get("metadata");
        for (String fact : expected.get(name).subList(1, expected.get(name).size())) {
            boolean found = false;
            for (JsonNode value : metadata) {
                String text =
                        value.get("name").asText() + "=" + value.get("value").asText();
                found |= text.startsWith(fact);
            }
            assertTrue(found, name + " should say " + fact + ", says " + metadata);
        }
        for (JsonNode value : metadata) {
            if (value.get("name").asText().equals("trackSha256")) {
                JsonNode track = station.get("/api/evidence/" + item.get("id").asText() + "/track");
                assertEquals(116.4074, track.at("/geometry/coordinates/0/0").asDouble());
            }
            if (value.get("name").asText().equals("previewSha256")) {
                previews.merge(value.get("unit").asText(), 1, Integer::sum);
                preview(station, item.get("id").asText(), value);
            }
            for (String said : List.of("source", "tool", "version", "confidence")) {
                assertTrue(value.has(said), name + ": a value without its " + said + ": " + value);
            }
        }
        JsonNode chain = station.get("/api/evidence/" + item.get("id").asText() + "/custody");
        assertTrue(chain.get("verified").asBoolean(), chain.toString());
    }

    /** A preview comes as what the description says it is, and can run nothing in a browser. */
    private static void preview(LiveStation station, String id, JsonNode value) throws Exception {
        HttpResponse<byte[]> answer = station.http.send(
                HttpRequest.newBuilder(station.at("/api/evidence/" + id + "/preview"))
                        .header("Liuhen-Officer", "110023")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(200, answer.statusCode());
        assertEquals(value.get("value").asText(), Sha256Digest.of(answer.body()).hex());
        assertTrue(answer.headers()
                .firstValue("Content-Type")
                .orElse("")
                .startsWith(value.get("unit").asText()));
        assertEquals(
                "nosniff", answer.headers().firstValue("X-Content-Type-Options").orElse(""));
        assertTrue(new String(answer.body(), StandardCharsets.ISO_8859_1).contains("Preview of evidence " + id));
        JsonNode chain = station.get("/api/evidence/" + id + "/custody");
        LiveStation.await(
                () -> station.get("/api/evidence/" + id + "/custody").toString().contains("\"preview\""));
        assertTrue(chain.get("verified").asBoolean(), chain.toString());
    }

    private void makeFiles() throws Exception {
        Files.createDirectories(folder.resolve("files"));
        video(
                "DSJ7A12_110023_20261124090203_0007_IMP.mp4",
                List.of("-c:v", "libx264", "-metadata", "location=+39.9042+116.4074/"),
                "video/mp4",
                "device=DSJ7A12",
                "keyMark=IMP",
                "timeClaim=2026-11-24T09:02:03+08:00",
                "officer=110023",
                "videoCodec=h264",
                "width=320",
                "height=240",
                "duration=3.0",
                "location=+39.9042",
                "timeClaim=2026-11-24T01:02:03");
        video(
                "h264-moov-first.mp4",
                List.of("-c:v", "libx264", "-movflags", "+faststart"),
                "video/mp4",
                "videoCodec=h264",
                "frameRate=25/1",
                "duration=3.0");
        video(
                "h264-fragmented.mp4",
                List.of("-c:v", "libx264", "-g", "25", "-movflags", "frag_keyframe+empty_moov"),
                "video/mp4",
                "videoCodec=h264",
                "streamDuration=3.0");
        video(
                "h265.mp4",
                List.of("-c:v", "libx265", "-x265-params", "log-level=none"),
                "video/mp4",
                "videoCodec=hevc",
                "width=320",
                "audioCodec=aac",
                "channels=1");
        video("h264.mkv", List.of("-c:v", "libx264"), "video/x-matroska", "videoCodec=h264", "duration=3.0");
        video("h264.ts", List.of("-c:v", "libx264", "-f", "mpegts"), "video/mp2t", "videoCodec=h264", "duration=3.0");
        video("无人机 DJI_0001.mp4", List.of("-c:v", "libx264"), "video/mp4", "videoCodec=h264");
        ffmpeg("voice.wav", List.of("-f", "lavfi", "-i", "sine=frequency=440:duration=3"));
        expect("voice.wav", "audio/vnd.wave", "audioCodec=pcm_s16le", "duration=3.0", "sampleRate=44100");
        file(
                "无人机 DJI_0001.SRT",
                ("1\n00:00:00,000 --> 00:00:00,033\n2026-11-24 09:02:03.120\n[latitude: 39.904200] [longitude: 116.407400]"
                                + " [rel_alt: 10.000 abs_alt: 52.500]\n\n2\n00:00:00,033 --> 00:00:00,066\n"
                                + "[latitude: 39.904300] [longitude: 116.407500] [rel_alt: 10.1 abs_alt: 52.6]\n")
                        .getBytes(StandardCharsets.UTF_8),
                "application/x-subrip",
                "trackPoints=2",
                "trackStart=39.9042 116.4074");
        file("voice.amr", Samples.amr(), "audio/amr", "audioCodec=amr_nb", "sampleRate=8000");
        file(
                "现场照片.jpg",
                Samples.jpegWithGps(),
                "image/jpeg",
                "make=Liuhen",
                "latitude=39.904",
                "longitude=116.4075",
                "width=64");
        try (PDDocument pdf = new PDDocument()) {
            pdf.addPage(new PDPage());
            pdf.addPage(new PDPage());
            pdf.getDocumentInformation().setTitle("鉴定意见书");
            pdf.save(folder.resolve("files/鉴定意见书.pdf").toFile());
        }
        expect("鉴定意见书.pdf", "application/pdf", "pageCount=2", "title=鉴定意见书");
        try (XWPFDocument docx = new XWPFDocument();
                OutputStream out = Files.newOutputStream(folder.resolve("files/讯问笔录.docx"))) {
            docx.createParagraph().createRun().setText("讯问笔录：问：你的姓名？答：张三。");
            docx.getProperties().getCoreProperties().setTitle("讯问笔录");
            docx.getProperties().getCoreProperties().setCreator("民警110023");
            docx.write(out);
        }
        expect(
                "讯问笔录.docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "title=讯问笔录",
                "author=民警110023");
        file(
                "出警经过.txt",
                "出警经过：2026年11月24日，民警到达现场，全程开启执法记录仪。\n".repeat(30).getBytes(Charset.forName("GB18030")),
                "text/plain",
                "charset=GB18030");
    }

    private void video(String name, List<String> options, String... facts) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=320x240:rate=25:duration=3",
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=440:duration=3",
                "-c:a",
                "aac",
                "-metadata",
                "creation_time=2026-11-24T01:02:03Z"));
        arguments.addAll(options);
        ffmpeg(name, arguments);
        expect(name, facts);
    }

    private void ffmpeg(String name, List<String> arguments) throws Exception {
        Recording.make(folder.resolve("files").resolve(name), arguments.toArray(String[]::new));
    }

    private void file(String name, byte[] bytes, String... facts) throws IOException {
        Files.write(folder.resolve("files").resolve(name), bytes);
        expect(name, facts);
    }

    private void expect(String name, String... facts) {
        expected.put(name, List.of(facts));
        paths.add(folder.resolve("files").resolve(name).toString());
    }

    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0, command + " said " + out);
        return out;
    }
}
