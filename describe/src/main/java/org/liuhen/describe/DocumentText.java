package org.liuhen.describe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.liuhen.describe.Value.Confidence;

/** The words of a document, by which people find it. They are made of the original and never take its place. */
final class DocumentText {
    /** How long a stored text is at most, with the line that names its original. */
    static final int BYTES_MAX = 4 << 20;

    /** Room for that line. */
    private static final int HEADING_BYTES = 256;

    private DocumentText() {}

    /**
     * Leaves the words of a document for the parent, as UTF-8 that ends with a whole character. Adds the value that announces them, and
     * {@code textCut} where they are not all. A document without words gets neither.
     *
     * @param cut whether the reader stopped before the end of the document
     * @param tool the program that read them
     */
    static void write(Facts facts, String text, boolean cut, String version, String tool, Path file) {
        String tidy = tidy(text);
        if (tidy.isEmpty()) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(BYTES_MAX - HEADING_BYTES, 3L * tidy.length()));
        boolean more = StandardCharsets.UTF_8
                .newEncoder()
                .encode(CharBuffer.wrap(tidy), bytes, true)
                .isOverflow();
        try {
            Files.write(file, Arrays.copyOf(bytes.array(), bytes.position()));
        } catch (IOException failed) {
            facts.failed("text", failed);
            return;
        }
        facts.add(new Value(
                Describer.TEXT, "text/plain", null, "words of the document", tool, version, Confidence.COMPUTED));
        if (cut || more) {
            facts.computed(Describer.TEXT_CUT, "true", null, "the text is longer than " + BYTES_MAX + " bytes");
        }
    }

    /** A text without control characters, lone surrogates, empty lines and spaces that follow each other. */
    static String tidy(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]|\\p{Cs}", "")
                .replaceAll("[\\t\\x0B\\f\\u00A0 ]+", " ")
                .replaceAll("\\s*\n\\s*", "\n")
                .strip();
    }
}
