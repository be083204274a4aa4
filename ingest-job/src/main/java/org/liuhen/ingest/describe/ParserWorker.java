package org.liuhen.ingest.describe;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.tika.config.TikaConfig;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.parser.AutoDetectParser;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.sax.WriteOutContentHandler;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * A child process that lets Tika parse one file at a time and may die of it. It reads requests from its input and writes
 * answers to its output, one JSON object a line each. It ends when its input ends, so it cannot outlive its parent.
 */
final class ParserWorker {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TEXT_CHARACTERS_MAX = 2_000_000; // read to find the type and charset; none of it is kept
    private static final int VALUES_MAX = 300;
    private static final int VALUE_CHARACTERS_MAX = 2_000;

    private ParserWorker() {}

    /** Serves until the input ends. */
    public static void main(String[] none) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // parsers that print must not speak in our place
        try (InputStream config = ParserWorker.class.getResourceAsStream("tika-config.xml")) {
            TikaConfig tika = new TikaConfig(config);
            AutoDetectParser parser = new AutoDetectParser(tika);
            BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = requests.readLine(); line != null; line = requests.readLine()) {
                ObjectNode request = (ObjectNode) JSON.readTree(line);
                ObjectNode answer = answer(
                        tika,
                        parser,
                        Path.of(request.get("path").asText()),
                        request.get("name").asText());
                answers.println(answer);
            }
        }
    }

    private static ObjectNode answer(TikaConfig tika, AutoDetectParser parser, Path path, String name) {
        ObjectNode answer = JSON.createObjectNode();
        Metadata metadata = new Metadata();
        try (TikaInputStream in = TikaInputStream.get(path, metadata)) {
            metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
            answer.put("type", parser.getDetector().detect(in, metadata).toString());
            Metadata nameOnly = new Metadata();
            nameOnly.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
            answer.put(
                    "typeByName",
                    tika.getMimeRepository().detect(null, nameOnly).toString());
            ParseContext context = new ParseContext();
            context.set(EmbeddedDocumentExtractor.class, new EmbeddedAreOwnItems());
            parser.parse(in, new WriteOutContentHandler(TEXT_CHARACTERS_MAX), metadata, context);
        } catch (SAXException | IOException | org.apache.tika.exception.TikaException | RuntimeException failed) {
            if (!org.apache.tika.exception.WriteLimitReachedException.isWriteLimitReached(failed)) {
                answer.put("error", describe(failed));
            }
        } catch (StackOverflowError tooDeep) { // OutOfMemoryError ends the process, and the parent says so
            answer.put("error", "StackOverflowError: the file is nested too deeply");
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

    private static String describe(Throwable failed) {
        Throwable root = failed;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String text = root.getClass().getSimpleName() + ": " + root.getMessage();
        return text.length() > 300 ? text.substring(0, 300) : text;
    }

    /** What is packed inside a file is not unpacked here: that is where bombs are. */
    private static final class EmbeddedAreOwnItems implements EmbeddedDocumentExtractor {
        @Override
        public boolean shouldParseEmbedded(Metadata metadata) {
            return false;
        }

        @Override
        public void parseEmbedded(InputStream in, ContentHandler handler, Metadata metadata, boolean outputHtml) {}
    }
}
