package org.liuhen.custody.bag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.verify.Fault;

/**
 * All three verifiers on generated mutants: each names the same faults, or refuses the same policy, and none breaks. {@code -Dliuhen.mutants=50000} says
 * how many, {@code -Dliuhen.seed} which ones, {@code -Dliuhen.kind} of which kind alone.
 */
@Tag("slow")
class MutantsIT {
    private static final long MUTANTS = Long.getLong("liuhen.mutants", 1_000);
    private static final long SEED = Long.getLong("liuhen.seed", 17);
    private static final int AT_ONCE = 40;
    private static final int SHOWN = 40;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    /** A verifier that runs for the whole test: a package a line in, its codes a line out. */
    private static final class Other implements AutoCloseable {
        private final Process process;
        private final BufferedWriter in;
        private final BufferedReader out;
        private final ExecutorService thread = Executors.newSingleThreadExecutor();

        Other(String... command) throws IOException {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            in = process.outputWriter(StandardCharsets.US_ASCII);
            out = process.inputReader(StandardCharsets.UTF_8);
        }

        CompletableFuture<String> judge(String line) {
            return CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            in.write(line);
                            in.newLine();
                            in.flush();
                            return String.valueOf(out.readLine());
                        } catch (IOException gone) {
                            throw new UncheckedIOException(gone);
                        }
                    },
                    thread);
        }

        @Override
        public void close() throws IOException {
            in.close();
            thread.shutdown();
            process.destroy();
        }
    }

    /** What is in the folder that Java reads; only what differs is written for the next mutant. */
    private final Map<String, byte[]> onDisk = new HashMap<>();

    private String java(Mutants.Mutant mutant) throws IOException {
        Path bag = folder.resolve("bag");
        for (String path : List.copyOf(onDisk.keySet())) {
            if (!mutant.files().containsKey(path)) {
                Files.delete(bag.resolve(path));
                onDisk.remove(path);
                for (Path parent = bag.resolve(path).getParent();
                        !parent.equals(bag) && Kit.files(parent).isEmpty();
                        parent = parent.getParent()) {
                    Files.delete(parent);
                }
            }
        }
        for (Map.Entry<String, byte[]> file : mutant.files().entrySet()) {
            if (onDisk.get(file.getKey()) != file.getValue()) {
                Kit.write(bag.resolve(file.getKey()), file.getValue());
                onDisk.put(file.getKey(), file.getValue());
            }
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(mutant.policy()))
                    .toString();
            return BagVerification.verify(bag, Policy.parse(text), bytes -> {}).faults().stream()
                    .map(Fault::code)
                    .collect(Collectors.toCollection(TreeSet::new))
                    .stream()
                    .collect(Collectors.joining(" "));
        } catch (CharacterCodingException notUtf8) {
            return "PL-101";
        } catch (IOException | RuntimeException | StackOverflowError broken) {
            String message = String.valueOf(broken.getMessage());
            return message.startsWith("PL-10") ? message.substring(0, 6) : "crash " + broken;
        }
    }

    @Test
    void allThreeVerifiersNameTheSameFaultsOfEachMutant() throws Exception {
        Mutants mutants = new Mutants(SEED, folder);
        Path script = Files.writeString(folder.resolve("script.js"), VerifyPage.script());
        Map<Mutants.Kind, int[]> counts = new EnumMap<>(Mutants.Kind.class);
        List<String> differ = new ArrayList<>();
        TreeSet<String> seen = new TreeSet<>();
        long different = 0;
        long begin = System.nanoTime();
        try (Other node = new Other("node", "src/test/browser/mutants.mjs", script.toString());
                Other python = new Other(
                        "python3",
                        "src/test/python/verify_bag.py",
                        "src/main/resources/org/liuhen/custody/event/states.json",
                        "../docs/formats/entry.schema.json",
                        "-")) {
            for (Mutants.Mutant good : mutants.unchanged()) {
                List<String> all = List.of(
                        java(good),
                        node.judge(line(good)).get(),
                        python.judge(line(good)).get());
                assertEquals(List.of("", "", ""), all, good.what() + " is good: Java, Node, Python");
            }
            for (long first = 0; first < MUTANTS; first += AT_ONCE) {
                List<Mutants.Mutant> some = new ArrayList<>();
                List<CompletableFuture<String>> inNode = new ArrayList<>();
                List<CompletableFuture<String>> inPython = new ArrayList<>();
                for (long number = first; number < Math.min(MUTANTS, first + AT_ONCE); number++) {
                    Mutants.Mutant mutant = mutants.make(number);
                    some.add(mutant);
                    String line = line(mutant);
                    inNode.add(node.judge(line));
                    inPython.add(python.judge(line));
                }
                for (int i = 0; i < some.size(); i++) {
                    Mutants.Mutant mutant = some.get(i);
                    String own = java(mutant);
                    String other = inNode.get(i).get();
                    String third = inPython.get(i).get();
                    boolean same = own.equals(other) && own.equals(third) && !own.startsWith("crash");
                    int[] count = counts.computeIfAbsent(mutant.kind(), kind -> new int[3]);
                    count[0]++;
                    count[own.isEmpty() ? 1 : 2]++;
                    seen.addAll(List.of(own.split(" ")));
                    if (!same && ++different <= SHOWN) {
                        differ.add("mutant " + (first + i) + " " + mutant.kind() + "\n  Java:   " + own + "\n  Node:   "
                                + other
                                + "\n  Python: " + third + "\n  "
                                + mutant.what()
                                        .substring(
                                                0, Math.min(1_500, mutant.what().length())));
                    }
                }
            }
        }
        counts.forEach((kind, count) -> System.out.println(
                kind + ": " + count[0] + " mutants, " + count[1] + " verified, " + count[2] + " with faults"));
        System.out.println(MUTANTS + " mutants, seed " + SEED + ", " + different + " judged differently, "
                + (System.nanoTime() - begin) / 1_000_000_000 + " s; codes seen: " + seen);
        assertEquals("", String.join("\n", differ), different + " of " + MUTANTS + " mutants");
        assertTrue(counts.values().stream().allMatch(count -> count[2] > 0), "each kind of mutant has faults");
    }

    /** In ASCII, so that the encoding of a pipe does not matter. */
    private static String line(Mutants.Mutant mutant) throws IOException {
        return JSON.writer()
                .with(JsonWriteFeature.ESCAPE_NON_ASCII)
                .writeValueAsString(Map.of("files", mutant.files(), "policy", mutant.policy()));
    }
}
