package org.liuhen.intake;

import io.javalin.http.Context;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.greenbytes.http.sfv.ListElement;
import org.greenbytes.http.sfv.ParseException;
import org.greenbytes.http.sfv.Parser;

/** Headers that are structured fields (RFC 9651). Several lines of one header are one field. */
final class StructuredFields {
    private StructuredFields() {}

    /** An Item that is a whole number from 0 on. Everything else is as if the header were not there. */
    static Optional<Long> number(Context context, String header) {
        return item(context, header)
                .filter(value -> value instanceof Long number && number >= 0)
                .map(Long.class::cast);
    }

    /** An Item that is a Boolean. Everything else is as if the header were not there. */
    static Optional<Boolean> flag(Context context, String header) {
        return item(context, header).filter(Boolean.class::isInstance).map(Boolean.class::cast);
    }

    private static Optional<Object> item(Context context, String header) {
        List<String> lines = lines(context, header);
        try {
            return lines.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Parser(lines).parseItem().get());
        } catch (ParseException wrong) {
            return Optional.empty();
        }
    }

    /** The members of a Dictionary, or none where the header is not there. */
    static Map<String, ListElement<?>> dictionary(Context context, String header) throws ParseException {
        List<String> lines = lines(context, header);
        return lines.isEmpty()
                ? Map.of()
                : Map.copyOf(new Parser(lines).parseDictionary().get());
    }

    private static List<String> lines(Context context, String header) {
        return Collections.list(context.req().getHeaders(header));
    }
}
