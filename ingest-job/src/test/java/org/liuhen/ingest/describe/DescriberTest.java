package org.liuhen.ingest.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.ingest.describe.Value.Confidence;

/** A parser process that was taken over by what it read says what it likes. */
class DescriberTest {
    @TempDir
    Path folder;

    private final List<Sha256Digest> kept = new ArrayList<>();

    private final Describer.Original original = new Describer.Original() {
        @Override
        public void fetch(long from, long to) {
            throw new AssertionError("nothing is fetched here");
        }

        @Override
        public void keep(Sha256Digest digest, byte[] bytes) {
            assertEquals(digest, Sha256Digest.of(bytes));
            kept.add(digest);
        }
    };

    private static Value value(String name, String value) {
        return new Value(name, value, null, "test", "t", "1", Confidence.COMPUTED);
    }

    private List<String> namesAfterKeeping(String... digests) throws IOException {
        List<Value> values = new ArrayList<>(List.of(value("title", "x"), value("trackPoints", "2")));
        for (String digest : digests) {
            values.add(value(Describer.TRACK_DIGEST, digest));
        }
        List<String> failures = new ArrayList<>();
        Describer.keepTrack(values, failures, folder.resolve(ParserWorker.TRACK), original);
        assertEquals(kept.isEmpty() ? 1 : 0, failures.size());
        return values.stream().map(Value::name).toList();
    }

    @Test
    void keepsTheTrackThatIsNamedAndNoOther() throws Exception {
        byte[] track = "{}".getBytes(StandardCharsets.UTF_8);
        String digest = Sha256Digest.of(track).hex();
        String another = Sha256Digest.of(new byte[1]).hex();
        assertEquals(List.of("title"), namesAfterKeeping(digest), "there is no file");
        Path file = Files.write(folder.resolve(ParserWorker.TRACK), track);
        assertEquals(List.of("title"), namesAfterKeeping(another), "another item's file");
        assertEquals(List.of("title"), namesAfterKeeping(digest, another), "two of them");
        Files.delete(file);
        Path elsewhere = Files.write(folder.resolve("elsewhere"), track);
        Files.createSymbolicLink(file, elsewhere);
        assertEquals(List.of("title"), namesAfterKeeping(digest), "a link");
        Files.delete(file);
        Files.write(file, track);
        assertEquals(List.of("title", "trackPoints", Describer.TRACK_DIGEST), namesAfterKeeping(digest));
        assertEquals(List.of(Sha256Digest.of(track)), kept);
    }

    @Test
    void refusesAnswersThatAreNoDescription() {
        for (String answer : List.of(
                "[]",
                "1",
                "{",
                "{}",
                "{\"mediaType\":\"a/b\"}",
                "{\"mediaType\":\"a/b\",\"values\":[{}],\"failures\":[]}",
                "{\"mediaType\":\"a/b\",\"values\":[null],\"failures\":[]}",
                "{\"mediaType\":\"a/b\",\"values\":[],\"failures\":[],\"wanted\":[[1]]}",
                "{\"values\":[],\"failures\":[]}")) {
            assertThrows(
                    JsonProcessingException.class,
                    () -> new ObjectMapper().readValue(answer, Description.class),
                    answer);
        }
    }
}
