package org.liuhen.ingest.describe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.ingest.describe.Description.Make;
import org.liuhen.ingest.describe.MediaProgram.UnreadableException;
import org.liuhen.ingest.describe.Value.Confidence;

/** The program ffprobe, which describes recordings. */
final class FfprobeReader {
    static final String VERSION = "8.1.2";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PACKETS = 60;
    private static final int LOOK_AHEAD_BYTES = 64 << 10;
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

    /** What ffprobe says of container and streams, and of the first packets in it. */
    static JsonNode probe(Path program, Path file) throws UnreadableException, IOException, InterruptedException {
        byte[] said = MediaProgram.run(
                List.of(
                        program.toString(),
                        "-v",
                        "error",
                        "-protocol_whitelist",
                        "file",
                        "-print_format",
                        "json",
                        "-show_format",
                        "-show_streams",
                        "-show_packets",
                        "-show_entries",
                        "packet=stream_index,pos,size,flags",
                        "-read_intervals",
                        "%+#" + PACKETS,
                        file.toString()),
                file,
                OUTPUT_BYTES_MAX);
        JsonNode answer;
        try {
            answer = JSON.readTree(said);
        } catch (JsonProcessingException garbage) {
            answer = null;
        }
        if (!(answer instanceof ObjectNode)) {
            throw new UnreadableException("DS-104 ffprobe: its answer is not understood");
        }
        return answer;
    }

    /**
     * What can be made of the recording, and which part of the file that needs: a still needs the first key frame, a waveform all
     * of it. Takes the packets out of ffprobe's output, where nobody looks for them.
     */
    static void addMake(Facts facts, JsonNode answer, long sizeBytes) {
        JsonNode packets = ((ObjectNode) answer).remove("packets");
        int video = -1;
        boolean audio = false;
        for (JsonNode stream : answer.path("streams")) {
            String type = stream.path("codec_type").asText();
            boolean cover = stream.at("/disposition/attached_pic").asInt() == 1;
            if (type.equals("video") && !cover && video < 0) {
                video = stream.path("index").asInt();
            }
            audio |= type.equals("audio");
        }
        if (video < 0) {
            if (audio && sizeBytes <= Describer.FETCHED_BYTES_MAX) {
                facts.make.add(Make.WAVEFORM);
                facts.wanted.add(new long[] {0, sizeBytes});
            }
            return;
        }
        JsonNode first = null;
        JsonNode key = null;
        for (JsonNode packet : packets == null ? List.<JsonNode>of() : packets) {
            if (packet.path("stream_index").asInt() == video && packet.has("pos")) {
                first = first == null ? packet : first;
                key = key == null && packet.path("flags").asText().startsWith("K") ? packet : key;
            }
        }
        JsonNode frame = key == null ? first : key; // whether it is one cannot be seen where the skeleton has a hole
        if (frame == null) {
            return;
        }
        long from = frame.get("pos").asLong();
        long length = frame.path("size").asLong();
        // A transport stream puts a header into each 188 bytes and other streams between.
        long to = Math.min(sizeBytes, from + length + length / 4 + LOOK_AHEAD_BYTES);
        if (from >= 0 && length > 0 && from < to) {
            facts.make.add(Make.STILL);
            facts.wanted.add(new long[] {from, to});
        }
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
