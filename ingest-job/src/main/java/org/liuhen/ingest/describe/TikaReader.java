package org.liuhen.ingest.describe;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.tika.Tika;
import org.apache.tika.config.TikaConfig;
import org.apache.tika.exception.EncryptedDocumentException;
import org.apache.tika.exception.TikaException;
import org.apache.tika.exception.WriteLimitReachedException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.sax.WriteOutContentHandler;
import org.liuhen.ingest.describe.Value.Confidence;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/** Tika: it finds every file's type, and describes documents and images. */
final class TikaReader {
    static final String UNKNOWN_TYPE = "application/octet-stream";

    private static final ObjectMapper JSON = new ObjectMapper();
    static final String VERSION = Tika.getString().replace("Apache Tika ", "");
    private static final int TEXT_CHARACTERS_MAX =
            2_000_000; // read to find the type and charset; the first words are kept
    private static final int VALUES_MAX = 300;
    private static final int VALUE_CHARACTERS_MAX = 2_000;
    private static final int EMBEDDED_MAX = 100;

    /** Our name and unit for each of Tika's fields. */
    private static final Map<String, String[]> FIELDS = new TreeMap<>();

    /** Tika finds these out by statistics. */
    private static final Set<String> GUESSED = Set.of("Content-Encoding");

    private static void field(String theirs, String ours, String unit) {
        FIELDS.put(theirs, new String[] {ours, unit});
    }

    static {
        field("dc:title", "title", null);
        field("dc:creator", "author", null);
        field("pdf:docinfo:title", "title", null); // a PDF has two places for each, and they may differ
        field("pdf:docinfo:creator", "author", null);
        field("pdf:docinfo:created", "timeClaim", "unknown");
        field("dc:subject", "subject", null);
        field("dc:language", "language", null);
        field("xmpTPg:NPages", "pageCount", null);
        field("Content-Encoding", "charset", null);
        field("geo:lat", "latitude", "degrees");
        field("geo:long", "longitude", "degrees");
        field("geo:alt", "altitude", "metres");
        field("tiff:Make", "make", null);
        field("tiff:Model", "model", null);
        field("tiff:Software", "software", null);
        field("xmp:CreatorTool", "software", null);
        field("extended-properties:Application", "software", null);
        field("pdf:producer", "software", null);
        field("tiff:ImageWidth", "width", "pixels");
        field("tiff:ImageLength", "height", "pixels");
        field("tiff:Orientation", "orientation", null);
        field("pdf:encrypted", "encrypted", null);
        field("hasSignature", "signed", null);
        field("dcterms:created", "timeClaim", "unknown");
        field("dcterms:modified", "timeClaim", "unknown");
        field("xmp:CreateDate", "timeClaim", "unknown");
        field("exif:DateTimeOriginal", "timeClaim", "unknown");
        field("Message-From", "from", null);
        field("Message-To", "to", null);
        field("xmpDM:artist", "author", null);
        field("samplerate", "sampleRate", "hertz");
    }

    private final TikaConfig config;
    private final AutoDetectParser parser;
    private String text = "";

    TikaReader() throws IOException {
        try (InputStream in = TikaReader.class.getResourceAsStream("tika-config.xml")) {
            config = new TikaConfig(in);
            parser = new AutoDetectParser(config);
        } catch (TikaException | SAXException impossible) {
            throw new IOException("Tika's configuration is part of this program", impossible);
        }
    }

    /** What Tika says: the type by the bytes and by the name, all its fields, and its error if it met one. */
    ObjectNode read(Path path, String name, Facts facts) {
        ObjectNode answer = JSON.createObjectNode();
        Metadata metadata = new Metadata();
        Embedded embedded = new Embedded();
        StringWriter words = new StringWriter();
        text = "";
        try (TikaInputStream in = TikaInputStream.get(path, metadata)) {
            metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
            answer.put("type", parser.getDetector().detect(in, metadata).toString());
            Metadata nameOnly = new Metadata();
            nameOnly.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
            answer.put(
                    "typeByName",
                    config.getMimeRepository().detect(null, nameOnly).toString());
            ParseContext context = new ParseContext();
            context.set(EmbeddedDocumentExtractor.class, embedded);
            parser.parse(in, new WriteOutContentHandler(words, TEXT_CHARACTERS_MAX), metadata, context);
        } catch (EncryptedDocumentException encrypted) {
            facts.computed("encrypted", "true", null, "Tika could not open it without a password");
        } catch (SAXException | IOException | TikaException | RuntimeException failed) {
            if (!WriteLimitReachedException.isWriteLimitReached(failed)) {
                answer.put("error", describe(failed));
            }
        } catch (LinkageError | AssertionError broken) { // a parser whose own parts do not fit together
            answer.put("error", describe(broken));
        } catch (StackOverflowError tooDeep) { // OutOfMemoryError ends the process, and the parent says so
            answer.put("error", "StackOverflowError: the file is nested too deeply");
        }
        text = words.toString();
        if (!answer.has("type")) {
            answer.put("type", UNKNOWN_TYPE).put("typeByName", UNKNOWN_TYPE);
        }
        embedded.addTo(facts);
        ObjectNode values = answer.putObject("values");
        int count = 0;
        for (String key : metadata.names()) {
            ArrayNode all = values.putArray(key);
            for (String value : metadata.getValues(key)) {
                if (count++ < VALUES_MAX) {
                    all.add(value.length() > VALUE_CHARACTERS_MAX ? value.substring(0, VALUE_CHARACTERS_MAX) : value);
                }
            }
        }
        return answer;
    }

    /** The text of the file that was read last, as far as it was read. */
    String text() {
        return text;
    }

    /** The type by the first bytes and the name alone; nothing is opened for it. */
    String typeByMagic(Path path, String name) {
        Metadata metadata = new Metadata();
        metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            return config.getMimeRepository().detect(in, metadata).toString();
        } catch (IOException gone) {
            return UNKNOWN_TYPE;
        }
    }

    /**
     * Tika's fields under our names.
     *
     * @param elseKnown what the file's own reader has said better: for these names Tika is not asked
     */
    static void addTo(Facts facts, ObjectNode answer, Set<String> elseKnown) {
        answer.get("values").properties().forEach(field -> {
            String[] ours = FIELDS.get(field.getKey());
            if (ours == null || elseKnown.contains(ours[0])) {
                return;
            }
            field.getValue().forEach(value -> {
                String text = value.asText();
                boolean time = ours[0].equals("timeClaim");
                // The epoch of the format, not a date: the field was never set.
                if (time && (text.startsWith("1904-01-01T00:00:00") || text.startsWith("0000"))) {
                    return;
                }
                facts.add(new Value(
                        ours[0],
                        text,
                        time && text.endsWith("Z") ? "utc" : ours[1],
                        field.getKey(),
                        "Tika",
                        VERSION,
                        GUESSED.contains(field.getKey()) ? Confidence.GUESSED : Confidence.STATED));
            });
        });
    }

    private static String describe(Throwable failed) {
        Throwable root = failed;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String text = root.getClass().getSimpleName() + (root.getMessage() == null ? "" : ": " + root.getMessage());
        return text.length() > 300 ? text.substring(0, 300) : text;
    }

    /** What is packed inside a document is named and not unpacked: that is where bombs are. */
    private static final class Embedded implements EmbeddedDocumentExtractor {
        private final StringBuilder names = new StringBuilder();
        private int count;

        @Override
        public boolean shouldParseEmbedded(Metadata metadata) {
            String name = metadata.get(TikaCoreProperties.RESOURCE_NAME_KEY);
            if (count++ < EMBEDDED_MAX && name != null) {
                names.append(names.isEmpty() ? "" : ", ").append(name);
            }
            return false;
        }

        @Override
        public void parseEmbedded(InputStream in, ContentHandler handler, Metadata metadata, boolean outputHtml) {}

        void addTo(Facts facts) {
            if (count > 0) {
                facts.computed("embeddedCount", String.valueOf(count), null, "embedded documents that Tika met");
                facts.computed("embedded", names.toString(), null, "embedded documents that Tika met");
            }
        }
    }
}
