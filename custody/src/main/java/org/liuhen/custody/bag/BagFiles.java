package org.liuhen.custody.bag;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.liuhen.custody.verify.Fault;

/** The files of a bag and its manifests (RFC 8493 §2): which are there, which should be, and whether each is unchanged. */
final class BagFiles {
    static final String DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
    static final String SIGNATURE = "package.note";
    static final String SM2_SIGNATURE = "package.sm2";

    private static final List<String> ALGORITHMS = List.of("sha256", "sha512");
    private static final Map<String, String> JAVA_NAMES = Map.of("sha256", "SHA-256", "sha512", "SHA-512");
    private static final Pattern LINE = Pattern.compile("([0-9A-Fa-f]+)[ \\t]+\\*?([^ \\t][^\\n\\r]*)");
    private static final Set<String> IN_NO_MANIFEST =
            Set.of(SIGNATURE, SM2_SIGNATURE, "tagmanifest-sha256.txt", "tagmanifest-sha512.txt");
    /** Names what is still to be fetched, and where to (RFC 8493 §2.2.3): a package is whole, and a client that fetched would write where that file says. */
    private static final String FETCH = "fetch.txt";

    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:");
    private static final int MANIFEST_BYTES_MAX = 256 << 20;

    private final Path root;
    private final List<Fault> faults;
    private final Set<String> present = new TreeSet<>();
    private final Map<String, Map<String, String>> expected = new LinkedHashMap<>(); // path → algorithm → digest
    private final Map<String, String> sha256 = new TreeMap<>();
    private long bytes;

    BagFiles(Path root, List<Fault> faults) {
        this.root = root;
        this.faults = faults;
    }

    /** Checks everything; tells how many bytes were read so far to the listener. */
    void check(LongConsumer progress) throws IOException {
        list();
        String declaration = text("bagit.txt");
        if (declaration == null || !declaration.replace("\r\n", "\n").equals(DECLARATION)) {
            fault(BagRule.NOT_A_BAG, "bagit.txt", "it does not say: BagIt-Version 1.0, UTF-8");
        }
        for (String kind : new String[] {"manifest", "tagmanifest"}) {
            Map<String, Set<String>> lists = new TreeMap<>();
            for (String algorithm : ALGORITHMS) {
                manifest(kind, algorithm, lists.computeIfAbsent(algorithm, a -> new TreeSet<>()));
            }
            if (!lists.get("sha256").equals(lists.get("sha512"))) {
                fault(BagRule.BAD_MANIFEST, kind, "its SHA-256 and SHA-512 lists name different files");
            }
        }
        for (String path : present) {
            if (!expected.containsKey(path) && !IN_NO_MANIFEST.contains(path)) {
                fault(BagRule.EXTRA_FILE, path, "no manifest names it");
            }
        }
        for (Map.Entry<String, Map<String, String>> file : expected.entrySet()) {
            if (present.contains(file.getKey())) {
                digest(file.getKey(), file.getValue(), progress);
            } else {
                fault(BagRule.MISSING_FILE, file.getKey(), "a manifest names it");
            }
        }
    }

    private void list() throws IOException {
        try (Stream<Path> walk = Files.walk(root, new FileVisitOption[0])) {
            for (Path path : (Iterable<Path>) walk::iterator) {
                if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    String name = root.relativize(path).toString().replace('\\', '/');
                    if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                        present.add(name);
                    } else {
                        fault(BagRule.EXTRA_FILE, name, "it is a link or a device, not a file");
                    }
                }
            }
        }
    }

    private void manifest(String kind, String algorithm, Set<String> listed) throws IOException {
        String name = kind + "-" + algorithm + ".txt";
        byte[] bytes = read(name);
        String text = bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
        if (bytes == null
                || text.startsWith("\ufeff")
                || !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            fault(
                    BagRule.BAD_MANIFEST,
                    name,
                    bytes == null ? "it is missing" : "it is not UTF-8, or begins with a byte order mark");
            return;
        }
        int length = algorithm.equals("sha256") ? 64 : 128;
        for (String line : text.split("\\r\\n|\\n|\\r", -1)) {
            if (line.isEmpty()) {
                continue;
            }
            Matcher match = LINE.matcher(line);
            if (!match.matches() || match.group(1).length() != length) {
                fault(BagRule.BAD_MANIFEST, name, "a line is not a digest and a path");
                continue;
            }
            String path = match.group(2)
                    .replaceAll("%0[Aa]", "\n")
                    .replaceAll("%0[Dd]", "\r")
                    .replace("%25", "%");
            boolean payload = path.startsWith("data/");
            if (!isSafe(path)
                    || payload == kind.equals("tagmanifest")
                    || path.startsWith("tagmanifest-")
                    || path.equals(FETCH)
                    || IN_NO_MANIFEST.contains(path)) {
                fault(BagRule.BAD_MANIFEST, name, "it may not name " + path);
            } else if (!listed.add(path)) {
                fault(BagRule.BAD_MANIFEST, name, "it names a file twice: " + path);
            } else {
                expected.computeIfAbsent(path, p -> new TreeMap<>())
                        .put(algorithm, match.group(1).toLowerCase(java.util.Locale.ROOT));
            }
        }
    }

    /** A path that stays inside the bag on every system. */
    private static boolean isSafe(String path) {
        if (path.startsWith("/")
                || path.startsWith("~")
                || path.contains("\\")
                || DRIVE.matcher(path).lookingAt()) {
            return false;
        }
        return Stream.of(path.split("/", -1))
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }

    private void digest(String path, Map<String, String> promised, LongConsumer progress) throws IOException {
        Map<String, MessageDigest> digests = new TreeMap<>();
        digests.put("sha256", algorithm("sha256"));
        promised.keySet().forEach(name -> digests.computeIfAbsent(name, BagFiles::algorithm));
        byte[] buffer = new byte[1 << 20];
        try (InputStream in = Files.newInputStream(root.resolve(path))) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                for (MessageDigest digest : digests.values()) {
                    digest.update(buffer, 0, read);
                }
                bytes += read;
                progress.accept(bytes);
            }
        }
        boolean same = true;
        for (Map.Entry<String, MessageDigest> digest : digests.entrySet()) {
            String found = HexFormat.of().formatHex(digest.getValue().digest());
            same &= found.equals(promised.getOrDefault(digest.getKey(), found));
            if (digest.getKey().equals("sha256")) {
                sha256.put(path, found);
            }
        }
        if (!same) {
            fault(BagRule.ALTERED_FILE, path, "its digest is not the one of the manifest");
        }
    }

    private static MessageDigest algorithm(String name) {
        try {
            return MessageDigest.getInstance(JAVA_NAMES.get(name));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256 and SHA-512", impossible);
        }
    }

    /** The paths of the files that are there. */
    Set<String> present() {
        return present;
    }

    /** The SHA-256 of a listed file that is there, as it was read, or null. */
    String sha256(String path) {
        return sha256.get(path);
    }

    long bytes() {
        return bytes;
    }

    /** A small file's bytes, or null where it is not there. */
    byte[] read(String path) throws IOException {
        if (!present.contains(path)) {
            return null;
        }
        Path file = root.resolve(path);
        if (Files.size(file) > MANIFEST_BYTES_MAX) {
            throw new IOException(path + " has more than " + MANIFEST_BYTES_MAX + " bytes");
        }
        return Files.readAllBytes(file);
    }

    String text(String path) throws IOException {
        byte[] read = read(path);
        return read == null ? null : new String(read, StandardCharsets.UTF_8);
    }

    /** What stands directly below a folder, ending with a slash where it is a folder. */
    List<String> children(String folder) {
        Set<String> children = new TreeSet<>();
        for (String path : present) {
            if (path.startsWith(folder)) {
                int slash = path.indexOf('/', folder.length());
                children.add(slash < 0 ? path : path.substring(0, slash + 1));
            }
        }
        return new ArrayList<>(children);
    }

    private void fault(BagRule rule, String path, String detail) {
        faults.add(new Fault.BrokenBag(rule.code(), rule.name(), path, detail));
    }
}
