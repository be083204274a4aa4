package org.liuhen.describe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.liuhen.custody.event.Reason;
import org.liuhen.describe.Description.Make;
import org.liuhen.describe.MediaProgram.UnreadableException;
import org.liuhen.describe.Request.Mode;
import org.liuhen.describe.Value.Confidence;
import org.liuhen.describe.readback.Structure;

/**
 * The main class of a parser process, which runs one tool after the other on one file at a time and may die of a file. It reads requests from
 * standard input and writes answers to standard output, each a JSON object in a line. It ends when standard input ends, so it cannot outlive
 * the parent. usage: ParserWorker FFPROBE FFMPEG, in the folder that parent and process share
 */
final class ParserWorker {
    /** The file in the shared folder with the positions, as GeoJSON. */
    static final String TRACK = "track.geojson";

    /** The file in the shared folder with the preview. */
    static final String PREVIEW = "preview";

    /** The file in the shared folder with the words of a document. */
    static final String TEXT = "text";

    private static final Path FILE = Path.of(Request.ITEM);
    private static final Path TRACK_FILE = Path.of(TRACK);
    private static final Path PREVIEW_FILE = Path.of(PREVIEW);
    private static final Path TEXT_FILE = Path.of(TEXT);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PROBE_SCORE_UNSURE = 25; // ffprobe's score for a file that only has a fitting name

    private static final int WARNING_CHARACTERS_MAX = 200;
    private static final String NOT_RUN = "could not run: ";

    private final TikaReader tika = new TikaReader();
    private final LanguageReader language = new LanguageReader();
    private final Path ffprobe;
    private final Path ffmpeg;

    private ParserWorker(Path ffprobe, Path ffmpeg) throws IOException {
        this.ffprobe = ffprobe;
        this.ffmpeg = ffmpeg;
    }

    /** Serves until the input ends. */
    public static void main(String[] programs) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // what parsers print is no answer
        ParserWorker worker = new ParserWorker(Path.of(programs[0]), Path.of(programs[1]));
        answers.println("ready");
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            answers.println(JSON.writeValueAsString(worker.answerAlways(JSON.readValue(line, Request.class))));
        }
    }

    /** Keeps what was found before a reader broke, and adds the failure. Only a lack of memory ends the process. */
    private Description answerAlways(Request request) throws InterruptedException {
        Facts facts = new Facts();
        try {
            return answer(request, facts);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError broken) {
            facts.failures.add("a reader broke: " + broken.getClass().getSimpleName() + ": " + Facts.words(broken));
            facts.make.clear();
            return answer(TikaReader.UNKNOWN_TYPE, facts, null, null);
        }
    }

    private Description answer(Request request, Facts facts) throws InterruptedException {
        if (request.mode() == Mode.MAKE) {
            make(facts, request);
            return answer(TikaReader.UNKNOWN_TYPE, facts, null, null);
        }
        request.damage().forEach(text -> facts.computed("damage", text, null, "structure"));
        if (request.sizeBytes() == 0) {
            facts.failures.add("the file has 0 bytes");
            return answer("application/x-empty", facts, null, null);
        }
        ObjectNode fromTika = null;
        String mediaType = TikaReader.UNKNOWN_TYPE;
        if (request.mode() == Mode.ALL) {
            fromTika = tika.read(FILE, request.name(), facts);
            mediaType = fromTika.get("type").asText();
            compareWithName(facts, fromTika.get("typeByName").asText(), mediaType);
        } else {
            mediaType = tika.typeByMagic(FILE, request.name());
        }
        boolean media = request.kind() != Structure.Kind.OTHER || mediaType.matches("(audio|video)/.*|application/mp4");
        JsonNode fromFfprobe = null;
        if (media && !mediaType.startsWith("image/")) {
            fromFfprobe = probe(facts);
        } else if (mediaType.equals(TikaReader.UNKNOWN_TYPE)) {
            Facts tried = new Facts();
            fromFfprobe = probe(tried); // it may be a recorder's own container; if not, that is no failure
            tried.failures.stream().filter(failure -> failure.contains(NOT_RUN)).forEach(facts.failures::add);
            boolean sure =
                    fromFfprobe != null && fromFfprobe.at("/format/probe_score").asInt() > PROBE_SCORE_UNSURE;
            fromFfprobe = sure ? fromFfprobe : null;
        }
        if (fromFfprobe != null) {
            mediaType = FfprobeReader.addTo(facts, fromFfprobe, mediaType);
            FfprobeReader.addMake(facts, fromFfprobe, request.sizeBytes());
            CameraReader.addTo(facts, FILE, request);
        }
        StructureReader.read(facts, FILE, request, tika);
        if (media && fromFfprobe == null && !mediaType.startsWith("image/")) {
            HeaderReader.addTo(facts, FILE);
        }
        boolean silent = !facts.has("duration") && !Durations.isRaw(facts); // no header declares the duration
        boolean measured = facts.has("damage") || facts.make.contains(Make.WAVEFORM) || silent;
        if (fromFfprobe != null
                && request.kind() != Structure.Kind.ISO_BASE_MEDIA
                && measured
                && request.sizeBytes() <= Describer.FETCHED_BYTES_MAX
                && !facts.has(Durations.PLAYABLE)) {
            facts.make.add(Make.PLAYABLE);
            facts.wanted.clear(); // they are part of the whole file
            facts.wanted.add(new long[] {0, request.sizeBytes()});
        }
        if (request.kind() == Structure.Kind.ISO_BASE_MEDIA) {
            Mp4TrackReader.read(facts, FILE, TRACK_FILE, request.mode());
        }
        if (fromTika != null && fromFfprobe == null) {
            mediaType = document(facts, fromTika, mediaType, request);
            if (Preview.PICTURES.contains(mediaType) && request.sizeBytes() <= Describer.FETCHED_BYTES_MAX) {
                facts.make.add(Make.PICTURE);
                facts.wanted.add(new long[] {0, request.sizeBytes()});
            } else if (mediaType.equals("application/pdf") && request.whole() && !isEncrypted(facts)) {
                facts.make.add(Make.PAGE);
            }
        }
        String error = fromTika == null ? "" : fromTika.path("error").asText();
        boolean listed = error.startsWith("UnsupportedFormatException") && !facts.members.isEmpty();
        if (!error.isEmpty() && !listed) { // whatever the others could say of the file
            facts.failures.add("Tika: " + error);
        }
        if (fromTika != null
                && fromFfprobe == null) { // what Tika continued after; it reports an unexpected end for every recording
            for (String kind : List.of("warn", "embedded_exception")) {
                fromTika.at("/values/X-TIKA:EXCEPTION:" + kind)
                        .forEach(exception -> facts.failures.add(
                                "Tika: " + Reason.of(exception.asText().split("\n", 2)[0], WARNING_CHARACTERS_MAX)));
            }
        }
        if (fromTika != null && facts.members.isEmpty() && !mediaType.equals(OfdReader.MEDIA_TYPE)) {
            tika.addEmbedded(facts);
        }
        return answer(mediaType, facts, fromTika, fromFfprobe);
    }

    private void make(Facts facts, Request request) throws InterruptedException {
        for (Make make : request.make()) {
            switch (make) {
                case EXIF -> ImageReader.addTo(facts, FILE);
                case PLAYABLE -> FfprobeReader.playable(facts, ffprobe, FILE, request);
                case POSITIONS -> Mp4TrackReader.read(facts, FILE, TRACK_FILE, Mode.MAKE);
                case STILL -> Preview.still(facts, ffmpeg, FILE, PREVIEW_FILE);
                case WAVEFORM -> Preview.waveform(facts, ffmpeg, FILE, PREVIEW_FILE);
                case PICTURE ->
                    Preview.picture(facts, ffmpeg, FILE, request.kind() == Structure.Kind.ISO_BASE_MEDIA, PREVIEW_FILE);
                case PAGE -> Preview.page(facts, FILE, PREVIEW_FILE);
            }
        }
    }

    private String document(Facts facts, ObjectNode fromTika, String mediaType, Request request) {
        boolean whole = request.whole();
        if (mediaType.equals("application/zip") && whole && OfdReader.addTo(facts, FILE, TEXT_FILE)) {
            return OfdReader.MEDIA_TYPE;
        }
        Set<String> elseKnown = new TreeSet<>();
        long[] exif = mediaType.startsWith("image/") && !request.whole()
                ? ImageReader.missingExif(FILE, request.sizeBytes())
                : null;
        if (exif != null) { // Exif is in a part that the skeleton leaves out
            facts.make.add(Make.EXIF);
            facts.wanted.add(exif);
        } else if (mediaType.startsWith("image/") && ImageReader.addTo(facts, FILE)) {
            facts.values.forEach(value -> elseKnown.add(value.name()));
            elseKnown.add("timeClaim"); // Tika drops offsets, and takes the time of the last change for one of creation
            elseKnown.addAll(List.of("width", "height")); // and the size of a preview for that of the picture
        }
        if (mediaType.equals("application/pdf") && whole && PdfReader.addTo(facts, FILE)) {
            elseKnown.add("timeClaim");
        }
        if (exif == null) {
            TikaReader.addTo(facts, fromTika, elseKnown);
        }
        if (mediaType.contains("openxmlformats")
                && fromTika.path("error").asText().contains("Strict OOXML")) {
            StrictOffice.addTo(facts, FILE);
        }
        boolean cut = facts.values.stream()
                .anyMatch(
                        value -> value.name().equals("damage") && value.value().startsWith("truncated"));
        if (cut) { // of a truncated document, the pages that are left
            facts.values.replaceAll(value -> value.name().equals("pageCount")
                    ? new Value(
                            "pagesReadable",
                            value.value(),
                            "pages",
                            value.source(),
                            value.tool(),
                            value.version(),
                            Confidence.COMPUTED)
                    : value);
        }
        ArchiveReader.addTo(facts, FILE, mediaType, whole);
        boolean text = mediaType.startsWith("text/") || mediaType.endsWith("xml") || mediaType.contains("subrip");
        boolean log = text && SideCarReader.addTo(facts, FILE, charset(facts), TRACK_FILE);
        boolean picture = mediaType.startsWith("image/") || mediaType.equals("application/pdf");
        if (!picture && facts.members.isEmpty()) {
            Preview.excerpt(facts, tika.text(), PREVIEW_FILE);
        }
        if (!mediaType.startsWith("image/") && facts.members.isEmpty() && !log) {
            if (whole) {
                DocumentText.write(facts, tika.text(), tika.isTextCut(), TikaReader.VERSION, "Tika", TEXT_FILE);
            }
            try {
                language.addTo(facts, tika.text());
            } catch (IOException | RuntimeException failed) {
                facts.failed("language", failed);
            }
        }
        return mediaType;
    }

    private static boolean isEncrypted(Facts facts) {
        return facts.values.stream()
                .anyMatch(value ->
                        value.name().equals("encrypted") && value.value().equals("true"));
    }

    private static Charset charset(Facts facts) {
        return facts.values.stream()
                .filter(value -> value.name().equals("charset") && Charset.isSupported(value.value()))
                .map(value -> Charset.forName(value.value()))
                .findFirst()
                .orElse(StandardCharsets.UTF_8);
    }

    /** Compares only the first parts of the types: text is text, and an office file is a ZIP file. */
    private static void compareWithName(Facts facts, String byName, String byContent) {
        String left = byName.substring(0, byName.indexOf('/'));
        String right = byContent.substring(0, byContent.indexOf('/'));
        if (!byName.equals(TikaReader.UNKNOWN_TYPE)
                && !left.equals(right)
                && !byContent.equals(TikaReader.UNKNOWN_TYPE)
                && !byContent.equals("text/plain")
                && !byName.equals("model/vnd.mts")) { // a recorder's .mts is a transport stream
            facts.computed(
                    "typeMismatch", "the name says " + byName + ", the bytes say " + byContent, null, "file name");
        }
    }

    private JsonNode probe(Facts facts) throws InterruptedException {
        try {
            return FfprobeReader.probe(ffprobe, FILE);
        } catch (UnreadableException unreadable) {
            facts.failures.add(unreadable.getMessage());
        } catch (IOException failed) {
            facts.failures.add("ffprobe " + NOT_RUN + failed.getMessage());
        }
        return null;
    }

    private static Description answer(String mediaType, Facts facts, JsonNode tika, JsonNode ffprobe) {
        return new Description(
                mediaType,
                facts.values,
                facts.members,
                facts.failures,
                null,
                tika,
                ffprobe,
                List.copyOf(facts.make),
                facts.wanted);
    }
}
