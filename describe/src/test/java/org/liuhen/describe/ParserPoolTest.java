package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.describe.readback.Structure;

class ParserPoolTest {
    private static final Request REQUEST =
            new Request(Request.Mode.ALL, "a.bin", Structure.Kind.OTHER, true, List.of(), 1, List.of(), -1, List.of());

    @TempDir
    Path folder;

    private List<String> parserFolders() throws Exception {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("parser"))
                    .toList();
        }
    }

    @Test
    void aFileThatIsBeingReadDoesNotHoldUpTheEnd() throws Exception {
        Path endless = folder.resolve("endless"); // a pipe into which nobody writes
        assertEquals(0, new ProcessBuilder("mkfifo", endless.toString()).start().waitFor());
        ParserPool pool = new ParserPool(1, folder);
        FutureTask<Answer> reading = new FutureTask<>(() -> pool.parse(REQUEST, endless));
        new Thread(reading).start();
        while (parserFolders().isEmpty()
                || !Files.exists(folder.resolve(parserFolders().get(0)).resolve(Request.ITEM))) {
            Thread.sleep(20);
        }
        pool.close();
        ExecutionException ended = assertThrows(ExecutionException.class, () -> reading.get(30, TimeUnit.SECONDS));
        assertTrue(ended.getCause() instanceof ParserDiedException, ended.toString());
        assertEquals(List.of(), parserFolders());
        assertEquals(0, pool.deaths());
        assertThrows(ParserDiedException.class, () -> pool.parse(REQUEST, endless), "no process starts after the end");
        assertEquals(List.of(), parserFolders());
    }
}
