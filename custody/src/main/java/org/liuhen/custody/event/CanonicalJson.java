package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
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
import org.liuhen.custody.evidence.Nullable;
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
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .annotationIntrospector(new RequiredMembers())
            .addModule(words())
            .build();

    /** How to read each kind of event, by its name in the record. */
    private static final Map<String, ObjectReader> KINDS =
            EventKinds.all().stream().collect(Collectors.toUnmodifiableMap(CustodyEvent::typeName, MAPPER::readerFor));

    private CanonicalJson() {}

    /** Each member of a record that is not marked {@link Nullable} must be there, and is not null. */
    private static final class RequiredMembers extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        private static boolean isRequired(Annotated member) {
            return member instanceof AnnotatedParameter parameter
                    && parameter.getDeclaringClass().isRecord()
                    && !member.hasAnnotation(Nullable.class);
        }

        @Override
        public Boolean hasRequiredMarker(AnnotatedMember member) {
            return isRequired(member) ? Boolean.TRUE : super.hasRequiredMarker(member);
        }

        @Override
        public JsonSetter.Value findSetterInfo(Annotated member) {
            return isRequired(member) ? JsonSetter.Value.forValueNulls(Nulls.FAIL) : super.findSetterInfo(member);
        }
    }

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
        long[] version = new long[1];
        in.object(name -> {
            if (name.equals("eventType")) {
                type[0] = in.text();
            } else if (name.equals("schemaVersion")) {
                version[0] = in.integer();
            } else {
                in.skip();
            }
        });
        if (in.position() - from > EVENT_BYTES_MAX) {
            throw new IllegalArgumentException("an event has at most " + EVENT_BYTES_MAX + " bytes");
        }
        if (version[0] < SCHEMA_VERSION) {
            throw new IllegalArgumentException("an event says its schemaVersion, " + SCHEMA_VERSION + " or later");
        }
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
        return Reason.of(message.lines().findFirst().orElse(""), 200);
    }

    /** Words are written as plain text, not as objects with one field. */
    private static SimpleModule words() {
        SimpleModule module = new SimpleModule("words");
        word(module, EvidenceId.class, EvidenceId::new, EvidenceId::value);
        word(module, CaseId.class, text -> inItsForm(text, new CaseId(text), CaseId::value), CaseId::value);
        word(module, FileName.class, text -> inItsForm(text, new FileName(text), FileName::value), FileName::value);
        word(module, Sha256Digest.class, Sha256Digest::new, Sha256Digest::hex);
        word(module, Sm3Digest.class, Sm3Digest::new, Sm3Digest::hex);
        word(module, Instant.class, Times::parse, Times::write);
        plain(module, String.class, JsonToken.VALUE_STRING, JsonParser::getText);
        plain(module, Integer.class, JsonToken.VALUE_NUMBER_INT, JsonParser::getIntValue);
        plain(module, int.class, JsonToken.VALUE_NUMBER_INT, JsonParser::getIntValue);
        plain(module, Long.class, JsonToken.VALUE_NUMBER_INT, parser -> exact(parser.getLongValue()));
        plain(module, long.class, JsonToken.VALUE_NUMBER_INT, parser -> exact(parser.getLongValue()));
        module.setDeserializerModifier(new ExactEnums());
        module.addSerializer(Long.class, new ExactSerializer());
        module.addSerializer(long.class, new ExactSerializer());
        return module;
    }

    /** A value that can be typed in several forms stands in the record in one: else two verifiers could take it for two values. */
    private static <T> T inItsForm(String text, T word, Function<T, String> form) {
        if (!form.apply(word).equals(text)) {
            throw new IllegalArgumentException(
                    "a case ID or file name stands in its one form: NFC, no blanks at the ends");
        }
        return word;
    }

    /** A value of a closed list is written as its name and nothing else: no number, and no blanks around it, which Jackson would take away. */
    private static final class ExactEnums extends BeanDeserializerModifier {
        private static final long serialVersionUID = 1;

        @Override
        public JsonDeserializer<?> modifyEnumDeserializer(
                DeserializationConfig config, JavaType type, BeanDescription description, JsonDeserializer<?> usual) {
            return new JsonDeserializer<Object>() {
                @Override
                public Object deserialize(JsonParser parser, DeserializationContext context) throws IOException {
                    if (parser.currentToken() == JsonToken.VALUE_STRING) {
                        for (Object value : type.getRawClass().getEnumConstants()) {
                            if (((Enum<?>) value).name().equals(parser.getText())) {
                                return value;
                            }
                        }
                    }
                    throw new IOException(
                            "here stands a name of " + type.getRawClass().getSimpleName());
                }
            };
        }
    }

    private interface Get<T> {
        T from(JsonParser parser) throws IOException;
    }

    /** A value of this type is written as this token and nothing else: a number is never a text, nor the other way round. */
    private static <T> void plain(SimpleModule module, Class<T> type, JsonToken token, Get<T> get) {
        module.addDeserializer(type, new JsonDeserializer<T>() {
            @Override
            public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
                if (parser.currentToken() != token) {
                    throw new IOException("here stands a " + type.getSimpleName());
                }
                return get.from(parser);
            }
        });
    }

    /** An integer that every JSON reader reads exactly (RFC 7493 §2.2). */
    private static long exact(long number) throws IOException {
        if (number > CanonicalWriter.EXACT_MAX || number < -CanonicalWriter.EXACT_MAX) {
            throw new IOException("a whole number is at most 2^53");
        }
        return number;
    }

    private static final class ExactSerializer extends JsonSerializer<Long> {
        @Override
        public void serialize(Long number, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeNumber(exact(number));
        }
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
                if (parser.currentToken() != JsonToken.VALUE_STRING) {
                    throw new IOException("here stands a text");
                }
                return read.apply(parser.getText());
            }
        });
    }
}
