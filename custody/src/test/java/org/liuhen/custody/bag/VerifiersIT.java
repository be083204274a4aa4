package org.liuhen.custody.bag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The other two verifiers on the same packages: {@code verify.html} in a real browser with the network off, and a program in
 * Python that was written from the pages on formats alone. All three name the same faults.
 */
class VerifiersIT {
    private static final Path PACKAGES = Path.of("target/packages-of-all").toAbsolutePath();
    private static final Path STATES =
            Path.of("src/main/resources/org/liuhen/custody/event/states.json").toAbsolutePath();
    private static final Path FORMS =
            Path.of("../docs/formats/entry.schema.json").toAbsolutePath();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long TWO_GIB = 2L << 30;

    private static Map<String, Attacks.Attack> attacks;
    private static Path page;

    @BeforeAll
    static void makeThePackages() throws Exception {
        attacks = Attacks.all();
        for (Attacks.Attack attack : attacks.values()) {
            attack.make(PACKAGES);
        }
        page = Files.write(PACKAGES.resolve("verify.html"), VerifyPage.html());
    }

    private static List<String> expected() {
        return attacks.values().stream()
                .map(attack -> attack.name() + ": " + String.join(" ", attack.codes()))
                .toList();
    }

    private static List<String> run(String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("verifier", ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertTrue(process.waitFor(10, TimeUnit.MINUTES), String.join(" ", command));
        String text = Files.readString(out, StandardCharsets.UTF_8);
        assertEquals(0, process.exitValue(), text);
        return text.lines().toList();
    }

    @Test
    void theProgramInPythonNamesTheSameFaults() throws Exception {
        List<String> command = new ArrayList<>(
                List.of("python3", "src/test/python/verify_bag.py", STATES.toString(), FORMS.toString()));
        for (String name : attacks.keySet()) {
            command.add(PACKAGES.resolve(name).resolve("bag").toString());
            command.add(PACKAGES.resolve(name).resolve("policy").toString());
        }
        List<String> lines = run(command.toArray(String[]::new));
        List<String> found = new ArrayList<>();
        int at = 0;
        for (String name : attacks.keySet()) {
            found.add(name + ": " + lines.get(at++));
        }
        assertEquals(String.join("\n", expected()), String.join("\n", found));
    }

    /** To a person it says in words what came of a package, and by its exit code. */
    @Test
    void theProgramInPythonTellsAPerson() throws Exception {
        Path good = PACKAGES.resolve("good-package");
        String bag = good.resolve("bag").toString();
        String bad = attacks.keySet().stream()
                .filter(name -> attacks.get(name).codes().stream().anyMatch(code -> code.startsWith("VF-"))
                        && Files.exists(PACKAGES.resolve(name).resolve("policy")))
                .findFirst()
                .orElseThrow();
        assertEquals("0 verified: " + bag, told(bag, good.resolve("policy")));
        Path attacked = PACKAGES.resolve(bad);
        assertTrue(
                told(attacked.resolve("bag").toString(), attacked.resolve("policy"))
                        .matches("1 NOT verified: .* VF-\\d{3}.*"),
                bad);
        assertTrue(told(bag, good.resolve("bag/policy")).contains(" The keys are the package's own, "));
        assertTrue(told(bag, good.resolve("none")).startsWith("2 cannot verify: the file with the keys "));
        assertTrue(told(good.resolve("policy").toString(), good.resolve("policy"))
                .endsWith(" is no folder. Unpack the ZIP file first"));
    }

    private static String told(String bag, Path policy) throws Exception {
        Process process = new ProcessBuilder("python3", "src/test/python/verify_bag.py", bag, policy.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + said.strip();
    }

    /** Chinese file names are the usual case, and LC_ALL=C is what a rescue system or a scheduled job has. */
    @Test
    void aGoodPackageWithAChineseFileNameVerifiesUnderAnyLocale() throws Exception {
        Path good = PACKAGES.resolve("good-package");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        for (String locale : new String[] {"C", "POSIX", "C.UTF-8"}) {
            List<String> lines = run(
                    "env",
                    "-u",
                    "LANG",
                    "LC_ALL=" + locale,
                    java,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Verify.class.getName(),
                    good.resolve("bag").toString(),
                    good.resolve("policy").toString());
            assertTrue(lines.get(lines.size() - 1).startsWith("verified: "), locale + ": " + lines);
            lines = run(
                    "env",
                    "-u",
                    "LANG",
                    "LC_ALL=" + locale,
                    "python3",
                    "src/test/python/verify_bag.py",
                    STATES.toString(),
                    FORMS.toString(),
                    good.resolve("bag").toString(),
                    good.resolve("policy").toString());
            assertEquals(List.of(""), lines, locale);
        }
    }

    private static Map<String, JsonNode> inTheBrowser(List<Path[]> packages) throws Exception {
        List<String> command = new ArrayList<>(List.of("node", "src/test/browser/verify-page.mjs", page.toString()));
        for (Path[] one : packages) {
            command.add(one[0].toString());
            command.add(one[1] == null ? "" : one[1].toString());
        }
        Map<String, JsonNode> answers = new LinkedHashMap<>();
        for (String line : run(command.toArray(String[]::new))) {
            JsonNode answer = JSON.readTree(line);
            if (answer.has("asked")) {
                assertEquals("[]", answer.get("asked").toString(), "the page asked the network or broke");
            } else {
                answers.put(answer.get("folder").asText(), answer);
            }
        }
        return answers;
    }

    @Test
    void thePageInABrowserNamesTheSameFaults() throws Exception {
        List<Path[]> packages = new ArrayList<>();
        for (String name : attacks.keySet()) {
            packages.add(new Path[] {
                PACKAGES.resolve(name).resolve("bag"), PACKAGES.resolve(name).resolve("policy")
            });
        }
        Map<String, JsonNode> answers = inTheBrowser(packages);
        List<String> found = new ArrayList<>();
        for (Path[] one : packages) {
            List<String> codes = new ArrayList<>();
            answers.get(one[0].toString()).get("codes").forEach(code -> codes.add(code.asText()));
            found.add(one[0].getParent().getFileName() + ": " + String.join(" ", codes));
        }
        assertEquals(String.join("\n", expected()), String.join("\n", found));
    }

    /** One file of more than WebCrypto takes at once, and several of less. */
    @Test
    @Tag("soak")
    void thePageVerifiesTwoGibibytesAndFindsOneBitInThem(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("large");
        Random random = new Random(2);
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(TWO_GIB - (200 << 20));
            byte[] noise = new byte[1 << 16];
            for (int i = 0; i < 200; i++) {
                random.nextBytes(noise);
                large.seek((long) (random.nextDouble() * (large.length() - noise.length)));
                large.write(noise);
            }
        }
        Kit kit = new Kit();
        byte[] second = new byte[200 << 20];
        random.nextBytes(second);
        kit.originals.put(Kit.B, second);
        Path bag = folder.resolve("bag");
        Path policy = Files.writeString(folder.resolve("policy"), kit.policy().toString());
        kit.goodWithLarge(bag, file);
        Path original = bag.resolve(BagWriter.originalPath(Kit.A.value(), kit.names.get(Kit.A)));
        JsonNode good = inTheBrowser(List.<Path[]>of(new Path[] {bag, policy})).get(bag.toString());
        assertEquals("[]", good.get("codes").toString());
        assertTrue(good.get("bytes").asLong() > TWO_GIB - (1 << 20), good.toString());
        System.out.println("verify.html: " + good.get("bytes") + " bytes in " + good.get("seconds") + " s");
        try (RandomAccessFile large = new RandomAccessFile(original.toFile(), "rw")) {
            large.seek(1_500_000_000L);
            int was = large.read();
            large.seek(1_500_000_000L);
            large.write(was ^ 1);
        }
        JsonNode bad = inTheBrowser(List.<Path[]>of(new Path[] {bag, policy})).get(bag.toString());
        assertEquals("[\"VF-109\",\"VF-205\"]", bad.get("codes").toString());
    }
}
