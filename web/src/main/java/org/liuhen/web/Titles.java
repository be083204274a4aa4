package org.liuhen.web;

import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.liuhen.custody.evidence.Nullable;

/** The title of each refusal by its code, in English and Chinese: {@code Titles.properties} and {@code Titles_zh.properties}. */
final class Titles {
    private static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.CHINESE);

    /** The JDK's parser takes 9 ms for 8 KiB. No browser sends a tenth of that. */
    private static final int HEADER_CHARACTERS_MAX = 400;

    private static final ResourceBundle.Control FILES =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    private Titles() {}

    /**
     * The language of those that we have that the client prefers (RFC 9110 §12.5.4, RFC 4647 §3.4): English where the header names none of them,
     * is malformed or has over {@value #HEADER_CHARACTERS_MAX} characters.
     */
    static Locale language(@Nullable String acceptLanguage) {
        if (acceptLanguage == null || acceptLanguage.length() > HEADER_CHARACTERS_MAX) {
            return Locale.ENGLISH;
        }
        try {
            Locale best = Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), LANGUAGES);
            return best == null ? Locale.ENGLISH : best;
        } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) { // the JDK's parser throws both
            return Locale.ENGLISH;
        }
    }

    /** The title of this code. A code without one has its own name, which {@code ErrorCodesTest} finds. */
    static String of(String code, Locale language) {
        try {
            return ResourceBundle.getBundle(Titles.class.getName(), language, FILES)
                    .getString(code);
        } catch (MissingResourceException untitled) {
            return code;
        }
    }
}
