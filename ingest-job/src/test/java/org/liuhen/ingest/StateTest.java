package org.liuhen.ingest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.junit.jupiter.api.Test;
import org.liuhen.ingest.link.Incident;
import org.liuhen.ingest.link.Recording;
import org.liuhen.ingest.retention.Kept;

/**
 * The types that are in the state of running sites, which names their classes. The files hold each type's serializer and one value, as
 * the version before the jobs were modules (commit b3fa449) wrote them. A type that fails here would lose a site its savepoints.
 */
class StateTest {
    private static <T> T writtenBefore(Class<T> type) throws IOException {
        TypeSerializer<T> present = TypeInformation.of(type).createSerializer(new SerializerConfigImpl());
        try (InputStream file = StateTest.class.getResourceAsStream(type.getSimpleName() + ".bin")) {
            DataInputView in = new DataInputViewStreamWrapper(file);
            TypeSerializerSnapshot<T> before =
                    TypeSerializerSnapshot.readVersionedSnapshot(in, StateTest.class.getClassLoader());
            assertTrue(
                    present.snapshotConfiguration()
                            .resolveSchemaCompatibility(before)
                            .isCompatibleAsIs(),
                    type.getName());
            T value = present.deserialize(in);
            assertEquals(-1, file.read());
            return value;
        }
    }

    @Test
    void itemsThatWaitForAStep() throws IOException {
        ItemOnItsWay item = writtenBefore(ItemOnItsWay.class);
        assertEquals("site-1", item.log());
        assertArrayEquals(new byte[] {1, 2}, item.cause());
        assertArrayEquals(new byte[][] {{3}, {4, 5}}, item.events());
    }

    @Test
    void whatIsLinked() throws IOException {
        assertEquals(
                new Incident("A1", "event", 2, List.of("110023"), List.of("D1"), 1000, null, 2000),
                writtenBefore(Incident.class));
        assertEquals(
                new Recording(1000, -5L, "110023", null, "A1", List.of("A1"), List.of("A1", "A2"), true),
                writtenBefore(Recording.class));
    }

    @Test
    void whatIsKept() throws IOException {
        assertEquals(new Kept("received", "vault", "k", null, "00", 7, -1), writtenBefore(Kept.class));
    }
}
