package org.liuhen.describe;

import com.optimaize.langdetect.LanguageDetector;
import com.optimaize.langdetect.LanguageDetectorBuilder;
import com.optimaize.langdetect.i18n.LdLocale;
import com.optimaize.langdetect.ngram.NgramExtractors;
import com.optimaize.langdetect.profiles.LanguageProfileReader;
import com.optimaize.langdetect.text.CommonTextObjectFactories;
import java.io.IOException;
import org.liuhen.describe.Value.Confidence;

/** The language that a text is written in, by the frequency of its letters; nothing where that does not decide. */
final class LanguageReader {
    static final String TOOL = "language-detector";
    static final String VERSION = "0.6";

    private static final int CHARACTERS_MIN = 40; // of less, statistics say nothing
    private static final int CHARACTERS_MAX = 5_000;

    private LanguageDetector detector; // made for the first text: it takes half a second

    /** Adds the language of this text, if it is clear. */
    void addTo(Facts facts, String text) throws IOException {
        String words = text.strip();
        if (words.length() < CHARACTERS_MIN) {
            return;
        }
        if (detector == null) {
            detector = LanguageDetectorBuilder.create(NgramExtractors.standard())
                    .withProfiles(new LanguageProfileReader().readAllBuiltIn())
                    .build();
        }
        var sample = CommonTextObjectFactories.forDetectingOnLargeText()
                .forText(words.substring(0, Math.min(words.length(), CHARACTERS_MAX)));
        LdLocale language = detector.detect(sample).orNull();
        if (language != null) {
            facts.add(new Value(
                    "language", language.toString(), null, "words of the text", TOOL, VERSION, Confidence.GUESSED));
        }
    }
}
