package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What we say of real files, beside what exiftool, libexif, mediainfo, pdfinfo and the system's ffprobe say of them: nothing that we say
 * may be wrong, and little that they know may be unknown to us. The table in docs/metadata.md is this test's own.
 */
class DescribeIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double KNOWN_MIN = 0.97;
    private static final Path SAMPLES = Path.of("src/test/samples").toAbsolutePath();

    @TempDir
    static Path folder;

    /** What other programs know of one file: for each fact every answer that one of them gives. */
    private final Map<Path, Map<String, List<String>>> references = new HashMap<>();

    private void reference(Path file, String fact, String value) {
        String text = value == null ? "" : value.strip();
        if (!text.isEmpty() && !text.matches("0+(\\.0+)?|0/0|N/A|0000.*|null|und|[: ]+")) {
            references
                    .computeIfAbsent(file, f -> new TreeMap<>())
                    .computeIfAbsent(fact, f -> new ArrayList<>())
                    .add(text);
        }
    }

    private void askExiftool(List<Path> files) throws Exception {
        List<String> command = new ArrayList<>(List.of("exiftool", "-j", "-charset", "filename=utf8", "-MIMEType"));
        for (String name : List.of(
                "ImageWidth",
                "ImageHeight",
                "Duration",
                "GPSLatitude",
                "GPSLongitude",
                "PageCount",
                "Pages",
                "Slides")) {
            command.add("-" + name + "#"); // as a number
        }
        for (String name :
                List.of("Make", "Model", "Title", "Author", "Creator", "Artist", "DateTimeOriginal", "CreateDate")) {
            command.add("-" + name);
        }
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

    /** libexif, which reads Exif also where nothing of the picture is left. */
    private void askExif(List<Path> files) throws Exception {
        for (Path file : files) {
            for (String line : Corpus.run(List.of("exif", "--ids", "--machine-readable", file.toString()))
                    .lines()
                    .toList()) {
                String[] part = line.split("\t", 2);
                switch (part[0]) {
                    case "0x010f" -> reference(file, "make", part[1]);
                    case "0x0110" -> reference(file, "model", part[1]);
                    case "0x9003", "0x9004" -> reference(file, "time", part[1]);
                    default -> {}
                }
            }
        }
    }

    /** dji_srt_parser, of the positions in a drone's subtitles; it smooths them. */
    private void askDroneParser(List<Path> files) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("node", SAMPLES.resolve("drone.cjs").toString()));
        files.forEach(file -> command.add(file.toString()));
        for (String line : Corpus.run(command).lines().toList()) {
            if (line.startsWith("{")) { // it has more to say
                JsonNode answer = JSON.readTree(line);
                Path file = Path.of(answer.get("file").asText());
                for (String fact : List.of("trackPoints", "trackStart", "trackEnd")) {
                    reference(file, fact, answer.path(fact).asText());
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
            "duration", List.of("duration", "streamDuration", "durationDeclared"), // the last where bytes are missing
            "time", List.of("timeClaim"));

    /** Where the others are wrong, and why. */
    private static final Map<String, String> OTHERS_ARE_WRONG = reasons(
            "testPDF_PDFEncodedStringInXMP.pdf title", "exiftool does not decode the PDF string",
            "testRTF-ms932.rtf title", "exiftool does not know the code page",
            "raw.h264 duration", "a raw stream has none; mediainfo guesses from its size",
            "plain.dv time", "there is none; exiftool reads an empty field as 2070",
            "CanonRaw.cr2 width", "exiftool gives that of the preview",
            "CanonRaw.cr2 height", "exiftool gives that of the preview",
            "FujiFilm.raf width", "exiftool gives that of the preview",
            "FujiFilm.raf height", "exiftool gives that of the preview",
            "Pentax.avi time", "exiftool drops the seconds",
            "mavic_pro_buggy.SRT trackPoints", "the parser makes positions up where they are N/A",
            "broken_incomplete2.SRT trackPoints", "the parser makes a position up where one is cut off",
            "ExifTool.jpg make", "the file names two, and exiftool gives the other",
            "ExifTool.jpg model", "the file names two, and exiftool gives the other");

    private static Map<String, String> reasons(String... filesAndReasons) {
        Map<String, String> reasons = new HashMap<>();
        for (int i = 0; i < filesAndReasons.length; i += 2) {
            reasons.put(filesAndReasons[i], filesAndReasons[i + 1]);
        }
        return reasons;
    }

    private static boolean agrees(String fact, String ours, String theirs) {
        return switch (fact) {
            case "duration" -> near(ours, theirs, Math.max(0.15, 0.02 * number(theirs)));
            case "frameRate" -> near(ours, theirs, 0.02 * number(theirs));
            case "latitude", "longitude" -> near(ours, theirs, 1e-4);
            case "rotation" ->
                Math.floorMod(Math.round(number(ours)), 360) == Math.floorMod(-Math.round(number(theirs)), 360);
            case "width", "height", "sampleRate", "channels", "pageCount", "trackPoints" -> near(ours, theirs, 0.5);
            case "trackStart", "trackEnd" ->
                near(ours.split(" ", -1)[0], theirs.split(" ", -1)[0], 2e-4)
                        && near(ours.split(" ", -1)[1], theirs.split(" ", -1)[1], 2e-4);
            case "time" ->
                time(ours).equals(time(theirs))
                        || (!hasZone(theirs) && time(withoutZone(ours)).equals(time(theirs)))
                        || (ours.length() == 10 && theirs.replace(':', '-').startsWith(ours)); // a day alone
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
        String iso = text.replaceFirst(" DST$", "")
                .replaceFirst("^([0-9]{4})[:/]([0-9]{2})[:/]([0-9]{2})(?:[ :](?=.))?", "$1-$2-$3T")
                .replace(' ', 'T')
                .replaceFirst("T$", "");
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
        Comparison comparison = compare(Corpus.files(files), "describe-wrong.txt", "describe-unknown.txt");
        if (Boolean.getBoolean("liuhen.write")) {
            writeTable(comparison.table(DescribeIT::ending));
        }
        comparison.mustBeRight();
    }

    /** Files that other people's cameras and programs made, from projects that read such files; the script test fetches them. */
    @Test
    @Tag("soak")
    void saysNothingWrongOfFilesFromOtherProjects() throws Exception {
        Path samples = SAMPLES.resolve("files");
        assumeTrue(Files.isDirectory(samples), "the sample files are not there: ./test fetches them on Debian 12");
        Comparison comparison = compare(Corpus.samples(samples), "samples-wrong.txt", "samples-unknown.txt");
        String table = cameras(comparison);
        System.out.print(table);
        if (Boolean.getBoolean("liuhen.write")) {
            writeBetween(CAMERAS_BEGIN, table);
        }
        comparison.mustBeRight();
    }

    /** A row for each kind of camera: how many files, of which makes, and what was right, wrong and unknown. */
    private String cameras(Comparison comparison) {
        Map<String, List<Path>> kinds = new TreeMap<>();
        Cameras.kinds().forEach(kind -> kinds.put(kind, new ArrayList<>())); // also those of which there is none
        comparison.files().keySet().forEach(file -> kinds.computeIfAbsent(camera(file), k -> new ArrayList<>())
                .add(file));
        StringBuilder table = new StringBuilder(
                "| made by | files | makes | right | wrong | unknown | unknown are |\n|---|---|---|---|---|---|---|\n");
        kinds.forEach((kind, files) -> {
            Set<String> makes = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            Map<String, Integer> unknown = new TreeMap<>();
            List<Map<String, Score>> scores = new ArrayList<>();
            for (Path file : files) {
                String make = known(file, "make")
                        .replaceAll("[^\\p{L}\\p{N} .&-].*", "")
                        .strip();
                if (!kind.startsWith("document") && !make.isEmpty()) {
                    makes.add(make.split("[ ,]", 2)[0]);
                }
                scores.add(comparison.files().get(file));
                comparison
                        .files()
                        .get(file)
                        .forEach((fact, score) -> unknown.merge(fact, score.unknown(), Integer::sum));
            }
            unknown.values().removeIf(count -> count == 0);
            Score sum = sum(scores);
            table.append("| " + kind + " | " + files.size() + " | " + String.join(", ", makes) + " | " + sum.right()
                    + " | " + sum.wrong() + " | " + sum.unknown() + " | "
                    + unknown.toString().replaceAll("[{}]", "").replace('=', ' ') + " |\n");
        });
        return table.toString();
    }

    private String known(Path file, String fact) {
        return references
                .getOrDefault(file, Map.of())
                .getOrDefault(fact, List.of(""))
                .get(0);
    }

    private String camera(Path file) {
        return Cameras.kind(ending(file), known(file, "make"), known(file, "model"));
    }

    /** What the comparison of our answers with theirs came to: for each file and fact a score. */
    private record Comparison(Map<Path, Map<String, Score>> files, List<String> wrong, List<String> unknown) {
        /** The scores added up: for each row and fact. */
        Map<String, Map<String, Score>> table(Function<Path, String> rowOf) {
            Map<String, Map<String, Score>> table = new TreeMap<>();
            files.forEach((file, facts) ->
                    facts.forEach((fact, score) -> table.computeIfAbsent(rowOf.apply(file), f -> new TreeMap<>())
                            .merge(fact, score, Score::and)));
            return table;
        }

        void mustBeRight() {
            Score sum = sum(files.values());
            System.out.println("described " + files.size() + " files: " + sum);
            assertEquals("", String.join("\n", wrong));
            assertTrue(
                    sum.right() >= KNOWN_MIN * (sum.right() + sum.unknown()), sum + "\n" + String.join("\n", unknown));
        }
    }

    private static Score sum(Collection<Map<String, Score>> scores) {
        return scores.stream().flatMap(facts -> facts.values().stream()).reduce(new Score(0, 0, 0), Score::and);
    }

    private Comparison compare(List<Path> all, String wrongTo, String unknownTo) throws Exception {
        askExiftool(all);
        askExif(all.stream().filter(file -> ending(file).matches("jpe?g")).toList());
        List<Path> media = all.stream()
                .filter(
                        file -> ending(file)
                                .matches(
                                        "mp4|mov|3gp|m4v|mkv|webm|avi|ts|mts|m2ts|mpg|flv|wmv|dv|h264|mp3|aac|m4a|flac|ogg|opus|wav"))
                .toList();
        askMediainfo(media);
        askFfprobe(media);
        List<Path> subtitles =
                all.stream().filter(file -> ending(file).equals("srt")).toList();
        if (!subtitles.isEmpty()) {
            askDroneParser(subtitles);
        }
        askPdfinfo(all.stream().filter(file -> ending(file).equals("pdf")).toList());
        Map<Path, Map<String, Score>> scores = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        try (Describer describer = new Describer(2, scratch, Profiles.read(folder.resolve("none")), true)) {
            for (Path file : all) {
                Description ours = Corpus.describe(describer, file, scratch);
                Map<String, Score> ofFile = scores.computeIfAbsent(file, f -> new TreeMap<>());
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
                    if (!right) {
                        (said.isEmpty() ? unknown : wrong)
                                .add(file.getFileName() + " " + fact + ": " + said + ", others say " + theirs);
                    }
                    Score score = new Score(right ? 1 : 0, !right && !said.isEmpty() ? 1 : 0, said.isEmpty() ? 1 : 0);
                    ofFile.put(fact, score);
                });
            }
        }
        Files.write(Path.of("target").resolve(wrongTo), wrong);
        Files.write(Path.of("target").resolve(unknownTo), unknown);
        return new Comparison(scores, wrong, unknown);
    }

    private static String ending(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** A file, and what must and must not be said of it. */
    @SuppressWarnings("ArrayRecordComponent") // nothing compares it
    private record Row(String name, byte[] bytes, String... facts) {}

    private static final String LONG_TEXT = "BT /F 12 Tf 50 700 Td ("
            + "The officer recorded the statement of the witness at the station in the evening. ".repeat(4) + ") Tj ET";
    private static final String SCAN = "q 595 0 0 842 0 0 cm /I Do Q";

    /** What the words in a row mean is told in {@link #wrongIn}. */
    @SuppressWarnings({"StringConcatToTextBlock", "InlineFormatString"}) // each line end is one of the file
    private static List<Row> rows(Path files) throws Exception {
        byte[] jpeg = Files.readAllBytes(
                Corpus.ffmpeg("-f lavfi -i testsrc2=size=320x240", "-frames:v 1", files.resolve("made.jpg")));
        byte[] png = Files.readAllBytes(
                Corpus.ffmpeg("-f lavfi -i testsrc2=size=320x240", "-frames:v 1", files.resolve("made.png")));
        byte[] gif = Files.readAllBytes(
                Corpus.ffmpeg("-f lavfi -i testsrc2=size=320x240", "-frames:v 1", files.resolve("made.gif")));
        byte[] bmp = Files.readAllBytes(
                Corpus.ffmpeg("-f lavfi -i testsrc2=size=320x240", "-frames:v 1", files.resolve("made.bmp")));
        byte[] webp = Files.readAllBytes(
                Corpus.ffmpeg("-f lavfi -i testsrc2=size=320x240", "-frames:v 1", files.resolve("made.webp")));
        byte[] mp4 = FieldFiles.recording(files, "last.mp4", "-c:v libx264 -c:a aac");
        byte[] first = FieldFiles.recording(files, "first.mp4", "-c:v libx264 -c:a aac -movflags +faststart");
        byte[] m4a = FieldFiles.recording(files, "first.m4a", "-vn -c:a aac -movflags +faststart");
        byte[] fragments = FieldFiles.recording(
                files, "fragments.mp4", "-c:v libx264 -g 25 -c:a aac -movflags frag_keyframe+empty_moov");
        byte[] avi = FieldFiles.recording(files, "a.avi", "-c:v mpeg4 -c:a mp2");
        byte[] wav = FieldFiles.recording(files, "a.wav", "-vn");
        byte[] mkv = FieldFiles.recording(files, "a.mkv", "-c:v libx264 -c:a aac");
        byte[] live = FieldFiles.recording(files, "live.mkv", "-c:v libx264 -c:a aac -live 1 -f matroska");
        byte[] flv = FieldFiles.recording(files, "a.flv", "-c:v libx264 -c:a aac");
        byte[] wmv = FieldFiles.recording(files, "a.wmv", "-c:v wmv2 -c:a wmav2");
        byte[] ts = FieldFiles.recording(files, "a.ts", "-c:v libx264 -c:a aac -f mpegts");
        byte[] ogg = FieldFiles.recording(files, "a.ogg", "-vn -c:a libvorbis");
        byte[] flac = FieldFiles.recording(files, "a.flac", "-vn");
        byte[] mp3 = FieldFiles.recording(files, "a.mp3", "-vn -c:a libmp3lame");
        byte[] pdf = FieldFiles.pdf(jpeg, null, "D:20260520160000+08'00'", LONG_TEXT, LONG_TEXT);
        List<Row> rows = new ArrayList<>();

        // 1. Documents of pictures.
        rows.add(new Row(
                "scan.pdf",
                FieldFiles.pdf(jpeg, null, "D:20260520160000", SCAN),
                "nothing failed",
                "scannedPages=1",
                "pagesWithoutText=1",
                "pageCount=1",
                "timeClaim=2026-05-20T16:00:00 unknown",
                "no damage"));
        rows.add(new Row(
                "scan_attached.pdf",
                FieldFiles.pdf(jpeg, "att.zip", "D:20260520160000Z", SCAN),
                "nothing failed",
                "embeddedCount=1",
                "embedded=att.zip",
                "timeClaim=2026-05-20T16:00:00Z utc"));
        rows.add(new Row(
                "first_page_scanned.pdf",
                FieldFiles.pdf(jpeg, "att.zip", "D:20260520160000+08'00'", SCAN, LONG_TEXT),
                "nothing failed",
                "language=en",
                "embedded=att.zip",
                "scannedPages=1",
                "pageCount=2",
                "timeClaim=2026-05-20T16:00:00+08:00 offset"));
        rows.add(new Row(
                "stamped_scan.pdf",
                FieldFiles.pdf(jpeg, null, "D:20260520160000", SCAN + " BT /F 9 Tf 50 20 Td (Scanned by X) Tj ET"),
                "scannedPages=1",
                "no pagesWithoutText"));
        rows.add(new Row("text.pdf", pdf, "no scannedPages", "no pagesWithoutText", "no damage", "pageCount=2"));
        rows.add(new Row(
                "blank.pdf", FieldFiles.pdf(jpeg, null, "D:20260520160000", " "), "nothing failed", "no scannedPages"));
        rows.add(new Row("cut.pdf", FieldFiles.cut(pdf, 0.6), "damage=truncated", "no pageCount"));
        rows.add(new Row(
                "cut_update.pdf",
                FieldFiles.join(pdf, FieldFiles.utf8("9 0 obj\n<</Type/Annot>>\nendo")),
                "damage=truncated",
                "no pageCount"));

        // 2. Positions.
        rows.add(new Row(
                "m300.srt",
                FieldFiles.subtitles("GPS(39.904%d,116.4070,0.0M) BAROMETER:0.3M"),
                "trackPoints=5",
                "trackStart=39.904 116.407",
                "no trackUnfixed",
                "no language"));
        rows.add(new Row(
                "old.srt",
                FieldFiles.utf8(
                        "1\n00:00:01,000 --> 00:00:02,000\nHOME(149.0251,-20.2532) 2017.8.5 14:11:51\nGPS(149.0251,-20.2533,16)\n\n"
                                + "2\n00:00:02,000 --> 00:00:03,000\nHOME(149.0251,-20.2532) 2017.8.5 14:11:52\nGPS(N/A,N/A,3)\n\n"
                                + "3\n00:00:03,000 --> 00:00:04,000\n[latitude : -34.869941] [lo"),
                "trackPoints=1",
                "trackUnfixed=1",
                "trackUnread=1",
                "trackStart=-20.2533 149.0251 2017-08-05T14:11:51"));
        rows.add(new Row(
                "untimed.srt",
                FieldFiles.utf8(
                        "1\n2017.08.05 14:11:51,393,525\n[latitude : -20.2533] [longtitude : 149.0251] [iso : 100]\n\n"),
                "trackPoints=1",
                "trackStart=-20.2533 149.0251 2017-08-05T14:11:51.393"));
        rows.add(new Row(
                "m300_es.srt",
                FieldFiles.subtitles("GPS(36.614%d,-6.1120,0.0M) BAROMETER:0.3M"),
                "trackPoints=5",
                "trackStart=36.614 -6.112"));
        rows.add(new Row(
                "m300_ocean.srt", FieldFiles.subtitles("GPS(-41.5%d,-174.75,0.0M)"), "trackStart=-41.5 -174.75"));
        rows.add(new Row(
                "phantom.srt",
                FieldFiles.subtitles("HOME(149.0251,-20.2532) GPS(149.0251,-20.253%d,16) BAROMETER:1.9"),
                "trackStart=-20.253 149.0251"));
        rows.add(new Row(
                "rtk.srt",
                FieldFiles.subtitles("F/5.6, GPS (-58.8517, -34.237%d, 15), HOME (-58.8475, -34.2327, -57.98m)"),
                "trackStart=-34.237 -58.8517"));
        rows.add(new Row(
                "unsaid.srt",
                FieldFiles.subtitles("GPS(36.614%d,-6.1120)"),
                "no trackPoints",
                "trackUnread=5",
                "failed the order of latitude and longitude"));
        rows.add(new Row(
                "sides.csv",
                FieldFiles.utf8(
                        "time,lat,ns,lon,ew\n2026-05-20 16:00:00,33.9249,S,70.6693,W\n2026-05-20 16:00:01,33.9250,S,70.6694,W\n"),
                "trackStart=-33.9249 -70.6693",
                "trackPoints=2",
                "timeClaim=2026-05-20 16:00:00 unknown"));
        rows.add(new Row(
                "sides_cn.csv",
                FieldFiles.utf8("纬度,南北,经度,东西\n33.9249,南纬,70.6693,西经\n33.9250,南纬,70.6694,西经\n"),
                "trackStart=-33.9249 -70.6693"));
        rows.add(new Row(
                "letters.csv",
                FieldFiles.utf8("Latitude;Longitude\n33.9249S;W70.6693\n\"33°55'30\"\"S\";70.6694W\n"),
                "trackStart=-33.9249 -70.6693",
                "trackPoints=2",
                "trackEnd=-33.925 -70.6694"));
        rows.add(new Row(
                "microdegrees.csv",
                FieldFiles.utf8("lat,lon\n39904200,116407400\n39904300,116407400\n"),
                "trackImpossible=2",
                "no trackUnfixed",
                "no trackPoints"));
        rows.add(new Row(
                "null.mp4",
                FieldFiles.recording(files, "null.mp4", "-c:v libx264 -an -metadata location=+00.0000+000.0000/"),
                "no latitude",
                "no longitude",
                "no location"));
        rows.add(new Row(
                "equator.mp4",
                FieldFiles.recording(files, "equator.mp4", "-c:v libx264 -an -metadata location=+00.0000+036.8000/"),
                "latitude=0",
                "longitude=36.8"));

        // 3. OFD.
        for (String signatures : List.of(
                "/Doc_0/Signs/Signatures.xml",
                "./Doc_0/Signs/Signatures.xml",
                "Doc_0/./Signs/Signatures.xml",
                "Doc_0/Res/../Signs/Signatures.xml",
                "/Doc_0//Signs/Signatures.xml",
                "Doc_0\\Signs\\Signatures.xml",
                "doc_0/signs/signatures.xml")) {
            rows.add(new Row(
                    "signed " + rows.size() + ".ofd",
                    FieldFiles.ofd("./Doc_0/Document.xml", signatures, false, false),
                    "type application/ofd",
                    "signed=true",
                    "pageCount=2",
                    "nothing failed",
                    "no embeddedCount"));
        }
        rows.add(new Row(
                "gbk.ofd",
                FieldFiles.ofd("Doc_0/Document.xml", "/Doc_0/Signs/Signatures.xml", true, false),
                "type application/ofd",
                "title=处罚决定书",
                "signed=true",
                "pageCount=2",
                "nothing failed"));
        rows.add(new Row(
                "lost.ofd",
                FieldFiles.ofd("Doc_1/Document.xml", "/Doc_9/Signs/Signatures.xml", false, false),
                "type application/ofd",
                "no signed",
                "no pageCount",
                "failed there is no such part"));
        rows.add(new Row("unsigned.ofd", FieldFiles.ofd("Doc_0/Document.xml", null, false, true), "signed=false"));
        rows.add(new Row(
                "empty_list.ofd",
                FieldFiles.ofd("Doc_0/Document.xml", "Doc_0/Signs/Signatures.xml", false, true),
                "signed=false"));

        // 4. What is missing.
        for (Object[] whole : new Object[][] {
            {"whole.mp4", mp4},
            {"whole_first.mp4", first},
            {"whole.m4a", m4a},
            {"whole_fragments.mp4", fragments},
            {"whole.avi", avi},
            {"whole.wav", wav},
            {"whole.mkv", mkv},
            {"whole_live.mkv", live},
            {"whole.flv", flv},
            {"whole.wmv", wmv},
            {"whole.ts", ts},
            {"whole.ogg", ogg},
            {"whole.flac", flac},
            {"whole.mp3", mp3},
            {"whole.jpg", jpeg},
            {"whole.png", png},
            {"whole.gif", gif},
            {"whole.bmp", bmp},
            {"whole.webp", webp}
        }) {
            rows.add(new Row(
                    (String) whole[0],
                    (byte[]) whole[1],
                    "nothing failed",
                    "no damage",
                    "no durationDeclared",
                    "no appendedBytes"));
        }
        rows.add(new Row(
                "cut_first.mp4",
                FieldFiles.cut(first, 0.6),
                "damage=truncated",
                "durationDeclared~10",
                "no duration",
                "no streamDuration",
                "durationPlayable<9"));
        rows.add(new Row(
                "cut.m4a",
                FieldFiles.cut(m4a, 0.6),
                "damage=truncated",
                "durationDeclared~10",
                "no duration",
                "durationPlayable~6"));
        rows.add(new Row(
                "cut_last.mp4",
                FieldFiles.cut(mp4, 0.6),
                "damage=truncated",
                "no duration",
                "no durationPlayable",
                "failed ffprobe"));
        rows.add(new Row(
                "cut_fragments.mp4",
                FieldFiles.cut(fragments, 0.6),
                "damage=truncated",
                "no duration",
                "durationPlayable<9"));
        rows.add(new Row(
                "cut.avi",
                FieldFiles.cut(avi, 0.6),
                "damage=truncated",
                "durationDeclared~10",
                "no duration",
                "no streamDuration",
                "durationPlayable~6"));
        rows.add(new Row(
                "cut.wav",
                FieldFiles.cut(wav, 0.6),
                "damage=truncated",
                "durationDeclared~10",
                "no duration",
                "durationPlayable~6"));
        rows.add(new Row(
                "cut.mkv",
                FieldFiles.cut(mkv, 0.6),
                "damage=truncated",
                "durationDeclared~10",
                "no duration",
                "durationPlayable<9"));
        rows.add(new Row(
                "cut_live.mkv", FieldFiles.cut(live, 0.601), "damage=truncated", "no duration", "durationPlayable<9"));
        rows.add(new Row(
                "cut.flv",
                FieldFiles.cut(flv, 0.6),
                "damage=truncated",
                "durationDeclared~10",
                "no duration",
                "durationPlayable<9"));
        rows.add(new Row("cut.wmv", FieldFiles.cut(wmv, 0.6), "damage=truncated", "no duration", "durationPlayable<9"));
        rows.add(
                new Row("cut.ts", FieldFiles.cut(ts, 0.6011), "damage=truncated", "no duration", "durationPlayable<9"));
        rows.add(new Row("cut.ogg", FieldFiles.cut(ogg, 0.6), "damage=truncated", "no duration", "durationPlayable<9"));
        rows.add(new Row(
                "cut.flac",
                FieldFiles.cut(flac, 0.6),
                "damage=truncated",
                "durationDeclared~10",
                "no duration",
                "durationPlayable<9"));
        rows.add(new Row(
                "cut.mp3",
                FieldFiles.cut(mp3, 0.6),
                "damage=truncated",
                "durationDeclared~10",
                "no duration",
                "durationPlayable~6"));
        rows.add(new Row(
                "cut.aac",
                FieldFiles.cut(FieldFiles.recording(files, "a.aac", "-vn -c:a aac"), 0.6),
                "damage=truncated",
                "no duration",
                "durationPlayable~6"));
        rows.add(new Row(
                "cut.mpg",
                FieldFiles.cut(FieldFiles.recording(files, "a.mpg", "-c:v mpeg2video -c:a mp2 -f vob"), 0.6),
                "damage=truncated",
                "no duration",
                "durationPlayable~6"));
        rows.add(new Row(
                "cut_adpcm.wav",
                FieldFiles.cut(FieldFiles.recording(files, "adpcm.wav", "-vn -c:a adpcm_ima_wav"), 0.6),
                "damage=truncated",
                "no duration",
                "durationDeclared~10",
                "durationPlayable~6"));
        rows.add(new Row(
                "vbr.mp3",
                FieldFiles.recording(files, "vbr.mp3", "-vn -c:a libmp3lame -q:a 2 -write_xing 0"),
                "duration=10.0",
                "no damage"));
        rows.add(new Row("cut.jpg", FieldFiles.cut(jpeg, 0.6), "damage=truncated"));
        rows.add(new Row("cut.png", FieldFiles.cut(png, 0.6), "damage=truncated"));
        rows.add(new Row("cut.gif", FieldFiles.cut(gif, 0.6), "damage=truncated"));
        rows.add(new Row("cut.bmp", FieldFiles.cut(bmp, 0.6), "damage=truncated"));
        rows.add(new Row("cut.webp", FieldFiles.cut(webp, 0.6), "damage=truncated"));
        rows.add(new Row(
                "cut.zip",
                FieldFiles.cut(FieldFiles.zip("UTF-8", "笔录.txt"), 0.6),
                "damage=truncated",
                "failed archive"));
        rows.add(new Row(
                "zeros.mp4",
                FieldFiles.zeroed(mp4, 0.4, 20_000),
                "damage=zeros",
                "durationDeclared~10",
                "no duration",
                "durationPlayable<9.9"));
        rows.add(new Row(
                "zeros.avi",
                FieldFiles.zeroed(avi, 0.4, 20_000),
                "damage=zeros",
                "durationDeclared~10",
                "no duration",
                "durationPlayable<9.9"));
        rows.add(new Row(
                "zeros.mkv",
                FieldFiles.zeroed(mkv, 0.4, 20_000),
                "damage=zeros",
                "durationDeclared~10",
                "no duration",
                "durationPlayable<9.9"));
        rows.add(new Row("headless.mkv", FieldFiles.zeroed(mkv, 0, 32), "damage=malformed: a segment of Matroska"));
        rows.add(new Row("zeros.ts", FieldFiles.zeroed(ts, 0.4, 20_000), "damage=zeros", "no duration"));
        rows.add(new Row("silence.wav", FieldFiles.zeroed(wav, 0.4, 20_000), "no damage", "duration=10"));

        // 5. Times.
        rows.add(new Row(
                "iphone.mov",
                FieldFiles.recording(
                        files,
                        "iphone.mov",
                        "-c:v libx264 -an -movflags use_metadata_tags"
                                + " -metadata creation_time=2026-05-20T10:30:00Z"
                                + " -metadata com.apple.quicktime.creationdate=2026-05-21T18:30:00+0800"),
                "timeClaim=2026-05-21T18:30:00+0800 offset",
                "timeConflict=2026-05-20T10:30:00"));
        rows.add(new Row(
                "iphone_right.mov",
                FieldFiles.recording(
                        files,
                        "iphone2.mov",
                        "-c:v libx264 -an -movflags use_metadata_tags"
                                + " -metadata creation_time=2026-05-21T10:30:00Z"
                                + " -metadata com.apple.quicktime.creationdate=2026-05-21T18:30:00+0800"),
                "no timeConflict"));
        rows.add(new Row(
                "t1970.mp4",
                FieldFiles.recording(
                        files, "t1970.mp4", "-c:v libx264 -an -metadata creation_time=1970-01-01T00:00:00Z"),
                "no timeClaim"));
        rows.add(new Row(
                "counting.mp4",
                FieldFiles.recording(
                        files, "counting.mp4", "-c:v libx264 -an -metadata creation_time=1970-01-01T00:07:12Z"),
                "timeClaim=1970-01-01T00:07:12 unset",
                "no timeConflict"));
        String point = "lat=\"39.9%d\" lon=\"116.4\"><time>2026-05-20T16:00:0%d%s</time></";
        rows.add(new Row(
                "local.gpx",
                FieldFiles.gpx("<trk><trkseg><trkpt " + String.format(point, 1, 1, "") + "trkpt></trkseg></trk>"),
                "timeClaim=2026-05-20T16:00:01 unknown"));
        rows.add(new Row(
                "utc.gpx",
                FieldFiles.gpx("<trk><trkseg><trkpt " + String.format(point, 1, 1, "Z") + "trkpt></trkseg></trk>"),
                "timeClaim=2026-05-20T16:00:01Z utc"));
        rows.add(new Row(
                "offset.gpx",
                FieldFiles.gpx("<trk><trkseg><trkpt " + String.format(point, 1, 1, "+08:00") + "trkpt></trkseg></trk>"),
                "timeClaim=2026-05-20T16:00:01+08:00 offset"));
        String place = ",A,3954.2520,N,11624.1200,E,0.1,10.0,";
        rows.add(new Row(
                "rollover.nmea",
                FieldFiles.utf8(FieldFiles.sentence("GPRMC,080000.00" + place + "050899,,,A")
                        + FieldFiles.sentence("GPRMC,080001.00" + place + "050899,,,A")),
                "timeClaim=1999-08-05T08:00:00",
                "trackPoints=2"));

        // 6. Chinese character sets.
        rows.add(new Row(
                "gbk.zip",
                FieldFiles.zip("GBK", "询问笔录/现场照片一.txt", "证据清单.txt"),
                "member 询问笔录/现场照片一.txt",
                "member 证据清单.txt",
                "nameCharset=GB18030"));
        rows.add(new Row(
                "big5.zip",
                FieldFiles.zip("Big5", "詢問筆錄/現場照片一.txt", "證據清單.txt"),
                "member 詢問筆錄/現場照片一.txt",
                "member 證據清單.txt",
                "nameCharset=Big5"));
        rows.add(new Row("unmarked_utf8.zip", FieldFiles.zip("UTF-8", "证据清单.txt"), "member 证据清单.txt"));
        rows.add(new Row("ascii.zip", FieldFiles.zip("UTF-8", "a.txt"), "member a.txt", "no nameCharset"));
        rows.add(new Row("western.zip", FieldFiles.zip("IBM437", "café.txt"), "member café.txt"));
        rows.add(new Row("gbk.tar", FieldFiles.tar("GBK", "证据清单.txt"), "member 证据清单.txt"));
        rows.add(new Row("big5.tar", FieldFiles.tar("Big5", "證據清單.txt"), "member 證據清單.txt"));
        rows.add(new Row("utf8.tar", FieldFiles.tar("UTF-8", "证据清单.txt"), "member 证据清单.txt"));
        String mail = "To: <b@example.org>\r\nDate: Wed, 20 May 2026 16:00:00 +0800\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: text/plain; charset=\"%s\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
        byte[] body = "附件为现场照片，请查收。余采樺的朱镕函\r\n".getBytes(Charset.forName("GB18030"));
        rows.add(new Row(
                "gb2312.eml",
                FieldFiles.join(
                        FieldFiles.utf8("From: =?gb2312?B?086yyZjl?= <user@example.org>\r\n"
                                + "Subject: =?gb2312?B?0+CyyZjltcTW7OlGuq8=?=\r\n" + String.format(mail, "gb2312")),
                        body),
                "from=游采樺",
                "title=余采樺的朱镕函",
                "no embeddedCount",
                "nothing failed",
                "preview 余采樺的朱镕函"));
        rows.add(new Row(
                "raw.eml",
                FieldFiles.join(
                        "From: 游采樺 <user@example.org>\r\nSubject: 余采樺的函\r\n".getBytes(Charset.forName("GB18030")),
                        FieldFiles.utf8(String.format(mail, "gb2312")),
                        body),
                "from=游采樺",
                "title=余采樺的函",
                "no embeddedCount"));
        rows.add(new Row(
                "big5.eml",
                FieldFiles.join(
                        "From: 游采樺 <user@example.org>\r\nSubject: 現場照片\r\n".getBytes(Charset.forName("Big5")),
                        FieldFiles.utf8(String.format(mail, "big5")),
                        "附件為現場照片\r\n".getBytes(Charset.forName("Big5"))),
                "from=游采樺",
                "title=現場照片"));
        rows.add(new Row(
                "attached.eml",
                FieldFiles.utf8(
                        "From: a@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                                + "--b\r\nContent-Type: text/plain\r\n\r\nwords of the mail\r\n--b\r\nContent-Type: application/zip; name=a.zip\r\n"
                                + "Content-Disposition: attachment; filename=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsFBgAA\r\n--b--\r\n"),
                "embeddedCount=1",
                "embedded=a.zip",
                "preview words of the mail"));

        // 7. Position logs.
        rows.add(new Row(
                "quoted.csv",
                FieldFiles.utf8(
                        "time,latitude,longitude,address\n2026-05-20 16:00:00,39.9042,116.4074,\"Some Road 1, Chaoyang\"\n"
                                + "2026-05-20 16:00:01,39.9043,116.4075,\"Some Road 2, Chaoyang\"\n"),
                "trackPoints=2",
                "trackStart=39.9042 116.4074",
                "no trackUnread",
                "no language"));
        rows.add(new Row(
                "sep.csv",
                FieldFiles.utf8(
                        "sep=;\ntime;lat;lon\n2026-05-20 16:00:00;39.9042;116.4074\n2026-05-20 16:00:01;39.9043;116.4075\n"),
                "trackPoints=2",
                "trackStart=39.9042 116.4074"));
        rows.add(new Row(
                "commas.csv",
                FieldFiles.utf8("Zeit;Latitude (deg);Longitude (deg)\n1;39,9042;116,4074\n2;39,9043;116,4075\n"),
                "trackPoints=2",
                "trackStart=39.9042 116.4074"));
        rows.add(new Row(
                "quoted_commas.csv",
                FieldFiles.utf8("lat,lon\n\"39,9042\",\"116,4074\"\n\"39,9043\",\"116,4075\"\n"),
                "trackPoints=2",
                "trackStart=39.9042 116.4074"));
        rows.add(new Row(
                "too_many.csv",
                FieldFiles.utf8("lat,lon\n39,9042,116,4074\n39,9043,116,4075\n"),
                "no trackPoints",
                "trackUnread=2"));
        rows.add(new Row(
                "preamble.csv",
                FieldFiles.utf8("Device: DSJ7A12\nExported 2026-05-20\n\nDate,Time,Lat,Lon,Lat accuracy\n"
                        + "2026-05-20,16:00:00,39.9042,116.4074,3\n2026-05-20,16:00:01,39.9043,116.4075,3\n"),
                "trackPoints=2",
                "timeClaim=2026-05-20 16:00:00 unknown"));
        String gga = "GPGGA,0800%02d.00,3954.2520,N,11624.1200,E,1,08,1.0,44.0,M,-9.0,M,,";
        StringBuilder sentences = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            sentences.append(FieldFiles.sentence(String.format(gga, i)));
        }
        rows.add(new Row(
                "gga.nmea",
                FieldFiles.utf8(sentences.toString()),
                "trackPoints=5",
                "trackStart=39.9042 116.402",
                "no language",
                "no timeClaim"));
        rows.add(new Row(
                "late.nmea", FieldFiles.utf8("boot ok\n".repeat(300) + sentences), "trackPoints=5", "no language"));
        rows.add(new Row(
                "dated.nmea",
                FieldFiles.utf8(FieldFiles.sentence("GPZDA,080000.00,20,05,2026,00,00") + sentences),
                "timeClaim=2026-05-20T08:00:00.00Z utc"));
        rows.add(new Row(
                "prefixed.log", FieldFiles.utf8(sentences.toString().replace("$", "[12:00:01] $")), "trackPoints=5"));
        rows.add(new Row(
                "unsummed.nmea", FieldFiles.utf8(sentences.toString().replaceAll("\\*..", "")), "trackPoints=5"));
        rows.add(new Row(
                "wrong_sums.nmea",
                FieldFiles.utf8(sentences.toString().replaceAll("\\*..", "*ZZ")),
                "trackUnread=5",
                "no trackPoints",
                "no language"));
        rows.add(new Row(
                "prose.txt",
                FieldFiles.utf8(
                        "The man said that the lat and lon were wrong, and we went on to the corner of the street.\n"
                                .repeat(5)),
                "language=en",
                "no trackUnread"));
        rows.add(new Row(
                "minutes.csv",
                FieldFiles.utf8("Name,Lat,Lon\na,\"N39°54'15.12\"\"\",\"E116°24'26.64\"\"\"\n"),
                "trackStart=39.9042 116.4074"));
        rows.add(new Row(
                "gll.nmea",
                FieldFiles.utf8(FieldFiles.sentence("GPGLL,3954.2520,N,11624.1200,E,080000.00,A,A")
                        + FieldFiles.sentence("GPGLL,3954.2520,N,11624.1200,E,080001.00,V,N")),
                "trackPoints=1",
                "trackUnfixed=1"));
        rows.add(new Row(
                "route.gpx",
                FieldFiles.gpx("<rte><rtept " + String.format(point, 1, 1, "Z") + "rtept><rtept "
                        + String.format(point, 2, 2, "Z") + "rtept></rte>"),
                "trackPoints=2",
                "trackStart=39.91 116.4"));
        rows.add(new Row("way.gpx", FieldFiles.gpx("<wpt lat=\"39.9\" lon=\"116.4\"/>"), "trackPoints=1"));
        rows.add(new Row(
                "both.gpx",
                FieldFiles.gpx("<wpt lat=\"39.9\" lon=\"116.4\"/><trk><trkseg><trkpt lat=\"39.8\" lon=\"116.3\"/>"
                        + "<trkpt lat=\"39.7\" lon=\"116.3\"/></trkseg></trk>"),
                "trackPoints=2",
                "otherPoints=1"));
        rows.add(new Row(
                "broken.gpx",
                FieldFiles.cut(
                        FieldFiles.gpx("<trk><trkseg><trkpt lat=\"39.8\" lon=\"116.3\"/>"
                                + "<trkpt lat=\"39.7\" lon=\"116.3\"/></trkseg></trk>"),
                        0.9),
                "trackPoints=2",
                "failed positions"));
        rows.add(new Row("empty.gpx", FieldFiles.gpx("<metadata/>"), "failed none could be read", "no language"));
        rows.add(new Row(
                "line.kml",
                FieldFiles.utf8("<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Placemark><LineString><coordinates>\n"
                        + "116.4,39.9,10 116.5,39.8,10\n116.6,39.7,10</coordinates></LineString></Placemark></kml>"),
                "trackPoints=3",
                "trackStart=39.9 116.4"));

        // 8. What stands behind a picture; archives; XMP.
        rows.add(new Row(
                "motion.jpg",
                FieldFiles.join(jpeg, mp4),
                "appendedBytes=" + mp4.length,
                "appendedType=video/",
                "no damage"));
        rows.add(new Row(
                "zip_behind.jpg",
                FieldFiles.join(jpeg, FieldFiles.zip("UTF-8", "a.txt")),
                "appendedType=application/zip"));
        rows.add(new Row(
                "zip_behind.png",
                FieldFiles.join(png, FieldFiles.zip("UTF-8", "a.txt")),
                "appendedType=application/zip"));
        rows.add(new Row(
                "zip_behind.gif",
                FieldFiles.join(gif, FieldFiles.zip("UTF-8", "a.txt")),
                "appendedType=application/zip"));
        rows.add(new Row(
                "zip_behind.webp",
                FieldFiles.join(webp, FieldFiles.zip("UTF-8", "a.txt")),
                "appendedType=application/zip"));
        rows.add(new Row(
                "zip_behind.bmp",
                FieldFiles.join(bmp, FieldFiles.zip("UTF-8", "a.txt")),
                "appendedType=application/zip"));
        rows.add(new Row(
                "zip_behind.mp4",
                FieldFiles.join(mp4, FieldFiles.zip("UTF-8", "a.txt")),
                "appendedType=application/zip",
                "no damage",
                "duration=10"));
        rows.add(new Row(
                "five.rar",
                FieldFiles.rar5("证据.txt", FieldFiles.utf8("hello")),
                "member 证据.txt",
                "memberCount=1",
                "digest "
                        + org.liuhen.custody.evidence.Sha256Digest.of(FieldFiles.utf8("hello"))
                                .hex(),
                "no encrypted"));
        rows.add(new Row(
                "cut.rar", FieldFiles.cut(FieldFiles.rar5("证据.txt", FieldFiles.utf8("hello")), 0.9), "failed archive"));
        String xmp =
                "exif:GPSLatitude='39,54.252N' exif:GPSLongitude='116,24,26.64W' exif:DateTimeOriginal='2026-05-20T16:00:00+08:00'";
        rows.add(new Row(
                "xmp.jpg",
                FieldFiles.jpegWithXmp(jpeg, xmp),
                "latitude=39.9042",
                "longitude=-116.4074",
                "timeClaim=2026-05-20T16:00:00+08:00 offset",
                "nothing failed",
                "no damage"));
        rows.add(new Row(
                "xmp.png",
                FieldFiles.pngWithXmp(png, xmp),
                "latitude=39.9042",
                "longitude=-116.4074",
                "timeClaim=2026-05-20T16:00:00+08:00 offset",
                "nothing failed",
                "no damage"));
        rows.add(new Row(
                "xmp_days.jpg",
                FieldFiles.jpegWithXmp(jpeg, "xmp:CreateDate='1970-01-01' exif:GPSTimeStamp='08:00:07Z'"),
                "no timeClaim"));
        rows.add(new Row(
                "xmp_null.jpg",
                FieldFiles.jpegWithXmp(jpeg, "exif:GPSLatitude='0,0.0N' exif:GPSLongitude='0,0.0E'"),
                "no latitude"));

        // 9. What cameras write where ffprobe does not look, and one meaning for all formats.
        Path camcorder = Files.write(
                files.resolve("made-camcorder.h264"),
                FieldFiles.camcorder(FieldFiles.recording(files, "raw.h264", "-an -c:v libx264 -bf 0 -f h264")));
        for (String kind : List.of("ts", "m2ts")) {
            byte[] tape = Files.readAllBytes(Corpus.ffmpeg(
                    "-r 25 -i " + camcorder,
                    "-c copy -f mpegts" + (kind.equals("ts") ? "" : " -mpegts_m2ts_mode 1"),
                    files.resolve("made-camcorder." + kind)));
            rows.add(new Row(
                    "camcorder." + kind,
                    tape,
                    "timeClaim=2026-05-20T16:00:07+08:00 offset",
                    "make=Sony",
                    "model=HDR-CX405",
                    "latitude=39.9041667",
                    "longitude=116.4072222",
                    "no damage"));
        }
        String dv = "-s 720x576 -r 25 -c:v dvvideo -pix_fmt yuv420p -ar 48000 -ac 2 -c:a pcm_s16le -t 1";
        rows.add(new Row(
                "tape.dv",
                FieldFiles.recording(files, "tape.dv", dv + " -metadata creation_time=2026-05-20T16:00:07Z"),
                "timeClaim=2026-05-20T16:00:07 unknown",
                "no damage"));
        rows.add(new Row("unset.dv", FieldFiles.recording(files, "unset.dv", dv), "no timeClaim"));
        String people = " -metadata author=110023 -metadata artist=WITNESS";
        rows.add(new Row(
                "people.mov",
                FieldFiles.recording(files, "people.mov", "-c:v libx264 -an" + people),
                "author=110023",
                "performer=WITNESS"));
        rows.add(new Row(
                "people.3gp",
                FieldFiles.recording(files, "people.3gp", "-s 352x288 -c:v h263 -an" + people),
                "author=110023",
                "performer=WITNESS"));
        rows.add(new Row(
                "people.mkv",
                FieldFiles.recording(files, "people.mkv", "-c:v libx264 -an" + people),
                "author=110023",
                "performer=WITNESS"));
        rows.add(new Row(
                "gopro.mp4",
                FieldFiles.inIndex(mp4, FieldFiles.goPro("HERO8 Black", "C3331324545448")),
                "model=HERO8 Black",
                "serial=C3331324545448",
                "no damage",
                "nothing failed"));
        rows.add(new Row(
                "xmp.mp4",
                FieldFiles.join(
                        mp4,
                        FieldFiles.xmpBox("exif:DateTimeOriginal='2026-05-20T16:00:00'"
                                + " exif:GPSLatitude='39,54.252N' exif:GPSLongitude='116,24.444E'")),
                "timeClaim=2026-05-20T16:00:00 unknown",
                "latitude=39.9042",
                "no damage",
                "nothing failed"));
        rows.add(new Row(
                "autel.srt",
                FieldFiles.subtitles("GPS(W: 70.669%d, S: 33.9249, 77.36m)"),
                "trackStart=-33.9249 -70.669"));
        rows.add(new Row(
                "cut_dash.mp4",
                FieldFiles.cut(
                        FieldFiles.recording(
                                files,
                                "dash.mp4",
                                "-c:v libx264 -g 25 -an -movflags frag_keyframe+empty_moov+default_base_moof+dash+global_sidx"),
                        0.6),
                "damage=truncated",
                "durationDeclared~10",
                "durationPlayable<9"));
        byte[] turned = Files.readAllBytes(Corpus.ffmpeg(
                "-i " + files.resolve("made-last.mp4"),
                "-c copy -metadata:s:v:0 rotate=90",
                files.resolve("made-turned.mp4")));
        rows.add(new Row("turned.mp4", turned, "rotation=270 degrees clockwise"));
        rows.add(new Row(
                "rate.mp4",
                FieldFiles.recording(files, "rate.mp4", "-c:v libx264 -an -r 30000/1001"),
                "frameRate=30000/1001",
                "frameRateDecimal=29.970"));

        // 10. What files of other people's cameras showed.
        FieldFiles.Field[] exif = FieldFiles.exif("2026:05:20 16:00:07");
        rows.add(new Row(
                "reconyx.jpg",
                FieldFiles.jpegWithExif(jpeg, FieldFiles.tiff(new FieldFiles.Field(0x8769, new FieldFiles.Field[] {
                    new FieldFiles.Field(0x927c, FieldFiles.reconyx())
                }))),
                "timeClaim=2020-03-06T09:05:07 unknown",
                "no serial",
                "nothing failed"));
        for (String time : List.of("2026/05/20 16:00:07", "2026: 5:20 16: 0: 7", "2026:05:20:16:00:07")) {
            rows.add(new Row(
                    "time " + rows.size() + ".jpg",
                    FieldFiles.jpegWithExif(jpeg, FieldFiles.tiff(FieldFiles.exif(time))),
                    "timeClaim=2026-05-20T16:00:07 unknown"));
        }
        rows.add(new Row(
                "minutes.jpg",
                FieldFiles.jpegWithExif(jpeg, FieldFiles.tiff(FieldFiles.exif("2026:05:20 16:00"))),
                "timeClaim=2026-05-20T16:00 unknown"));
        rows.add(new Row(
                "no_form.jpg",
                FieldFiles.jpegWithExif(jpeg, FieldFiles.tiff(FieldFiles.exif("05.10.2009 11:16"))),
                "timeClaim=05.10.2009 11:16 unknown"));
        rows.add(new Row(
                "blank.jpg",
                FieldFiles.jpegWithExif(jpeg, FieldFiles.tiff(FieldFiles.exif("    :  :     :  :  "))),
                "no timeClaim"));
        rows.add(new Row(
                "first_directory.jpg",
                FieldFiles.jpegWithExif(jpeg, FieldFiles.tiff(new FieldFiles.Field(0x9003, "2026:05:20 16:00:07"))),
                "timeClaim=2026-05-20T16:00:07 unknown"));
        Corpus.run(List.of(
                "exiftool",
                "-overwrite_original",
                "-IPTC:DateCreated=2026:05:20",
                "-IPTC:TimeCreated=16:00:07+08:00",
                Files.write(files.resolve("made-iptc.jpg"), jpeg).toString()));
        rows.add(new Row(
                "iptc.jpg",
                Files.readAllBytes(files.resolve("made-iptc.jpg")),
                "timeClaim=2026-05-20T16:00:07+08:00 offset"));
        byte[] marked = FieldFiles.jpegWithExif(
                jpeg,
                FieldFiles.tiff(
                        exif[0],
                        exif[1],
                        exif[2],
                        new FieldFiles.Field(0x100, 6000),
                        new FieldFiles.Field(0x101, 4000)));
        rows.add(new Row(
                "head.jpg",
                java.util.Arrays.copyOf(marked, marked.length - jpeg.length + 40),
                "make=Hikvision",
                "timeClaim=2026-05-20T16:00:07 unknown",
                "no width",
                "damage=truncated"));
        rows.add(new Row(
                "profile.png",
                FieldFiles.pngWithProfile(png, FieldFiles.tiff(exif)),
                "make=Hikvision",
                "timeClaim=2026-05-20T16:00:07 unknown",
                "nothing failed"));
        rows.add(new Row(
                "far.heic",
                FieldFiles.heicWithExif(FieldFiles.tiff(exif), 3 << 20),
                "width=320",
                "make=Hikvision",
                "model=DS-MH2111",
                "timeClaim=2026-05-20T16:00:07 unknown"));
        rows.add(new Row(
                "near.heic",
                FieldFiles.heicWithExif(FieldFiles.tiff(exif), 1 << 10),
                "width=320",
                "make=Hikvision",
                "timeClaim=2026-05-20T16:00:07 unknown"));
        rows.add(new Row(
                "top_down.bmp",
                FieldFiles.behind(bmp, "BM", 20, (byte) 0x10, (byte) 0xff, (byte) 0xff, (byte) 0xff),
                "height=240",
                "width=320"));
        FieldFiles.Field[] full = {
            new FieldFiles.Field(0xfe, 0), new FieldFiles.Field(0x100, 6000), new FieldFiles.Field(0x101, 4000)
        };
        rows.add(new Row(
                "reduced_first.tif",
                FieldFiles.tiff(
                        new FieldFiles.Field(0xfe, 1),
                        new FieldFiles.Field(0x100, 160),
                        new FieldFiles.Field(0x101, 120),
                        new FieldFiles.Field(0x14a, full)),
                "width=6000",
                "height=4000"));
        rows.add(new Row(
                "only_reduced.tif",
                FieldFiles.tiff(
                        new FieldFiles.Field(0xfe, 1),
                        new FieldFiles.Field(0x100, 160),
                        new FieldFiles.Field(0x101, 120)),
                "no width",
                "no height"));
        rows.add(new Row(
                "canon.cr3",
                FieldFiles.cr3(
                        FieldFiles.tiff(
                                new FieldFiles.Field(0x100, 6000),
                                new FieldFiles.Field(0x101, 4000),
                                new FieldFiles.Field(0x10f, "Canon")),
                        FieldFiles.tiff(new FieldFiles.Field(0x9003, "2026:05:20 16:00:07"))),
                "width=6000",
                "height=4000",
                "make=Canon",
                "timeClaim=2026-05-20T16:00:07 unknown"));
        rows.add(new Row(
                "minolta.mrw",
                FieldFiles.mrw(3264, 2448, FieldFiles.tiff(exif)),
                "width=3264",
                "height=2448",
                "make=Hikvision",
                "timeClaim=2026-05-20T16:00:07 unknown"));
        rows.add(new Row(
                "canon.crw",
                FieldFiles.crw(),
                "width=3072",
                "height=2048",
                "make=Canon",
                "model=Canon EOS D60",
                "timeClaim=2026-05-20T16:00:07 unknown",
                "nothing failed"));
        byte[] mov = FieldFiles.recording(files, "first.mov", "-c:v libx264 -c:a aac -movflags +faststart");
        rows.add(new Row("whole.mov", mov, "nothing failed", "no damage", "duration=10"));
        rows.add(new Row(
                "cut_first.mov",
                FieldFiles.cut(mov, 0.6),
                "damage=truncated: of the pictures",
                "durationDeclared~10",
                "no duration",
                "no streamDuration"));
        rows.add(new Row(
                "no_places.mov",
                FieldFiles.behind(mov, "stco", 4, new byte[4]),
                "damage=malformed: the index does not say where",
                "durationDeclared~10",
                "no duration"));
        rows.add(new Row(
                "first_byte.mov",
                FieldFiles.behind(mov, "stco", 8, new byte[4]),
                "damage=malformed: of the",
                "durationDeclared~10",
                "no duration"));
        rows.add(new Row(
                "unfinished.avi",
                FieldFiles.behind(FieldFiles.behind(avi, "movi", -8, new byte[4]), "RIFF", 0, new byte[4]),
                "damage=not finished",
                "durationDeclared~10",
                "no duration"));
        byte[] packet = FieldFiles.xmp(
                "xmlns:dc='http://purl.org/dc/elements/1.1/'" + " exif:DateTimeOriginal='2026-05-20T16:00:07+08:00'");
        for (Object[] riff : new Object[][] {{"xmp.avi", avi}, {"xmp.wav", wav}}) {
            rows.add(new Row(
                    (String) riff[0],
                    FieldFiles.withChunk((byte[]) riff[1], "_PMX", packet),
                    "timeClaim=2026-05-20T16:00:07+08:00 offset",
                    "no damage",
                    "nothing failed"));
        }
        rows.add(new Row(
                "titled.mp4",
                FieldFiles.inIndex(
                        mp4,
                        Corpus.box(
                                "udta",
                                Corpus.box(
                                        "titl",
                                        Corpus.ints(0),
                                        new byte[] {0x15, (byte) 0xc7},
                                        FieldFiles.utf8("巡逻\0")))),
                "title=巡逻",
                "nothing failed"));
        rows.add(new Row(
                "head.mkv",
                FieldFiles.before(mkv, (byte) 0x1f, (byte) 0x43, (byte) 0xb6, (byte) 0x75),
                "damage=truncated",
                "durationDeclared~10",
                "no duration",
                "width=320",
                "height=240",
                "frameRate=25.000",
                "sampleRate=44100",
                "channels=1"));
        rows.add(new Row(
                "head.wmv",
                FieldFiles.before(wmv, (byte) 0x36, (byte) 0x26, (byte) 0xb2, (byte) 0x75),
                "durationDeclared~10",
                "no duration",
                "width=320",
                "height=240",
                "sampleRate=44100",
                "channels=1"));
        rows.add(new Row(
                "head.ogg",
                FieldFiles.before(ogg, (byte) 3, (byte) 'v', (byte) 'o', (byte) 'r'),
                "no duration",
                "sampleRate=44100",
                "channels=1"));
        rows.add(new Row(
                "strict.docx",
                FieldFiles.strictDocument(),
                "author=110023",
                "pageCount=3",
                "timeClaim=2026-05-20T08:00:07Z utc"));
        return rows;
    }

    /** What of a row is not so. */
    private static List<String> wrongIn(Row row, Description said, Path place) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (String fact : row.facts()) {
            String[] word = fact.split(" ", 2);
            boolean right =
                    switch (word[0]) {
                        case "nothing" -> said.failures().isEmpty();
                        case "failed" -> said.failures().toString().contains(word[1]);
                        case "type" -> said.mediaType().equals(word[1]);
                        case "no" -> values(said, word[1]).isEmpty();
                        case "member" ->
                            said.members().stream().anyMatch(one -> one.name().equals(word[1]));
                        case "digest" -> said.members().stream().anyMatch(one -> word[1].equals(one.sha256()));
                        case "preview" ->
                            Files.readString(place.resolve(
                                            values(said, "previewSha256").get(0).value()))
                                    .contains(word[1]);
                        default ->
                            values(said, fact.split("[=~<]", 2)[0]).stream().anyMatch(value -> holds(fact, value));
                    };
            if (!right) {
                wrong.add(row.name() + " " + fact + ": " + said.mediaType() + " "
                        + said.values().stream()
                                .map(value -> value.name() + "=" + value.value() + " " + value.unit())
                                .toList()
                        + " " + said.members() + " " + said.failures());
            }
        }
        return wrong;
    }

    private static List<Value> values(Description said, String name) {
        return said.values().stream().filter(value -> value.name().equals(name)).toList();
    }

    /** {@code name=value unit}: it begins so; {@code name~number}: about that much; {@code name<number}: less, and not nothing. */
    private static boolean holds(String fact, Value value) {
        String[] part = fact.split("[=~<]", 2);
        return switch (fact.charAt(part[0].length())) {
            case '~' -> near(value.value(), part[1], 1.2);
            case '<' -> number(value.value()) < number(part[1]) && number(value.value()) > 1;
            default ->
                (value.value() + " " + value.unit()).startsWith(part[1])
                        || (value.value().startsWith(part[1].replaceFirst(" [a-z ]+$", ""))
                                && part[1].endsWith(" " + value.unit()));
        };
    }

    @Test
    void saysWhatIsRightOfFilesLikeThoseFromTheField() throws Exception {
        Path files = Files.createDirectories(folder.resolve("field"));
        List<String> wrong = new ArrayList<>();
        List<Row> rows = rows(files);
        try (Describer describer = new Describer(
                2,
                Files.createDirectories(folder.resolve("field-scratch")),
                Profiles.read(folder.resolve("none")),
                true)) {
            for (Row row : rows) {
                Path place = folder.resolve("field-place");
                wrong.addAll(wrongIn(
                        row,
                        Corpus.describe(describer, Files.write(files.resolve(row.name()), row.bytes()), place),
                        place));
            }
        }
        System.out.println("described " + rows.size() + " files like those from the field");
        assertEquals("", String.join("\n", wrong));
    }

    private static final Path PAGE = Path.of("../docs/metadata.md");
    private static final String BEGIN = "<!-- made by DescribeIT -->\n";
    private static final String CAMERAS_BEGIN = "<!-- made by DescribeIT, of samples -->\n";
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
        writeBetween(BEGIN, text.toString());
    }

    private static void writeBetween(String begin, String text) throws Exception {
        String page = Files.readString(PAGE);
        int from = page.indexOf(begin) + begin.length();
        Files.writeString(PAGE, page.substring(0, from) + text + page.substring(page.indexOf(END, from)));
    }
}
