package org.liuhen.ingest.describe;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.tika.Tika;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.ingest.describe.Ffprobe.UnreadableException;
import org.liuhen.ingest.describe.ParserPool.ParserDiedException;
import org.liuhen.ingest.verify.Skeleton;

/** Describes files: Tika finds the type and describes documents and images, ffprobe describes recordings. */
public final class Describer implements AutoCloseable {
    private static final String UNKNOWN_TYPE = "application/octet-stream";
    private static final String TIKA_VERSION = Tika.getString().replace("Apache Tika ", "");

    /** Our name and unit for each of Tika's fields that documents and images have. */
    private static final Map<String, String[]> TIKA_FIELDS = Map.ofEntries(
            Map.entry("dc:title", new String[] {"title", null}),
            Map.entry("dc:creator", new String[] {"author", null}),
            Map.entry("dc:language", new String[] {"language", null}),
            Map.entry("xmpTPg:NPages", new String[] {"pageCount", null}),
            Map.entry("Content-Encoding", new String[] {"charset", null}),
            Map.entry("geo:lat", new String[] {"latitude", "degrees"}),
            Map.entry("geo:long", new String[] {"longitude", "degrees"}),
            Map.entry("geo:alt", new String[] {"altitude", "metres"}),
            Map.entry("tiff:Make", new String[] {"make", null}),
            Map.entry("tiff:Model", new String[] {"model", null}),
            Map.entry("tiff:Software", new String[] {"software", null}),
            Map.entry("extended-properties:Application", new String[] {"software", null}),
            Map.entry("pdf:producer", new String[] {"software", null}),
            Map.entry("tiff:ImageWidth", new String[] {"width", "pixels"}),
            Map.entry("tiff:ImageLength", new String[] {"height", "pixels"}),
            Map.entry("tiff:Orientation", new String[] {"orientation", null}),
            Map.entry("pdf:encrypted", new String[] {"encrypted", null}),
            Map.entry("dcterms:created", new String[] {"timeClaim", "unknown"}),
            Map.entry("dcterms:modified", new String[] {"timeClaim", "unknown"}),
            Map.entry("exif:DateTimeOriginal", new String[] {"timeClaim", "unknown"}));

    private static final String[][] FORMAT_FIELDS = {
        {"format_name", "container", null},
        {"duration", "duration", "seconds"},
        {"bit_rate", "bitRate", "bits per second"}
    };
    private static final String[][] STREAM_FIELDS = {
        {"duration", "streamDuration", "seconds"},
        {"width", "width", "pixels"},
        {"height", "height", "pixels"},
        {"r_frame_rate", "frameRate", "frames per second"},
        {"sample_rate", "sampleRate", "hertz"},
        {"channels", "channels", null}
    };
    private static final Map<String, String> TAGS = Map.of(
            "title", "title",
            "artist", "author",
            "com.apple.quicktime.make", "make",
            "com.apple.quicktime.model", "model",
            "com.apple.quicktime.software", "software",
            "encoder", "software",
            "location", "location",
            "com.apple.quicktime.location.ISO6709", "location");

    private final ParserPool tika;

    /**
     * What all tools together found out.
     *
     * @param mediaType the type that the bytes show
     * @param values what the file says of itself
     * @param failures what a tool could not do, in words; empty when all of them could
     * @param tika Tika's whole output, or null
     * @param ffprobe ffprobe's whole output, or null
     */
    public record Description(
            String mediaType, List<Value> values, List<String> failures, JsonNode tika, JsonNode ffprobe) {
        public Description {
            values = List.copyOf(values);
            failures = List.copyOf(failures);
        }
    }

    /** A describer with at most so many parser processes. */
    public Describer(int processes, Path scratch) {
        tika = new ParserPool(processes, scratch);
    }

    /** Describes the file in this skeleton. It always answers; what went wrong is in the answer. */
    public Description describe(Path skeleton, FileName name, Skeleton.Kind kind, List<String> damage, long sizeBytes)
            throws InterruptedException {
        List<Value> values = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        damage.forEach(text -> values.add(ours("damage", text, null, "structure")));
        if (sizeBytes == 0) {
            return new Description("application/x-empty", values, List.of("the file has 0 bytes"), null, null);
        }
        String mediaType = UNKNOWN_TYPE;
        JsonNode fromTika = null;
        try {
            fromTika = tika.parse(skeleton, name.value());
            mediaType = fromTika.get("type").asText();
            String byName = fromTika.get("typeByName").asText();
            if (!byName.equals(UNKNOWN_TYPE) && isAnother(byName, mediaType)) {
                values.add(
                        ours("typeMismatch", "the name says " + byName + ", the bytes say " + mediaType, null, "name"));
            }
        } catch (ParserDiedException died) {
            failures.add(died.getMessage());
        }
        boolean media = kind != Skeleton.Kind.OTHER || mediaType.matches("(audio|video)/.*|application/mp4");
        if (media) {
            JsonNode fromFfprobe = probe(skeleton, failures);
            if (fromFfprobe != null) {
                mediaType = addRecording(fromFfprobe, mediaType, values);
                return new Description(mediaType, values, failures, fromTika, fromFfprobe);
            }
        }
        if (fromTika != null) {
            addDocument(fromTika, values);
            if (fromTika.has("error") && !media) {
                failures.add("Tika: " + fromTika.get("error").asText());
            }
        }
        return new Description(mediaType, values, failures, fromTika, null);
    }

    /** Text is text and an office file a zip: only a difference of kind is worth a word. */
    private static boolean isAnother(String byName, String byContent) {
        String left = byName.substring(0, byName.indexOf('/'));
        String right = byContent.substring(0, byContent.indexOf('/'));
        return !left.equals(right)
                && !byContent.equals(UNKNOWN_TYPE)
                && !byContent.equals("text/plain")
                && !byName.equals("model/vnd.mts"); // a recorder's .mts is a transport stream
    }

    private static JsonNode probe(Path skeleton, List<String> failures) throws InterruptedException {
        try {
            return Ffprobe.probe(skeleton);
        } catch (UnreadableException unreadable) {
            failures.add(unreadable.getMessage());
        } catch (IOException failed) {
            failures.add("ffprobe could not run: " + failed.getMessage());
        }
        return null;
    }

    private static void addDocument(JsonNode answer, List<Value> values) {
        answer.get("values").properties().forEach(field -> {
            String[] ours = TIKA_FIELDS.get(field.getKey());
            if (ours != null) {
                for (JsonNode value : field.getValue()) {
                    String text = value.asText();
                    // The epoch of the format, not a date: the field was never set.
                    if (!text.isBlank() && !text.startsWith("1904-01-01T00:00:00")) {
                        String unit = ours[0].equals("timeClaim") && text.endsWith("Z") ? "utc" : ours[1];
                        values.add(new Value(ours[0], text, unit, field.getKey(), "Tika", TIKA_VERSION));
                    }
                }
            }
        });
    }

    private static String addRecording(JsonNode answer, String byTika, List<Value> values) {
        JsonNode format = answer.path("format");
        for (String[] field : FORMAT_FIELDS) {
            add(values, format, field, "format.");
        }
        addTags(values, format.path("tags"), "format.tags.");
        boolean picture = false;
        boolean any = false;
        for (JsonNode stream : answer.path("streams")) {
            String type = stream.path("codec_type").asText();
            String source = "streams[" + stream.path("index").asInt() + "].";
            picture |= type.equals("video");
            any |= type.equals("video") || type.equals("audio");
            if (type.equals("video") || type.equals("audio")) {
                add(values, stream, new String[] {"codec_name", type + "Codec", null}, source);
                for (String[] field : STREAM_FIELDS) {
                    if (!(field[0].equals("r_frame_rate") && type.equals("audio"))) {
                        add(values, stream, field, source);
                    }
                }
                addTags(values, stream.path("tags"), source + "tags.");
            }
        }
        boolean unspecific = byTika.equals(UNKNOWN_TYPE) || byTika.startsWith("model/") || byTika.startsWith("text/");
        if (!any || !unspecific) {
            return byTika;
        }
        String container = format.path("format_name").asText();
        return container.equals("mpegts")
                ? "video/mp2t"
                : (picture ? "video/" : "audio/") + "x-" + container.split(",", -1)[0];
    }

    private static void addTags(List<Value> values, JsonNode tags, String source) {
        tags.properties().forEach(tag -> {
            String name = TAGS.get(tag.getKey());
            if (name != null) {
                values.add(ffprobe(name, tag.getValue().asText(), null, source + tag.getKey()));
            } else if (tag.getKey().equals("creation_time")
                    || tag.getKey().equals("com.apple.quicktime.creationdate")) {
                String text = tag.getValue().asText();
                String zone =
                        text.endsWith("Z") ? "utc" : text.matches(".*[+-][0-9]{2}:?[0-9]{2}") ? "offset" : "unknown";
                values.add(ffprobe("timeClaim", text, zone, source + tag.getKey()));
            }
        });
    }

    private static void add(List<Value> values, JsonNode from, String[] field, String source) {
        String text = from.path(field[0]).asText("");
        if (!text.isEmpty() && !text.equals("0/0") && !text.equals("N/A")) {
            values.add(ffprobe(field[1], text, field[2], source + field[0]));
        }
    }

    private static Value ffprobe(String name, String value, String unit, String source) {
        return new Value(name, value, unit, source, "ffprobe", Ffprobe.VERSION);
    }

    private static Value ours(String name, String value, String unit, String source) {
        return new Value(name, value, unit, source, "liuhen", org.liuhen.custody.event.EventContext.VERSION);
    }

    @Override
    public void close() {
        tika.close();
    }
}
