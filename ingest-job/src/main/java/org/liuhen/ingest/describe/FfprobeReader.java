package org.liuhen.ingest.describe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.ingest.describe.Value.Confidence;

/**
 * The program ffprobe, which describes recordings: a child process with no environment, a time limit and a limit to what it
 * may say, inside the isolation of the parser process that starts it.
 */
final class FfprobeReader {
    static final String VERSION = "8.1.2";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TIMEOUT_SECONDS = 30;
    private static final int OUTPUT_BYTES_MAX = 2 << 20;

    private FfprobeReader() {}

    private static final String[][] FORMAT_FIELDS = {
        {"format_name", "container", null},
        {"duration", "duration", "seconds"},
        {"bit_rate", "bitRate", "bits per second"}
    };
    private static final String[][] STREAM_FIELDS = {
        {"duration", "streamDuration", "seconds"},
        {"width", "width", "pixels"},
        {"height", "height", "pixels"},
        {"sample_rate", "sampleRate", "hertz"},
        {"channels", "channels", null}
    };

    /** Our name for each tag that a container may have. */
    private static final Map<String, String> TAGS = Map.ofEntries(
            Map.entry("title", "title"),
            Map.entry("artist", "author"),
            Map.entry("make", "make"),
            Map.entry("model", "model"),
            Map.entry("com.apple.quicktime.make", "make"),
            Map.entry("com.apple.quicktime.model", "model"),
            Map.entry("com.apple.quicktime.software", "software"),
            Map.entry("com.android.manufacturer", "make"),
            Map.entry("com.android.model", "model"),
            Map.entry("encoder", "software"),
            Map.entry("encoded_by", "software"),
            Map.entry("language", "language"));

    private static final Set<String> LOCATIONS =
            Set.of("location", "location-eng", "com.apple.quicktime.location.iso6709");
    private static final Set<String> TIMES =
            Set.of("creation_time", "com.apple.quicktime.creationdate", "date", "date_time_original");
    private static final Pattern ISO_6709 =
            Pattern.compile("([+-][0-9]{1,3}(?:\\.[0-9]+)?)([+-][0-9]{1,3}(?:\\.[0-9]+)?)([+-][0-9.]+)?.*");

    /** A file that ffprobe could not read, in its own words. */
    static final class UnreadableException extends Exception {
        UnreadableException(String reason) {
            super(reason);
        }
    }

    /** What ffprobe says of container and streams. */
    static JsonNode probe(Path program, Path file) throws UnreadableException, IOException, InterruptedException {
        Path errors = Files.createTempFile(file.toAbsolutePath().getParent(), "ffprobe", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(
                    program.toString(),
                    "-v",
                    "error",
                    "-protocol_whitelist",
                    "file",
                    "-print_format",
                    "json",
                    "-show_format",
                    "-show_streams",
                    file.toString());
            builder.environment().clear();
            builder.redirectError(errors.toFile());
            Process process = builder.start();
            process.getOutputStream().close();
            Thread limit = new Thread(() -> endLate(process), "ffprobe-limit");
            limit.setDaemon(true);
            limit.start();
            byte[] out;
            try (InputStream in = process.getInputStream()) {
                out = in.readNBytes(OUTPUT_BYTES_MAX);
            }
            if (out.length == OUTPUT_BYTES_MAX) {
                process.destroyForcibly();
            }
            int exit = process.waitFor();
            limit.interrupt();
            if (exit != 0 || out.length == OUTPUT_BYTES_MAX) {
                throw new UnreadableException("ffprobe: " + lastLine(errors, file));
            }
            return JSON.readTree(out);
        } finally {
            Files.deleteIfExists(errors);
        }
    }

    private static void endLate(Process process) {
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException inTime) {
            Thread.currentThread().interrupt();
        }
    }

    private static String lastLine(Path errors, Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(errors)) {
            bytes = in.readNBytes(4_096);
        }
        String text = new String(bytes, StandardCharsets.UTF_8)
                .replace(file.toString(), "the file")
                .strip();
        String last = text.substring(text.lastIndexOf('\n') + 1);
        return last.isEmpty() ? "no answer in " + TIMEOUT_SECONDS + " s, or too long a one" : last;
    }

    /** ffprobe's fields under our names; gives the media type where Tika's is not specific. */
    static String addTo(Facts facts, JsonNode answer, String byTika) {
        JsonNode format = answer.path("format");
        for (String[] field : FORMAT_FIELDS) {
            add(facts, format, field, "format.");
        }
        addTags(facts, format.path("tags"), "format.tags.");
        boolean picture = false;
        boolean any = false;
        for (JsonNode stream : answer.path("streams")) {
            String type = stream.path("codec_type").asText();
            boolean video = type.equals("video");
            String source = "streams[" + stream.path("index").asInt() + "].";
            if (video && stream.at("/disposition/attached_pic").asInt() == 1) {
                continue; // a cover, not a recording
            }
            picture |= video;
            any |= video || type.equals("audio");
            if (video || type.equals("audio")) {
                add(facts, stream, new String[] {"codec_name", type + "Codec", null}, source);
                for (String[] field : STREAM_FIELDS) {
                    add(facts, stream, field, source);
                }
                if (video) {
                    addPicture(facts, stream, source);
                }
                addTags(facts, stream.path("tags"), source + "tags.");
            }
        }
        boolean unspecific =
                byTika.equals(TikaReader.UNKNOWN_TYPE) || byTika.startsWith("model/") || byTika.startsWith("text/");
        if (!any || !unspecific) {
            return byTika;
        }
        String container = format.path("format_name").asText();
        return container.equals("mpegts")
                ? "video/mp2t"
                : (picture ? "video/" : "audio/") + "x-" + container.split(",", -1)[0];
    }

    private static void addPicture(Facts facts, JsonNode stream, String source) {
        // r_frame_rate is a guess from the time base, unless the average is nothing but that time base turned over
        // (DV).
        String average = stream.path("avg_frame_rate").asText();
        String base = stream.path("time_base").asText();
        boolean none = average.endsWith("/1") && base.equals("1/" + average.substring(0, average.length() - 2));
        add(
                facts,
                stream,
                new String[] {none ? "r_frame_rate" : "avg_frame_rate", "frameRate", "frames per second"},
                source);
        for (JsonNode side : stream.path("side_data_list")) {
            if (side.has("rotation")) {
                facts.add(ffprobe("rotation", side.get("rotation").asText(), "degrees", source + "side_data.rotation"));
            }
        }
    }

    private static void addTags(Facts facts, JsonNode tags, String source) {
        String day = tags.path("date").asText();
        String clock = tags.path("creation_time").asText();
        if (day.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}") && clock.matches("[0-9]{2}:[0-9]{2}:[0-9]{2}")) {
            // The bext chunk of a WAV file (EBU Tech 3285) has day and time apart; neither alone is a time claim.
            facts.add(ffprobe("timeClaim", day + "T" + clock, "unknown", source + "date, creation_time"));
            ObjectNode rest = tags.deepCopy();
            addTags(facts, rest.without(List.of("date", "creation_time")), source);
            return;
        }
        tags.properties().forEach(tag -> {
            String key = tag.getKey().toLowerCase(Locale.ROOT);
            String text = tag.getValue().asText();
            if (TAGS.containsKey(key) && !(key.equals("language") && text.equals("und"))) {
                facts.add(ffprobe(TAGS.get(key), text, null, source + tag.getKey()));
            } else if (LOCATIONS.contains(key)) {
                addLocation(facts, text, source + tag.getKey());
            } else if (TIMES.contains(key)) {
                String zone =
                        text.endsWith("Z") ? "utc" : text.matches(".*T.*[+-][0-9]{2}:?[0-9]{2}") ? "offset" : "unknown";
                facts.add(ffprobe("timeClaim", text, zone, source + tag.getKey()));
            }
        });
    }

    private static void addLocation(Facts facts, String text, String source) {
        if (facts.values.stream()
                .anyMatch(value ->
                        value.name().equals("location") && value.value().equals(text))) {
            return; // the same under a language's name
        }
        facts.add(ffprobe("location", text, null, source));
        Matcher point = ISO_6709.matcher(text);
        if (point.matches()) {
            facts.add(ffprobe("latitude", number(point.group(1)), "degrees", source));
            facts.add(ffprobe("longitude", number(point.group(2)), "degrees", source));
            if (point.group(3) != null) {
                facts.add(ffprobe("altitude", number(point.group(3)), "metres", source));
            }
        }
    }

    private static String number(String signed) {
        return new BigDecimal(signed).toPlainString();
    }

    private static void add(Facts facts, JsonNode from, String[] field, String source) {
        String text = from.path(field[0]).asText("");
        if (!text.isEmpty() && !text.startsWith("0/") && !text.equals("N/A") && !text.equals("0")) {
            facts.add(ffprobe(field[1], text, field[2], source + field[0]));
        }
    }

    private static Value ffprobe(String name, String value, String unit, String source) {
        return new Value(name, value, unit, source, "ffprobe", VERSION, Confidence.STATED);
    }
}
