package org.liuhen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Commands against a web server that answers as a station does, and as a proxy before it. */
class CommandsTest {
    private static final String PACKAGE = "/api/exports/E1";

    @TempDir
    private Path folder;

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private Exception failed;
    private String printed;

    /** What the server answers; {@code breaksAfter} bytes it closes the connection, where that is not -1. */
    private record Answer(int status, String body, int breaksAfter) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            asked.add(exchange.getRequestURI() + (range == null ? "" : " " + range));
            Answer answer = answers.getOrDefault(
                    exchange.getRequestURI().getPath(),
                    new Answer(404, "{\"code\":\"RV-100\",\"detail\":\"none\"}", -1));
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            byte[] rest = Arrays.copyOfRange(body, from, body.length);
            exchange.sendResponseHeaders(range == null ? answer.status() : 206, rest.length);
            int sent = answer.breaksAfter() < 0 || range != null ? rest.length : answer.breaksAfter();
            exchange.getResponseBody().write(rest, 0, sent);
            exchange.getResponseBody().flush(); // JDK 25 drops what is not sent yet when an exchange breaks off
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(String path, int status, String body) {
        answers.put(path, new Answer(status, body, -1));
    }

    /** Runs a command; its exit code. */
    private int run(Object command, String... arguments) {
        failed = null;
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            return new CommandLine(command)
                    .setExecutionExceptionHandler((thrown, line, parsed) -> {
                        failed = thrown;
                        return ExitCodes.REFUSED;
                    })
                    .execute(Stream.concat(
                                    Arrays.stream(arguments),
                                    Stream.of(
                                            "--url",
                                            "http://127.0.0.1:"
                                                    + server.getAddress().getPort()))
                            .toArray(String[]::new));
        } finally {
            System.setOut(before);
            printed = out.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void aListHasALineForEachItem() {
        answer(
                "/api/evidence",
                200,
                "{\"evidence\":[{\"id\":\"01A\",\"state\":\"verified\",\"sizeBytes\":5,\"fileName\":\"现场.mp4\","
                        + "\"sealedUntil\":\"2027-05-01T00:00:00Z\",\"cases\":[\"A1\"]},{\"id\":\"01B\",\"state\":\"declared\"}]}");
        assertEquals(0, run(new ListCommand(), "--case", "案件 1", "--state", "verified", "--limit", "2"));
        assertEquals(List.of("/api/evidence?limit=2&case=%E6%A1%88%E4%BB%B6%201&state=verified"), asked);
        String[] lines = printed.split("\n", -1);
        assertEquals("01A  verified             5 B  sealed until 2027-05-01  现场.mp4  [\"A1\"]", lines[0]);
        assertTrue(lines[1].startsWith("01B  declared "), lines[1]);
        assertTrue(lines[1].contains("not sealed"), lines[1]);
    }

    @Test
    void wordsInDocumentsAreShownWithWhatStandsAroundThem() {
        answer(
                "/api/evidence",
                200,
                "{\"evidence\":[{\"id\":\"01A\",\"state\":\"verified\",\"sizeBytes\":5,\"fileName\":\"笔录.pdf\","
                        + "\"passage\":{\"before\":\"带\\u001b[2J\\u009b着\",\"found\":\"水果刀\",\"after\":\"\\n离开\"}}]}");
        assertEquals(0, run(new ListCommand(), "--text", "水果刀"));
        assertEquals(List.of("/api/evidence?limit=50&text=%E6%B0%B4%E6%9E%9C%E5%88%80"), asked);
        assertEquals("  …带 [2J 着水果刀 离开…", printed.split("\n", -1)[1]);
    }

    @Test
    void gapsAreListedOpenOnesFirstAndWithWhatIsSaidOfThem() {
        answer(
                "/api/gaps",
                200,
                "{\"open\":7,\"gaps\":[{\"gapId\":\"LATE_UPLOAD a\",\"since\":\"2026-11-29T00:00:00Z\",\"finding\":\"LT-101\",\"index\":3},"
                        + "{\"gapId\":\"LATE_UPLOAD b\",\"index\":4},{\"index\":5,\"altered\":true}],\"explainedInAll\":1,\"explained\":["
                        + "{\"gapId\":\"LATE_UPLOAD c\",\"index\":6,\"explained\":{\"ground\":\"OTHER\",\"words\":\"伪造\",\"by\":\"9\",\"index\":8,\"altered\":true}}]}");
        answer(
                "/api/missing-segments",
                200,
                "{\"open\":1,\"recordings\":[{\"recordingId\":\"R-1\",\"missing\":[2],\"gapId\":\"MISSING_SEGMENTS R-1 2\"}],\"explainedInAll\":2,"
                        + "\"explained\":[{\"recordingId\":\"R-2\",\"missing\":[3],\"gapId\":\"MISSING_SEGMENTS R-2 3\",\"since\":\"2026-11-28T00:00:00Z\","
                        + "\"explained\":{\"ground\":\"DEVICE_BROKEN\",\"words\":\"维修单 17\",\"by\":\"900001\",\"index\":9}}]}");
        assertEquals(0, run(new GapsCommand()), () -> failed.toString());
        assertEquals(
                List.of(
                        "LATE_UPLOAD a  since 2026-11-29T00:00:00Z  LT-101 (log 3)",
                        "LATE_UPLOAD b (log 4)",
                        "altered in the search database (log 5)",
                        "MISSING_SEGMENTS R-1 2",
                        "LATE_UPLOAD c (log 6)  explained: altered in the search database (log 8)",
                        "MISSING_SEGMENTS R-2 3  since 2026-11-28T00:00:00Z  explained: DEVICE_BROKEN, 维修单 17 (900001, log 9)",
                        "and 4 open and 1 explained ones more"),
                printed.lines().toList());
        assertEquals(0, run(new GapsCommand(), "--json"));
        assertTrue(printed.contains("\"missingSegments\":[{\"recordingId\":\"R-1\""), printed);
        assertTrue(printed.contains("\"explainedSegments\":[{\"recordingId\":\"R-2\""), printed);
    }

    @Test
    void aRefusalIsShownWithItsCodeAndItsAdvice() {
        answer("/api/evidence", 403, "{\"code\":\"IN-151\",\"detail\":\"not for this role\"}");
        assertEquals(ExitCodes.REFUSED, run(new ListCommand()));
        assertEquals("IN-151 not for this role", failed.getMessage());
        answer("/api/evidence", 401, "{\"code\":\"IN-150\",\"detail\":\"sign in\"}");
        run(new ListCommand());
        assertTrue(failed.getMessage().contains("LIUHEN_PASSWORD"), failed.getMessage());
    }

    @Test
    void aProxyThatAnswersItselfIsNamed() {
        answer("/api/evidence", 502, "<html>Bad Gateway</html>");
        run(new ListCommand());
        assertTrue(failed.getMessage().contains("/api/evidence?limit=50 answered 502"), failed.getMessage());
        server.stop(0);
        run(new ListCommand());
        assertTrue(failed.getMessage().startsWith("No station answers at http://127.0.0.1:"), failed.getMessage());
    }

    private void offer(String files) {
        answer(PACKAGE, 200, "{\"state\":\"ready\"}");
        answer(PACKAGE + "/files", 200, files);
    }

    @Test
    void aDownloadThatBrokeOffGoesOnWhereItStood() throws IOException {
        offer("[{\"path\":\"data/a b.txt\",\"size\":10}]");
        answers.put(PACKAGE + "/files/data/a b.txt", new Answer(200, "0123456789", 4));
        assertEquals(ExitCodes.REFUSED, run(new FetchCommand(), "E1", "--to", folder.toString()));
        Path file = folder.resolve("data/a b.txt");
        assertEquals("0123", Files.readString(file));
        assertEquals(0, run(new FetchCommand(), "E1", "--to", folder.toString()));
        assertNull(failed);
        assertEquals("0123456789", Files.readString(file));
        assertTrue(asked.contains(PACKAGE + "/files/data/a%20b.txt bytes=4-"), asked.toString());
        assertEquals(folder.toAbsolutePath() + "  10 bytes\n", printed);
    }

    @Test
    void aPackageWritesNothingOutsideItsFolder() {
        offer("[{\"path\":\"../outside.txt\",\"size\":1}]");
        answer(PACKAGE + "/files/../outside.txt", 200, "x");
        Path to = folder.resolve("to");
        assertEquals(ExitCodes.REFUSED, run(new FetchCommand(), "E1", "--to", to.toString()));
        assertTrue(failed.getMessage().startsWith("The package names a path outside itself"), failed.getMessage());
        assertFalse(Files.exists(folder.resolve("outside.txt")));
    }

    @Test
    void aPackageThatWillNotBeMadeIsNotWaitedFor() {
        answer(PACKAGE, 200, "{\"state\":\"refused\",\"reason\":\"not this case\"}");
        assertEquals(ExitCodes.REFUSED, run(new FetchCommand(), "E1", "--to", folder.toString()));
        assertEquals("The package is refused and will not be made: not this case", failed.getMessage());
    }

    @Test
    void aFileThatAProxyDoesNotGiveIsNamedWithItsStatus() {
        offer("[{\"path\":\"a.txt\",\"size\":1}]");
        answer(PACKAGE + "/files/a.txt", 502, "<html>Bad Gateway</html>");
        run(new FetchCommand(), "E1", "--to", folder.toString());
        assertEquals(PACKAGE + "/files/a.txt answered 502 ", failed.getMessage());
    }
}
