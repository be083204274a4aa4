package org.liuhen.station;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.tika.exception.TikaException;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.xml.sax.ContentHandler;

/**
 * A Tika parser for the tests, which throws what the file asks for. It takes files of a type for which there is no other parser
 * ({@code *.erl}). Tika finds it through the class path that a station hands to its parser processes, so nothing in the product knows of it.
 */
public final class ThrowingParser implements Parser {
    private static final long serialVersionUID = 1;

    /** What a file of this kind begins with; the name of a class follows. */
    static final String MAGIC = "LIUHEN-THROWS ";

    @Override
    public Set<MediaType> getSupportedTypes(ParseContext context) {
        return Set.of(MediaType.text("x-erlang"));
    }

    @Override
    public void parse(InputStream in, ContentHandler handler, Metadata metadata, ParseContext context)
            throws IOException, TikaException {
        String wanted = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                .substring(MAGIC.length())
                .strip();
        try {
            Class<? extends Throwable> kind = Class.forName(wanted).asSubclass(Throwable.class);
            throw sneaky(kind.getDeclaredConstructor().newInstance());
        } catch (ReflectiveOperationException wrong) {
            throw new TikaException("the test names no throwable: " + wanted, wrong);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T sneaky(Throwable any) throws T {
        throw (T) any;
    }
}
