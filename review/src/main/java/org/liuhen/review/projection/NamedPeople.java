package org.liuhen.review.projection;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who is named in the words of a note: the number of a person after {@code @} or its full-width form, with no letter, digit or mark of a number
 * before it. A number begins and ends with a Latin letter or a digit, and may have {@code _ . -} within. Whether somebody has the number is asked
 * where it is used; a number that nobody has is a word.
 */
public final class NamedPeople {
    /** More are not named by one note. */
    static final int MAX = 20;

    private static final int NUMBER_MAX = 64;

    /** The same as in {@code names.js}, without the limit of length. */
    private static final Pattern NAMED =
            Pattern.compile("(?:^|[^\\w.@＠-])[@＠]([A-Za-z0-9](?:[\\w.-]*[A-Za-z0-9])?)(?![\\w@＠])");

    private NamedPeople() {}

    /** The numbers of the people whom these words name, at most {@value #MAX}, in their order. */
    public static Set<String> in(String words) {
        Set<String> named = new LinkedHashSet<>();
        Matcher found = NAMED.matcher(words);
        while (named.size() < MAX && found.find()) {
            if (found.group(1).length() <= NUMBER_MAX) {
                named.add(found.group(1));
            }
        }
        return named;
    }
}
