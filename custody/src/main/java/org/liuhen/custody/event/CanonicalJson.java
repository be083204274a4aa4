package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializerBase;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.evidence.Sm3Digest;

/** Events and entries as canonical JSON (RFC 8785), the only form that is stored, hashed and signed. */
public final class CanonicalJson {
    /** The longest event in bytes. Anything longer is an object of its own that the event names by digest. */
    public static final int EVENT_BYTES_MAX = 16 * 1024;

    /** The version of the event schema that this software writes. */
    public static final int SCHEMA_VERSION = 1;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .addModule(words())
            .build();

    /** How to read each kind of event, by its name in the record. */
    private static final Map<String, ObjectReader> KINDS = CustodyEvent.kinds().stream()
            .collect(Collectors.toUnmodifiableMap(CustodyEvent::typeName, MAPPER::readerFor));

    private CanonicalJson() {}

    /** Bytes that are not a canonical event; says what is wrong with them. */
    public static final class MalformedEventException extends Exception {
        MalformedEventException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The one form of an event. */
    public static byte[] encode(CustodyEvent event) {
        ObjectNode node = MAPPER.valueToTree(event);
        node.put("eventType", event.typeName());
        node.put("schemaVersion", SCHEMA_VERSION);
        byte[] bytes = canonical(node);
        if (bytes.length > EVENT_BYTES_MAX) {
            throw new IllegalArgumentException("An event has at most " + EVENT_BYTES_MAX + " bytes; got " + bytes.length
                    + ". Store the long part as an object and name it by digest");
        }
        return bytes;
    }

    /** The event that these bytes are. Refuses bytes that are not their own canonical form. */
    public static CustodyEvent decode(byte[] bytes) throws MalformedEventException {
        if (bytes.length > EVENT_BYTES_MAX) {
            throw new MalformedEventException("An event has at most " + EVENT_BYTES_MAX + " bytes", null);
        }
        try {
            CanonicalReader in = new CanonicalReader(bytes);
            CustodyEvent event = read(in, bytes);
            in.end();
            return event;
        } catch (IOException | RuntimeException wrong) {
            throw new MalformedEventException("Not a custody event: " + firstLine(wrong), wrong);
        }
    }

    /** The event that stands next in these bytes, which {@code in} reads. */
    static CustodyEvent read(CanonicalReader in, byte[] bytes) throws IOException {
        int from = in.position();
        String[] type = new String[1];
        in.object(name -> {
            if (name.equals("eventType")) {
                type[0] = in.text();
            } else {
                in.skip();
            }
        });
        ObjectReader kind = KINDS.get(String.valueOf(type[0]));
        if (kind == null) {
            throw new IllegalArgumentException("there is no eventType " + type[0]);
        }
        CustodyEvent event = kind.readValue(bytes, from, in.position() - from);
        if (event.context() == null) {
            throw new IllegalArgumentException("an event has a context");
        }
        return event;
    }

    /** The canonical bytes of a tree (RFC 8785). */
    public static byte[] canonical(JsonNode node) {
        return CanonicalWriter.write(node);
    }

    static ObjectMapper mapper() {
        return MAPPER;
    }

    static String firstLine(Throwable wrong) {
        String message = String.valueOf(wrong.getMessage());
        String line = message.lines().findFirst().orElse("");
        return line.length() > 200 ? line.substring(0, 200) : line;
    }

    /** Words are written as plain text, not as objects with one field. */
    private static SimpleModule words() {
        SimpleModule module = new SimpleModule("words");
        word(module, EvidenceId.class, EvidenceId::new, EvidenceId::value);
        word(module, CaseId.class, CaseId::new, CaseId::value);
        word(module, FileName.class, FileName::new, FileName::value);
        word(module, Sha256Digest.class, Sha256Digest::new, Sha256Digest::hex);
        word(module, Sm3Digest.class, Sm3Digest::new, Sm3Digest::hex);
        word(module, Instant.class, Times::parse, Instant::toString);
        return module;
    }

    private static <T> void word(
            SimpleModule module, Class<T> type, Function<String, T> read, Function<T, String> write) {
        module.addSerializer(type, new ToStringSerializerBase(type) {
            @Override
            @SuppressWarnings("unchecked")
            public String valueToString(Object value) {
                return write.apply((T) value);
            }
        });
        module.addDeserializer(type, new JsonDeserializer<>() {
            @Override
            public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
                return read.apply(parser.getValueAsString());
            }
        });
    }
}
