package org.liuhen.custody.bag;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.verify.Fault;

/**
 * Verifies a package from the command line: {@code java -jar liuhen-verify.jar PACKAGE [POLICY]}. That jar holds nothing but
 * this module and what it needs. Exit code 0: all holds; 1: every fault by name; 2: it could not be read.
 */
public final class Verify {
    private Verify() {}

    /** The command. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (arguments.length < 1 || arguments.length > 2) {
            out.println("usage: java -jar liuhen-verify.jar PACKAGE-FOLDER-OR-ZIP [POLICY-FILE]");
            System.exit(2);
        }
        try {
            if (!readsEveryName()) {
                System.exit(again(arguments));
            }
            System.exit(run(Path.of(arguments[0]), arguments.length == 2 ? Path.of(arguments[1]) : null, out));
        } catch (IOException | UncheckedIOException | IllegalArgumentException unreadable) {
            out.println("cannot verify: " + unreadable.getMessage());
            System.exit(2);
        }
    }

    /** Whether Java reads file names as UTF-8. In a locale without it, such as LC_ALL=C, a Chinese name is no path for it. */
    private static boolean readsEveryName() {
        return System.getProperty("os.name").startsWith("Windows")
                || System.getProperty("sun.jnu.encoding", "UTF-8").equalsIgnoreCase("UTF-8");
    }

    /** Starts this program once more, told how to read file names: a running one cannot change that. */
    private static int again(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsun.jnu.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                Verify.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder process = new ProcessBuilder(command).inheritIO();
        process.environment().put("LC_ALL", "C.UTF-8");
        try {
            return process.start().waitFor();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 2;
        }
    }

    /**
     * Verifies and says what was found.
     *
     * @param bag a folder, or a ZIP file that holds one
     * @param policy whom to trust; without it the package's own keys, and that is said
     * @return the exit code
     */
    public static int run(Path bag, Path policy, PrintStream out) throws IOException {
        if (Files.isDirectory(bag)) {
            return verify(bag, policy, out);
        }
        refuseNamesThatStandTwice(bag);
        try (FileSystem zip = FileSystems.newFileSystem(bag)) {
            Path root = zip.getPath("/");
            try (Stream<Path> top = Files.list(root)) {
                List<Path> entries = top.toList();
                boolean inFolder = entries.size() == 1 && Files.isDirectory(entries.get(0));
                return verify(inFolder ? entries.get(0) : root, policy, out);
            }
        } catch (java.nio.file.ProviderNotFoundException noZip) {
            throw new IOException(bag + " is neither a folder nor a ZIP file", noZip);
        }
    }

    /** Programs differ in which of two entries of one name they take, so nobody would know which one was verified. */
    private static void refuseNamesThatStandTwice(Path bag) throws IOException {
        Set<String> names = new HashSet<>();
        try (ZipFile zip = new ZipFile(bag.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                if (!names.add(entry.getName())) {
                    throw new IOException("the ZIP file holds the name " + entry.getName() + " twice");
                }
            }
        } catch (ZipException noZip) {
            throw new IOException(bag + " is neither a folder nor a ZIP file", noZip);
        }
    }

    private static int verify(Path bag, Path policy, PrintStream out) throws IOException {
        Path trusted = policy == null ? bag.resolve("policy") : policy;
        if (!Files.exists(trusted)) {
            throw new IOException("there is no policy " + trusted + ": name a file with the keys that you trust");
        }
        BagVerification.Result result =
                BagVerification.verify(bag, Policy.parse(Files.readString(trusted)), bytes -> {});
        for (Fault fault : result.faults()) {
            out.println("FAULT " + fault.code() + " " + fault);
        }
        for (BagVerification.Item item : result.items()) {
            out.println(item.id() + "  " + item.fileName() + "  SHA-256 " + item.sha256() + ", " + item.entries()
                    + " entries");
        }
        if (result.head() != null) {
            out.println("head: " + result.head().origin() + ", " + result.head().size() + " entries, root "
                    + result.head().root().hex() + "; seen by " + result.cosignatures());
        }
        if (policy == null || isOf(bag, policy)) {
            out.println(
                    "The keys are the package's own, which prove nothing by themselves: compare its file 'policy' with the keys"
                            + " that you know");
        }
        out.println((result.faults().isEmpty() ? "verified: " : "NOT verified: ") + "export " + result.exportId() + ", "
                + result.items().size() + " items, " + result.bytes() + " bytes read");
        return result.faults().isEmpty() ? 0 : 1;
    }

    /** Whether this file came with the package. A pipe did not, and has no real path. */
    private static boolean isOf(Path bag, Path policy) {
        try {
            return bag.getFileSystem().equals(policy.getFileSystem())
                    && policy.toRealPath().startsWith(bag.toRealPath());
        } catch (IOException pipe) {
            return false;
        }
    }
}
