package org.liuhen.web;

import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.liuhen.custody.evidence.Nullable;

/** The title of each refusal by its code, in English and Chinese: {@code Titles.properties} and {@code Titles_zh.properties}. */
final class Titles {
    private static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.CHINESE);
    private static final ResourceBundle.Control FILES =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    private Titles() {}

    /** The language of those that we have that the client prefers (RFC 9110 §12.5.4, RFC 4647 §3.4): English where it names none of them. */
    static Locale language(@Nullable String acceptLanguage) {
        if (acceptLanguage == null) {
            return Locale.ENGLISH;
        }
        try {
            Locale best = Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), LANGUAGES);
            return best == null ? Locale.ENGLISH : best;
        } catch (IllegalArgumentException malformed) {
            return Locale.ENGLISH; // a header that says nothing is as none (RFC 9110 §12.5.4)
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
