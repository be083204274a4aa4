package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.describe.Value.Confidence;

/** A parser process that was taken over by what it read says what it likes. */
class DescriberTest {
    @TempDir
    Path folder;

    private final List<Sha256Digest> kept = new ArrayList<>();
    private byte[] bytes;

    private final Describer.Original original = new Describer.Original() {
        @Override
        public void fetch(long from, long to) {
            throw new AssertionError("nothing is fetched here");
        }

        @Override
        public void keep(Sha256Digest digest, byte[] bytes) {
            assertEquals(digest, Sha256Digest.of(bytes));
            kept.add(digest);
            DescriberTest.this.bytes = bytes;
        }
    };

    private static Value value(String name, String value) {
        return new Value(name, value, null, "test", "t", "1", Confidence.COMPUTED);
    }

    private static final Item ITEM = new Item(
            new EvidenceId("01jdb3kz0r0000000000000000"), new FileName("a.mp4"), Actor.component("test"), null);

    private List<Value> afterKeeping(Answer answer, int failures, Value... named) throws IOException {
        List<Value> values = new ArrayList<>(List.of(value("title", "x"), value("trackPoints", "2")));
        values.addAll(List.of(named));
        List<String> why = new ArrayList<>();
        Describer.keep(values, why, answer, ITEM, original);
        assertEquals(failures, why.size(), why.toString());
        return values;
    }

    private static List<String> names(List<Value> values) {
        return values.stream().map(Value::name).toList();
    }

    private static Answer left(byte[] track, byte[] preview) {
        return new Answer(Answer.NONE.description(), track, preview, new byte[0]);
    }

    @Test
    void keepsTheTrackThatIsNamedAndNoOther() throws Exception {
        byte[] track = "{}".getBytes(StandardCharsets.UTF_8);
        Value named = value(Describer.TRACK_DIGEST, Sha256Digest.of(track).hex());
        Value another =
                value(Describer.TRACK_DIGEST, Sha256Digest.of(new byte[1]).hex());
        assertEquals(List.of("title"), names(afterKeeping(Answer.NONE, 1, named)), "there is no file");
        Answer answer = left(track, new byte[0]);
        assertEquals(List.of("title"), names(afterKeeping(answer, 1, another)), "another item's file");
        assertEquals(List.of("title"), names(afterKeeping(answer, 1, named, another)), "two of them");
        assertEquals(List.of(), kept);
        assertEquals(List.of("title", "trackPoints", Describer.TRACK_DIGEST), names(afterKeeping(answer, 0, named)));
        assertEquals(List.of(Sha256Digest.of(track)), kept);
    }

    @Test
    void keepsAPreviewThatIsAPictureOrATextAndNamesItsOriginal() throws Exception {
        byte[] jpeg = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xdb, 0, 1};
        Value picture = value(Describer.PREVIEW, "image/jpeg");
        for (byte[] none : List.of(new byte[0], "<svg onload=a>".getBytes(StandardCharsets.UTF_8))) {
            assertEquals(
                    List.of("title", "trackPoints"), names(afterKeeping(left(none, none), 1, picture)), "no picture");
        }
        Answer answer = left(new byte[0], jpeg);
        assertEquals(
                2,
                afterKeeping(answer, 1, value(Describer.PREVIEW, "image/svg+xml"))
                        .size());
        assertEquals(2, afterKeeping(answer, 1, picture, picture).size());
        assertEquals(
                2,
                afterKeeping(answer, 1, value(Describer.PREVIEW_DIGEST, "00".repeat(32)))
                        .size(),
                "another item's picture");
        assertEquals(List.of(), kept);

        Value named = afterKeeping(answer, 0, picture).get(2);
        assertEquals(Describer.PREVIEW_DIGEST, named.name());
        assertEquals("image/jpeg", named.unit());
        assertEquals(named.value(), kept.get(0).hex());
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertTrue(text.contains("evidence 01jdb3kz0r0000000000000000"), text);
        assertEquals(jpeg.length + 4 + (bytes[5] & 0xff) - 2, bytes.length, "a comment is all that was added");

        Answer words = left(new byte[0], "笔录".getBytes(StandardCharsets.UTF_8));
        afterKeeping(words, 0, value(Describer.PREVIEW, "text/plain"));
        text = new String(bytes, StandardCharsets.UTF_8);
        assertTrue(text.startsWith("Preview of evidence 01jdb3kz0r0000000000000000") && text.endsWith("\n\n笔录"), text);
        afterKeeping(left(new byte[0], new byte[] {(byte) 0xff}), 1, value(Describer.PREVIEW, "text/plain"));
    }

    @Test
    void keepsATextThatIsUtf8AndNamesItsOriginal() throws Exception {
        Value announced = value(Describer.TEXT, "text/plain");
        Value cut = value(Describer.TEXT_CUT, "true");
        for (byte[] none : List.of(new byte[0], new byte[] {(byte) 0xe7, (byte) 0xac})) { // half a character
            assertEquals(List.of("title", "trackPoints"), names(afterKeeping(words(none), 1, announced, cut)));
        }
        Answer answer = words("笔录".getBytes(StandardCharsets.UTF_8));
        Value another = value(Describer.TEXT_DIGEST, "00".repeat(32));
        assertEquals(2, afterKeeping(answer, 1, announced, another).size(), "another item's text");
        assertEquals(2, afterKeeping(answer, 1, announced, announced).size());
        assertEquals(
                2, afterKeeping(answer, 1, value(Describer.TEXT, "text/html")).size());
        assertEquals(List.of(), kept);

        List<Value> named = afterKeeping(answer, 0, announced, cut);
        assertEquals(List.of("title", "trackPoints", Describer.TEXT_CUT, Describer.TEXT_DIGEST), names(named));
        assertEquals(named.get(3).value(), kept.get(0).hex());
        String text = new String(bytes, StandardCharsets.UTF_8);
        assertTrue(text.startsWith("Text of evidence 01jdb3kz0r0000000000000000") && text.endsWith("\n\n笔录"), text);
    }

    private static Answer words(byte[] text) {
        return new Answer(Answer.NONE.description(), new byte[0], new byte[0], text);
    }

    /** A process may leave a link to a file that it cannot read itself. */
    @Test
    void followsNoLinkThatAProcessLeft() throws Exception {
        Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "secret");
        assertEquals(6, ParserProcess.left(elsewhere, 100).length);
        Path link = Files.createSymbolicLink(folder.resolve(ParserWorker.PREVIEW), elsewhere);
        assertEquals(0, ParserProcess.left(link, 100).length);
        assertEquals(0, ParserProcess.left(folder, 100).length);
        assertEquals(0, ParserProcess.left(folder.resolve("absent"), 100).length);
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
