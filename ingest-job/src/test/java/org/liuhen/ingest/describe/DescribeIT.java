package org.liuhen.ingest.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What we say of real files, beside what exiftool, mediainfo, pdfinfo and the system's ffprobe say of them: nothing that we say
 * may be wrong, and little that they know may be unknown to us. The table in docs/metadata.md is this test's own.
 */
class DescribeIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double KNOWN_MIN = 0.95;

    @TempDir
    static Path folder;

    /** What other programs know of one file: for each fact every answer that one of them gives. */
    private final Map<Path, Map<String, List<String>>> references = new HashMap<>();

    private void reference(Path file, String fact, String value) {
        String text = value == null ? "" : value.strip();
        if (!text.isEmpty() && !text.matches("0+(\\.0+)?|0/0|N/A|0000.*|null|und")) {
            references
                    .computeIfAbsent(file, f -> new TreeMap<>())
                    .computeIfAbsent(fact, f -> new ArrayList<>())
                    .add(text);
        }
    }

    private void askExiftool(List<Path> files) throws Exception {
        List<String> command = new ArrayList<>(List.of("exiftool", "-j", "-n", "-charset", "filename=utf8"));
        files.forEach(file -> command.add(file.toString()));
        for (JsonNode answer : JSON.readTree(Corpus.run(command))) {
            Path file = Path.of(answer.get("SourceFile").asText());
            String type = answer.path("MIMEType").asText();
            boolean media = type.startsWith("video/") || type.startsWith("audio/");
            boolean picture = type.startsWith("image/");
            if (media || picture) {
                reference(file, "width", answer.path("ImageWidth").asText());
                reference(file, "height", answer.path("ImageHeight").asText());
            }
            if (media) {
                reference(file, "duration", answer.path("Duration").asText());
            }
            for (String name : List.of("Make", "Model")) {
                reference(file, name.toLowerCase(Locale.ROOT), answer.path(name).asText());
            }
            reference(file, "title", answer.path("Title").asText());
            // In a PDF "Creator" is a program.
            for (String name :
                    type.equals("application/pdf") ? List.of("Author") : List.of("Author", "Creator", "Artist")) {
                if (answer.path(name).isTextual() && !type.startsWith("image/")) {
                    reference(file, "author", answer.path(name).asText());
                }
            }
            if (answer.has("GPSLatitude") && answer.has("GPSLongitude")) {
                reference(file, "latitude", answer.path("GPSLatitude").asText());
                reference(file, "longitude", answer.path("GPSLongitude").asText());
            }
            for (String name : List.of("DateTimeOriginal", "CreateDate")) {
                reference(file, "time", answer.path(name).asText());
            }
            if (type.startsWith("application/")) {
                for (String name : List.of("PageCount", "Pages", "Slides")) {
                    reference(file, "pageCount", answer.path(name).asText());
                }
            }
        }
    }

    private void askMediainfo(List<Path> files) throws Exception {
        for (Path file : files) {
            JsonNode tracks = JSON.readTree(Corpus.run(List.of("mediainfo", "--Output=JSON", file.toString())))
                    .at("/media/track");
            for (JsonNode track : tracks) {
                switch (track.path("@type").asText()) {
                    case "General" ->
                        reference(file, "duration", track.path("Duration").asText());
                    case "Video" -> {
                        reference(file, "width", track.path("Width").asText());
                        reference(file, "height", track.path("Height").asText());
                        reference(file, "frameRate", track.path("FrameRate").asText());
                    }
                    case "Audio" -> {
                        reference(file, "sampleRate", track.path("SamplingRate").asText());
                        reference(file, "channels", track.path("Channels").asText());
                    }
                    default -> {}
                }
            }
        }
    }

    private void askFfprobe(List<Path> files) throws Exception {
        for (Path file : files) {
            JsonNode answer = JSON.readTree(Corpus.run(List.of(
                    "/usr/bin/ffprobe",
                    "-v",
                    "error",
                    "-print_format",
                    "json",
                    "-show_format",
                    "-show_streams",
                    file.toString())));
            reference(file, "duration", answer.at("/format/duration").asText());
            for (JsonNode stream : answer.path("streams")) {
                String type = stream.path("codec_type").asText();
                boolean cover = stream.at("/disposition/attached_pic").asInt() == 1;
                if ((type.equals("video") && !cover) || type.equals("audio")) {
                    reference(file, type + "Codec", stream.path("codec_name").asText());
                    reference(file, "duration", stream.path("duration").asText());
                    reference(file, "sampleRate", stream.path("sample_rate").asText());
                    reference(file, "channels", stream.path("channels").asText());
                    reference(
                            file,
                            "frameRate",
                            type.equals("video") ? stream.path("avg_frame_rate").asText() : "");
                }
                for (JsonNode side : stream.path("side_data_list")) {
                    reference(file, "rotation", side.path("rotation").asText());
                }
            }
        }
    }

    private void askPdfinfo(List<Path> files) throws Exception {
        for (Path file : files) {
            for (String line : Corpus.run(List.of("pdfinfo", "-isodates", file.toString()))
                    .lines()
                    .toList()) {
                String[] part = line.split(":\\s+", 2);
                switch (part[0]) {
                    case "Pages" -> reference(file, "pageCount", part[1]);
                    case "Title" -> reference(file, "title", part[1]);
                    case "Author" -> reference(file, "author", part[1]);
                    case "CreationDate" -> reference(file, "time", part[1]);
                    case "Encrypted" -> reference(file, "encrypted", part[1].startsWith("yes") ? "true" : "");
                    default -> {}
                }
            }
        }
    }

    private static final Map<String, List<String>> OURS = Map.of(
            "duration", List.of("duration", "streamDuration"),
            "time", List.of("timeClaim"));

    /** Where the others are wrong, and why. */
    private static final Map<String, String> OTHERS_ARE_WRONG = Map.of(
            "testPDF_PDFEncodedStringInXMP.pdf title", "exiftool does not decode the PDF string",
            "testRTF-ms932.rtf title", "exiftool does not know the code page",
            "raw.h264 duration", "a raw stream has none; mediainfo guesses from its size",
            "plain.dv time", "there is none; exiftool reads an empty field as 2070");

    private static boolean agrees(String fact, String ours, String theirs) {
        return switch (fact) {
            case "duration" -> near(ours, theirs, Math.max(0.15, 0.02 * number(theirs)));
            case "frameRate" -> near(ours, theirs, 0.02 * number(theirs));
            case "latitude", "longitude" -> near(ours, theirs, 1e-4);
            case "rotation" ->
                Math.floorMod(Math.round(number(ours)), 360) == Math.floorMod(Math.round(number(theirs)), 360);
            case "width", "height", "sampleRate", "channels", "pageCount" -> near(ours, theirs, 0.5);
            case "time" ->
                time(ours).equals(time(theirs))
                        || (!hasZone(theirs) && time(withoutZone(ours)).equals(time(theirs)));
            case "author" -> List.of(theirs.split("\\s*;\\s*", -1)).contains(ours) || ours.equals(theirs);
            default -> ours.strip().replaceAll("\\s+", " ").equals(theirs.replaceAll("\\s+", " "));
        };
    }

    private static double number(String text) {
        String[] part = text.split("/", 2);
        try {
            return part.length == 2
                    ? Double.parseDouble(part[0]) / Double.parseDouble(part[1])
                    : Double.parseDouble(text);
        } catch (NumberFormatException not) {
            return Double.NaN;
        }
    }

    private static boolean near(String ours, String theirs, double by) {
        return Math.abs(number(ours) - number(theirs)) <= by;
    }

    /** A time to the second: with its zone as an instant, else as it stands. */
    private static String time(String text) {
        String iso = text.replaceFirst("^([0-9]{4}):([0-9]{2}):([0-9]{2})", "$1-$2-$3")
                .replace(' ', 'T');
        iso = iso.replaceFirst("([+-][0-9]{2})$", "$1:00").replaceFirst("([+-][0-9]{2})([0-9]{2})$", "$1:$2");
        try {
            return OffsetDateTime.parse(iso).toInstant().getEpochSecond() + "";
        } catch (RuntimeException noZone) {
            try {
                return LocalDateTime.parse(iso.replaceFirst("[.][0-9]+$", "")).toEpochSecond(ZoneOffset.UTC) + "";
            } catch (RuntimeException neither) {
                return iso;
            }
        }
    }

    private static boolean hasZone(String time) {
        return time.matches(".*(Z|[+-][0-9]{2}(:?[0-9]{2})?)$") && time.length() > 11;
    }

    private static String withoutZone(String time) {
        return time.replaceFirst("(Z|[+-][0-9]{2}:?[0-9]{2})$", "");
    }

    private record Score(int right, int wrong, int unknown) {
        Score and(Score other) {
            return new Score(right + other.right, wrong + other.wrong, unknown + other.unknown);
        }
    }

    @Test
    void saysNothingWrongAndNearlyAllThatOthersKnow() throws Exception {
        Path files = folder.resolve("files");
        Corpus.recordings(files);
        Corpus.pictures(files);
        Corpus.tika(
                files, ".mp3", ".mp4", ".m4a", ".flv", ".mkv", ".wav", ".jpg", ".png", ".tif", ".webp", ".heic", ".gif",
                ".bmp", ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".rtf", ".odt");
        List<Path> all;
        try (Stream<Path> list = Files.list(files)) {
            all = list.sorted().toList();
        }
        askExiftool(all);
        List<Path> media = all.stream()
                .filter(
                        file -> file.toString()
                                .matches(
                                        ".*\\.(mp4|mov|3gp|m4v|mkv|webm|avi|ts|m2ts|mpg|flv|wmv|dv|h264|mp3|aac|m4a|flac|ogg|opus|wav)"))
                .toList();
        askMediainfo(media);
        askFfprobe(media);
        askPdfinfo(all.stream().filter(file -> file.toString().endsWith(".pdf")).toList());

        Map<String, Map<String, Score>> table = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        try (Describer describer = new Describer(
                2, Files.createDirectories(folder.resolve("scratch")), Profiles.read(folder.resolve("none")), true)) {
            for (Path file : all) {
                Description ours = Corpus.describe(describer, file, folder.resolve("scratch"));
                String format = file.toString().substring(file.toString().lastIndexOf('.') + 1);
                references.getOrDefault(file, Map.of()).forEach((fact, theirs) -> {
                    if (OTHERS_ARE_WRONG.containsKey(file.getFileName() + " " + fact)) {
                        return;
                    }
                    List<String> said = ours.values().stream()
                            .filter(value ->
                                    !value.source().toLowerCase(Locale.ROOT).contains("modif"))
                            .filter(value ->
                                    OURS.getOrDefault(fact, List.of(fact)).contains(value.name()))
                            .map(Value::value)
                            .toList();
                    boolean right =
                            said.stream().anyMatch(one -> theirs.stream().anyMatch(other -> agrees(fact, one, other)));
                    String row = file.getFileName() + " " + fact + ": " + said + ", others say " + theirs;
                    if (!right) {
                        (said.isEmpty() ? unknown : wrong).add(row);
                    }
                    Score score = new Score(right ? 1 : 0, !right && !said.isEmpty() ? 1 : 0, said.isEmpty() ? 1 : 0);
                    table.computeIfAbsent(format, f -> new TreeMap<>()).merge(fact, score, Score::and);
                });
            }
        }
        Score sum =
                table.values().stream().flatMap(row -> row.values().stream()).reduce(new Score(0, 0, 0), Score::and);
        Files.write(Path.of("target/describe-wrong.txt"), wrong);
        Files.write(Path.of("target/describe-unknown.txt"), unknown);
        if (Boolean.getBoolean("liuhen.write")) {
            writeTable(table);
        }
        System.out.println("described " + all.size() + " files: " + sum);
        assertEquals("", String.join("\n", wrong));
        assertTrue(sum.right() >= KNOWN_MIN * (sum.right() + sum.unknown()), sum + "\n" + String.join("\n", unknown));
    }

    private static final Path PAGE = Path.of("../docs/metadata.md");
    private static final String BEGIN = "<!-- made by DescribeIT -->\n";
    private static final String END = "<!-- end -->";

    /** Puts the table into the page: a row for each format, a column for each fact, "right / wrong / unknown". */
    private static void writeTable(Map<String, Map<String, Score>> table) throws Exception {
        List<String> facts = table.values().stream()
                .flatMap(row -> row.keySet().stream())
                .distinct()
                .sorted()
                .toList();
        StringBuilder text = new StringBuilder(
                "| format | " + String.join(" | ", facts) + " |\n|---" + "|---".repeat(facts.size()) + "|\n");
        table.forEach((format, row) -> {
            text.append("| ").append(format);
            for (String fact : facts) {
                Score score = row.get(fact);
                text.append(" | ")
                        .append(score == null ? "–" : score.right() + " / " + score.wrong() + " / " + score.unknown());
            }
            text.append(" |\n");
        });
        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        Files.writeString(PAGE, page.substring(0, from) + text + page.substring(page.indexOf(END)));
    }
}
