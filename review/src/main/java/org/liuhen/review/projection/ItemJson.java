package org.liuhen.review.projection;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializerBase;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.liuhen.custody.evidence.Sha256Digest;

/** Reads and writes an item as the JSON object that the read model stores and the API shows. */
public final class ItemJson {
    /** The order of {@code jsonb}: by length, then by text. The names have ASCII characters alone. */
    private static final Comparator<String> ORDER =
            Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder());

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .addModule(texts())
            .build();

    private ItemJson() {}

    /**
     * The item that this object is. A member that has not the form of an item's, in a row that was altered or that another version wrote, is kept
     * as it is and says nothing.
     *
     * @throws JsonProcessingException where the text is no JSON object
     */
    public static ItemView read(String json) throws JsonProcessingException {
        try {
            return MAPPER.readValue(json, ItemView.class);
        } catch (JsonProcessingException unusual) {
            ItemView item = new ItemView();
            for (Map.Entry<String, JsonNode> member :
                    MAPPER.readValue(json, ObjectNode.class).properties()) {
                readMember(item, member.getKey(), member.getValue());
            }
            return item;
        }
    }

    private static void readMember(ItemView item, String name, JsonNode value) {
        try {
            MAPPER.updateValue(item, Map.of(name, value));
        } catch (JsonMappingException unusual) {
            item.other(name, value);
        }
    }

    /** The item as an object, with its members in the order in which PostgreSQL's {@code jsonb} keeps them. */
    public static ObjectNode write(ItemView item) {
        ObjectNode json = MAPPER.valueToTree(item);
        int members = json.size();
        if (item.captureClaimed) {
            for (String claim : new String[] {"segment", "segmentCount", "marked"}) {
                json.putIfAbsent(claim, NullNode.instance);
            }
        }
        item.others.forEach(json::putIfAbsent);
        return json.size() == members ? json : sorted(json);
    }

    private static ObjectNode sorted(ObjectNode json) {
        Map<String, JsonNode> members = new TreeMap<>(ORDER);
        json.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        return MAPPER.createObjectNode().setAll(members);
    }

    /** Sorts the members as {@code jsonb} does. */
    private static final class InOrder extends BeanSerializerModifier {
        private static final long serialVersionUID = 1;

        @Override
        public List<BeanPropertyWriter> orderProperties(
                SerializationConfig config, BeanDescription type, List<BeanPropertyWriter> members) {
            members.sort(Comparator.comparing(BeanPropertyWriter::getName, ORDER));
            return members;
        }
    }

    private static SimpleModule texts() {
        SimpleModule module = new SimpleModule();
        module.setSerializerModifier(new InOrder());
        text(module, Instant.class, ItemJson::instant, Instant::toString);
        text(module, Sha256Digest.class, Sha256Digest::new, Sha256Digest::hex);
        return module;
    }

    private static Instant instant(String text) {
        try {
            Instant time = Instant.parse(text);
            if (time.toString().equals(text)) {
                return time;
            }
        } catch (DateTimeException invalid) {
            throw new IllegalArgumentException(invalid);
        }
        throw new IllegalArgumentException("not as it is written");
    }

    private static <T> void text(
            SimpleModule module, Class<T> type, Function<String, T> read, Function<T, String> write) {
        module.addDeserializer(type, new FromStringDeserializer<T>(type) {
            private static final long serialVersionUID = 1;

            @Override
            protected T _deserialize(String text, DeserializationContext context) {
                return read.apply(text);
            }
        });
        module.addSerializer(type, new ToStringSerializerBase(type) {
            private static final long serialVersionUID = 1;

            @Override
            public String valueToString(Object value) {
                return write.apply(type.cast(value));
            }
        });
    }
}
