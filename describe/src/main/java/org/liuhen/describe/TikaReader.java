package org.liuhen.describe;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.apache.tika.sax.BodyContentHandler;
import org.apache.tika.sax.EmbeddedContentHandler;
import org.apache.tika.sax.WriteOutContentHandler;
import org.liuhen.describe.Value.Confidence;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/** Tika: it finds every file's type, and describes documents and images. */
final class TikaReader {
    static final String UNKNOWN_TYPE = "application/octet-stream";

    private static final ObjectMapper JSON = new ObjectMapper();
    static final String VERSION = Tika.getString().replace("Apache Tika ", "");

    /** As many characters as the text of a document can have bytes: each has one at least. */
    private static final int TEXT_CHARACTERS_MAX = DocumentText.BYTES_MAX;

    private static final int VALUES_MAX = 300;
    private static final int VALUE_CHARACTERS_MAX = 2_000;
    private static final int EMBEDDED_MAX = 100;
    private static final String MAIL = "message/rfc822";
    private static final long MAIL_BYTES_MAX = 32 << 20;

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
    private boolean textCut;
    private Embedded embedded = new Embedded();

    TikaReader() throws IOException {
        try (InputStream in = TikaReader.class.getResourceAsStream("tika-config.xml")) {
            config = new TikaConfig(in);
            parser = new AutoDetectParser(config);
        } catch (TikaException | SAXException impossible) {
            throw new IOException("Tika's configuration is part of this program", impossible);
        }
    }

    /** The output of Tika: the type by the bytes and by the name, all fields, and the error if there was one. */
    ObjectNode read(Path path, String name, Facts facts) {
        ObjectNode answer = JSON.createObjectNode();
        Metadata metadata = new Metadata();
        embedded = new Embedded();
        StringWriter words = new StringWriter();
        text = "";
        textCut = false;
        try (TikaInputStream in = TikaInputStream.get(path, metadata)) {
            metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
            answer.put("type", parser.getDetector().detect(in, metadata).toString());
            Metadata nameOnly = new Metadata();
            nameOnly.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
            answer.put(
                    "typeByName",
                    config.getMimeRepository().detect(null, nameOnly).toString());
            boolean mail = answer.get("type").asText().equals(MAIL);
            embedded.ofMail = mail;
            ParseContext context = new ParseContext();
            context.set(EmbeddedDocumentExtractor.class, embedded);
            ContentHandler handler = new WriteOutContentHandler(words, TEXT_CHARACTERS_MAX);
            if (mail && Files.size(path) <= MAIL_BYTES_MAX) {
                try (TikaInputStream readable = TikaInputStream.get(Mail.readable(Files.readAllBytes(path)))) {
                    parser.parse(readable, handler, metadata, context);
                }
            } else {
                parser.parse(in, handler, metadata, context);
            }
        } catch (EncryptedDocumentException encrypted) {
            facts.computed("encrypted", "true", null, "Tika could not open it without a password");
        } catch (SAXException | IOException | TikaException | RuntimeException failed) {
            textCut = WriteLimitReachedException.isWriteLimitReached(failed);
            if (!textCut) {
                answer.put("error", describe(failed));
            }
        } catch (LinkageError | AssertionError broken) { // a parser whose own parts do not fit together
            answer.put("error", describe(broken));
        } catch (StackOverflowError tooDeep) { // OutOfMemoryError ends the process, and the parent adds the failure
            answer.put("error", "StackOverflowError: the file is nested too deeply");
        }
        text = words.toString();
        if (!answer.has("type")) {
            answer.put("type", UNKNOWN_TYPE).put("typeByName", UNKNOWN_TYPE);
        }
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

    /** Whether the file that was read last has more text than that. */
    boolean isTextCut() {
        return textCut;
    }

    /** Adds what is packed inside the document that was read last. */
    void addEmbedded(Facts facts) {
        embedded.addTo(facts);
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

    /** The type of what comes in this stream, by its first bytes alone. */
    String typeOf(InputStream in) throws IOException {
        return config.getMimeRepository().detect(in, new Metadata()).toString();
    }

    /**
     * Tika's fields under our names.
     *
     * @param elseKnown the names of values that a reader of this format has found already: these are left out
     */
    static void addTo(Facts facts, ObjectNode answer, Set<String> elseKnown) {
        JsonNode values = answer.get("values");
        boolean position = !elseKnown.contains("latitude")
                && facts.position(
                        value("latitude", values.at("/geo:lat/0").asText(), "degrees", "geo:lat"),
                        value("longitude", values.at("/geo:long/0").asText(), "degrees", "geo:long"));
        values.properties().forEach(field -> {
            String[] ours = FIELDS.get(field.getKey());
            if (ours == null || elseKnown.contains(ours[0]) || (ours[0].equals("altitude") && !position)) {
                return;
            }
            field.getValue().forEach(value -> facts.add(value(ours[0], value.asText(), ours[1], field.getKey())));
        });
    }

    private static Value value(String name, String text, String unit, String field) {
        return new Value(
                name,
                text,
                unit,
                field,
                "Tika",
                VERSION,
                GUESSED.contains(field) ? Confidence.GUESSED : Confidence.STATED);
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
    private final class Embedded implements EmbeddedDocumentExtractor {
        private final StringBuilder names = new StringBuilder();
        private int count;
        private boolean ofMail;

        @Override
        public boolean shouldParseEmbedded(Metadata metadata) {
            String name = metadata.get(TikaCoreProperties.RESOURCE_NAME_KEY);
            if (isWordsOfMail(metadata)) {
                return true;
            }
            if (count++ < EMBEDDED_MAX && name != null) {
                names.append(names.isEmpty() ? "" : ", ").append(name);
            }
            return false;
        }

        private boolean isWordsOfMail(Metadata metadata) {
            String type = metadata.get(Metadata.CONTENT_TYPE);
            String disposition = metadata.get(Metadata.CONTENT_DISPOSITION);
            return ofMail
                    && metadata.get(TikaCoreProperties.RESOURCE_NAME_KEY) == null
                    && (type == null || type.startsWith("text/"))
                    && (disposition == null || disposition.startsWith("inline"));
        }

        @Override
        public void parseEmbedded(InputStream in, ContentHandler handler, Metadata metadata, boolean outputHtml)
                throws SAXException, IOException {
            if (!isWordsOfMail(metadata)) {
                return;
            }
            byte[] words = in.readAllBytes();
            if (words.length == 0) {
                return;
            }
            try (TikaInputStream text = TikaInputStream.get(words)) {
                parser.parse(
                        text,
                        new EmbeddedContentHandler(new BodyContentHandler(handler)),
                        metadata,
                        new ParseContext());
            } catch (TikaException unreadable) {
                throw new IOException(unreadable);
            }
        }

        void addTo(Facts facts) {
            if (count > 0) {
                facts.computed("embeddedCount", String.valueOf(count), null, "embedded documents that Tika met");
                facts.computed("embedded", names.toString(), null, "embedded documents that Tika met");
            }
        }
    }
}
