package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others make and we ship is not older than docs/vulnerabilities.md allows, and no secret stands in the files of a cluster. */
class SupplyTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)([^}]*)}");

    @TempDir
    private Path folder;

    /** The version of a library on the class path, which lies as in a Maven repository; null where it is not there. */
    private static String shipped(String library) {
        String folder = "/" + library.substring(0, library.indexOf(':')).replace('.', '/') + "/"
                + library.substring(library.indexOf(':') + 1) + "/";
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            int at = part.indexOf(folder);
            if (at >= 0) {
                return part.substring(at + folder.length(), part.lastIndexOf('/'));
            }
        }
        return null;
    }

    /** Compares the numbers at the beginning of two versions. */
    private static int compare(String one, String other) {
        return Arrays.compare(numbers(one), numbers(other));
    }

    private static int[] numbers(String version) {
        String[] parts = version.split("[.-]", -1);
        int[] numbers = new int[4];
        for (int i = 0; i < Math.min(parts.length, numbers.length) && parts[i].matches("[0-9]{1,9}"); i++) {
            numbers[i] = Integer.parseInt(parts[i]);
        }
        return numbers;
    }

    private static List<String[]> rows(int columns) throws IOException {
        return Files.readAllLines(ROOT.resolve("docs/vulnerabilities.md")).stream()
                .filter(line -> line.startsWith("| ") && line.contains(":"))
                .map(line -> Arrays.stream(
                                line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                        .map(String::strip)
                        .toArray(String[]::new))
                .filter(cells -> cells.length == columns)
                .toList();
    }

    @Test
    void nothingIsShippedBelowTheFixedVersion() throws IOException {
        List<String[]> fixed = rows(4);
        assertTrue(fixed.size() > 10, "the list is read: " + fixed.size());
        for (String[] row : fixed) {
            String shipped = shipped(row[0]);
            assertNotEquals(null, shipped, row[0] + " is not shipped any more: take its row away");
            assertTrue(
                    compare(shipped, row[1]) >= 0, row[0] + " " + shipped + ": raise it to " + row[1] + ", " + row[2]);
        }
    }

    @Test
    void whatIsBelowItIsJudgedForTheVersionThatIsShipped() throws IOException {
        List<String[]> judged = rows(5);
        assertFalse(judged.isEmpty());
        for (String[] row : judged) {
            assertEquals(shipped(row[0]), row[1], row[0] + " is another one now: judge it again");
            assertTrue(compare(row[1], row[2]) < 0, row[0] + " has the fix: move its row up");
            assertTrue(row[4].length() > 20, row[0] + ": say why");
        }
    }

    @Test
    void versionsCompareByTheirNumbers() {
        assertTrue(compare("17.6.0", "17.10") < 0);
        assertTrue(compare("33.7.2-jre", "32.0.1") > 0);
        assertTrue(compare("8.1.2-1.5.14", "8.1.2") >= 0);
        assertEquals(0, compare("4.2.10.Final", "4.2.10"));
    }

    @Test
    void aClusterHasNoPasswordButTheOnesItsOperatorMade() throws Exception {
        TreeSet<String> named = new TreeSet<>();
        TreeSet<String> settings = new TreeSet<>();
        for (String line : Files.readAllLines(ROOT.resolve("docker/compose.yml"))) {
            String given = line.replaceAll("\\$\\$", "");
            Matcher variable = VARIABLE.matcher(given);
            while (variable.find()) {
                boolean secret = variable.group(2).startsWith(":?");
                assertTrue(secret || variable.group(2).startsWith(":-"), "starts without it: " + line.strip());
                (secret ? named : settings).add(variable.group(1));
            }
            assertFalse(
                    given.matches(
                            "(?i)\\s*\\w*(password|secret|(access|kafka|s3)_?key|credential)\\w*: *+(?!\\$\\{).+"),
                    "a secret in the file: " + line.strip());
            assertFalse(given.contains("minioadmin") || given.contains("rgwadmin"), line.strip());
        }
        Path script = Files.copy(ROOT.resolve("docker/secrets"), folder.resolve("secrets"));
        Path made = folder.resolve(".env");
        assertEquals(0, run(script));
        for (Path secret : List.of(made, folder.resolve("page.pem"))) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)));
        }
        TreeMap<String, String> secrets = new TreeMap<>();
        for (String line : Files.readAllLines(made)) {
            secrets.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        secrets.remove("LIUHEN_NAMES"); // how the proxy is called
        assertTrue(named.remove("LIUHEN_PAGE"), "its key lies beside the others, in a file that a person may replace");
        assertEquals(named, secrets.navigableKeySet());
        assertTrue(settings.stream().noneMatch(named::contains), "no secret has a default");
        secrets.remove("LIUHEN_KAFKA_CLUSTER"); // a name, not a secret
        assertEquals(secrets.size(), new TreeSet<>(secrets.values()).size(), "each has its own");
        assertTrue(secrets.values().stream().allMatch(secret -> secret.length() >= 48), "none is short");
        String before = Files.readString(made);
        assertEquals(1, run(script), "secrets that are in use are not overwritten");
        assertEquals(before, Files.readString(made));
        for (String ignored : List.of(".gitignore", ".dockerignore")) {
            assertTrue(
                    Files.readAllLines(ROOT.resolve(ignored)).containsAll(List.of("docker/.env", "docker/page.pem")),
                    ignored);
        }
    }

    private static int run(Path script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", script.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertFalse(said.isBlank(), "it says what it did");
        return process.waitFor();
    }
}
