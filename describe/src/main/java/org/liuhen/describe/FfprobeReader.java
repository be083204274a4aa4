package org.liuhen.describe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.describe.Description.Make;
import org.liuhen.describe.MediaProgram.UnreadableException;
import org.liuhen.describe.Value.Confidence;

/** The program ffprobe, which describes recordings. */
final class FfprobeReader {
    static final String VERSION = "8.1.2";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PACKETS = 60;
    private static final int LOOK_AHEAD_BYTES = 64 << 10;
    private static final int OUTPUT_BYTES_MAX = 2 << 20;
    private static final int PACKETS_BYTES_MAX = 64 << 20;
    private static final int PACKET_HEADER_BYTES = 16;
    private static final int MP3_HEAD_BYTES = 1 << 20;

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
            Map.entry("author", "author"),
            Map.entry("artist", "author"),
            Map.entry("performer", "performer"),
            Map.entry("performers", "performer"),
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

    private static byte[] ask(Path program, Path file, int bytesMax, String... what)
            throws UnreadableException, IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(program.toString(), "-v", "error", "-protocol_whitelist", "file"));
        command.addAll(List.of(what));
        command.add(file.toString());
        return MediaProgram.run(command, file, bytesMax);
    }

    /** The output of ffprobe about container, streams and the first packets. */
    static JsonNode probe(Path program, Path file) throws UnreadableException, IOException, InterruptedException {
        byte[] output = ask(
                program,
                file,
                OUTPUT_BYTES_MAX,
                "-print_format",
                "json",
                "-show_format",
                "-show_streams",
                "-show_packets",
                "-show_entries",
                "packet=stream_index,pos,size,flags",
                "-read_intervals",
                "%+#" + PACKETS);
        JsonNode answer;
        try {
            answer = JSON.readTree(output);
        } catch (JsonProcessingException garbage) {
            answer = null;
        }
        if (!(answer instanceof ObjectNode)) {
            throw new UnreadableException("DS-104 ffprobe: its answer is not understood");
        }
        return answer;
    }

    /**
     * Adds what can be made of the recording, and which part of the file that needs: a still needs the first key frame, a waveform the whole
     * file. Removes the packets from ffprobe's output, since they are no part of the description.
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

    /**
     * How much of the recording can be played: its packets that are there, one after the other. The whole file must be there.
     *
     * @param request has the runs of zeros in the file
     */
    static void playable(Facts facts, Path program, Path file, Request request) throws InterruptedException {
        try {
            List<String> packets = packets(program, file, "V:0");
            packets = packets.size() > 1 ? packets : packets(program, file, "a:0");
            double seconds = 0;
            double first = Double.NaN;
            double last = Double.NaN;
            boolean known = packets.size() > 1;
            for (String line : packets.subList(0, Math.max(0, packets.size() - 1))) {
                String[] packet = line.split(",", -1); // pts_time,duration_time,size,pos,flags
                boolean there = packet.length >= 5 && !packet[4].contains("C");
                if (there && packet[3].matches("[0-9]+") && packet[2].matches("[0-9]+")) {
                    long from = Long.parseLong(packet[3]);
                    long to = from + Long.parseLong(packet[2]);
                    there = request.zeros().stream()
                            .noneMatch(zeros -> zeros.from() < to - PACKET_HEADER_BYTES && zeros.to() > from);
                }
                if (there) {
                    known &= packet[1].matches("[0-9.]+");
                    seconds += packet[1].matches("[0-9.]+") ? Double.parseDouble(packet[1]) : 0;
                    double time = packet[0].matches("-?[0-9.]+") ? Double.parseDouble(packet[0]) : Double.NaN;
                    first = Double.isNaN(first) ? time : Double.isNaN(time) ? first : Math.min(first, time);
                    last = Double.isNaN(last) ? time : Double.isNaN(time) ? last : Math.max(last, time);
                }
            }
            if (!known && last > first && request.zeros().isEmpty()) { // each lasts until the next
                seconds = last - first;
                known = true;
            }
            if (known && seconds > 0) {
                facts.add(Durations.value(Durations.PLAYABLE, seconds, "packets of the first stream that are there"));
                declared(facts, file, packets.get(packets.size() - 1).split(",", -1), seconds);
            }
        } catch (UnreadableException unreadable) {
            facts.failures.add("duration: " + unreadable.getMessage());
        } catch (IOException failed) {
            facts.failed("duration", failed);
        }
    }

    /** Compares the duration that the header of FLAC or MP3 declares with the packets: nothing else shows that their end is missing. */
    private static void declared(Facts facts, Path file, String[] format, double played) throws IOException {
        boolean declares = format.length == 2 && format[1].matches("[0-9.]+") && format[0].matches("flac|mp3");
        if (declares && format[0].equals("mp3")) {
            try (InputStream in = Files.newInputStream(file)) {
                String head = new String(in.readNBytes(MP3_HEAD_BYTES), StandardCharsets.ISO_8859_1);
                declares = head.contains("Xing") || head.contains("Info\0\0"); // else ffprobe estimates
            }
        }
        double seconds = declares ? Double.parseDouble(format[1]) : 0;
        if (seconds - played > Math.max(0.5, seconds / 100)) {
            facts.computed(
                    "damage",
                    String.format(
                            Locale.ROOT,
                            "truncated: the header declares %.3f s, there are packets of %.3f s",
                            seconds,
                            played),
                    null,
                    "structure");
            facts.add(Durations.value(Durations.DECLARED, seconds, "header"));
        }
    }

    private static List<String> packets(Path program, Path file, String stream)
            throws UnreadableException, IOException, InterruptedException {
        byte[] output = ask(
                program,
                file,
                PACKETS_BYTES_MAX,
                "-select_streams",
                stream,
                "-show_entries",
                "packet=pts_time,duration_time,size,pos,flags:format=format_name,duration",
                "-print_format",
                "csv=p=0");
        return new String(output, StandardCharsets.US_ASCII).lines().toList(); // the last line is the format's
    }

    private static void addPicture(Facts facts, JsonNode stream, String source) {
        // r_frame_rate is a guess from the time base, unless the average is nothing but that time base turned over
        // (DV).
        String average = stream.path("avg_frame_rate").asText();
        String base = stream.path("time_base").asText();
        boolean none = average.endsWith("/1") && base.equals("1/" + average.substring(0, average.length() - 2));
        String field = none ? "r_frame_rate" : "avg_frame_rate";
        add(facts, stream, new String[] {field, "frameRate", "frames per second"}, source);
        String[] ratio = stream.path(field).asText().split("/", 2);
        if (ratio.length == 2 && ratio[0].matches("[1-9][0-9]*") && ratio[1].matches("[1-9][0-9]*")) {
            facts.add(new Value(
                    "frameRateDecimal",
                    new BigDecimal(ratio[0])
                            .divide(new BigDecimal(ratio[1]), 3, RoundingMode.HALF_UP)
                            .toPlainString(),
                    "frames per second",
                    source + field,
                    "ffprobe",
                    VERSION,
                    Confidence.COMPUTED));
        }
        for (JsonNode side : stream.path("side_data_list")) {
            if (side.has("rotation")) { // ffprobe counts against the clock
                long clockwise = Math.floorMod(-Math.round(side.get("rotation").asDouble()), 360L);
                facts.add(ffprobe(
                        "rotation", String.valueOf(clockwise), "degrees clockwise", source + "side_data.rotation"));
            }
        }
    }

    private static void addTags(Facts facts, JsonNode tags, String source) {
        String day = tags.path("date").asText();
        String clock = tags.path("creation_time").asText();
        if (day.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}") && clock.matches("[0-9]{2}:[0-9]{2}:[0-9]{2}")) {
            // The bext chunk of a WAV file (EBU Tech 3285) has day and time apart; neither alone is a time claim.
            facts.add(ffprobe("timeClaim", day + "T" + clock, null, source + "date, creation_time"));
            ObjectNode rest = tags.deepCopy();
            addTags(facts, rest.without(List.of("date", "creation_time")), source);
            return;
        }
        boolean named = tags.has("author") || tags.has("AUTHOR");
        tags.properties().forEach(tag -> {
            String key = tag.getKey().toLowerCase(Locale.ROOT);
            String text = tag.getValue().asText();
            if (named && key.equals("artist")) { // who is heard or seen is another person than who made it
                facts.add(ffprobe("performer", text, null, source + tag.getKey()));
            } else if (TAGS.containsKey(key) && !(key.equals("language") && text.equals("und"))) {
                facts.add(ffprobe(TAGS.get(key), text, null, source + tag.getKey()));
            } else if (LOCATIONS.contains(key)) {
                addLocation(facts, text, source + tag.getKey());
            } else if (TIMES.contains(key)) {
                facts.add(ffprobe("timeClaim", text, null, source + tag.getKey()));
            }
        });
    }

    private static void addLocation(Facts facts, String text, String source) {
        if (facts.values.stream()
                .anyMatch(value ->
                        value.name().equals("location") && value.value().equals(text))) {
            return; // the same under a language's name
        }
        Matcher point = ISO_6709.matcher(text);
        if (!point.matches()) {
            facts.add(ffprobe("location", text, null, source));
            return;
        }
        boolean known = facts.position(
                ffprobe("latitude", number(point.group(1)), "degrees", source),
                ffprobe("longitude", number(point.group(2)), "degrees", source));
        if (known) {
            facts.add(ffprobe("location", text, null, source));
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
        if (!text.isEmpty()
                && !text.equals("N/A")
                && !text.matches("-?0+(\\.0+)?(/.*)?")) { // 0 is for what is not known
            facts.add(ffprobe(field[1], text, field[2], source + field[0]));
        }
    }

    private static Value ffprobe(String name, String value, String unit, String source) {
        return new Value(name, value, unit, source, "ffprobe", VERSION, Confidence.STATED);
    }
}
