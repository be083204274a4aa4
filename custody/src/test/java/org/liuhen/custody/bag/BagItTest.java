package org.liuhen.custody.bag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import gov.loc.repository.bagit.domain.Bag;
import gov.loc.repository.bagit.reader.BagReader;
import gov.loc.repository.bagit.verify.BagVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.verify.Fault;

/**
 * BagIt itself: our packages are valid for the Library of Congress's validator, and our reader and that validator agree on
 * good and bad bags of the kinds in the Library's conformance suite (github.com/LibraryOfCongress/bagit-conformance-suite),
 * which are made here as version 1.0. What became of the suite itself stands in docs/conformance.md.
 */
class BagItTest {
    @TempDir
    Path folder;

    private static void libraryOfCongress(Path bag) throws Exception {
        Bag read = new BagReader().read(bag);
        try (BagVerifier verifier = new BagVerifier()) {
            verifier.isValid(read, false);
        }
    }

    @Test
    void ourPackagesAreValidForAValidatorThatIsNotOurs() throws Exception {
        new Kit().good(folder);
        libraryOfCongress(folder);
    }

    /** How a bag of the suite is made from a plain good one. */
    private interface Change {
        void on(Path bag) throws IOException;
    }

    /**
     * Here version 5.2.0 of that validator departs from RFC 8493 §2.1.3: digests have either case, and no path stands twice. And a bag that names
     * what is there as to be fetched is good for BagIt; a package names nothing.
     */
    private static final Set<String> UNLIKE_OURS =
            Set.of("upper-case-checksums", "duplicate-entry", "fetches-what-is-there");

    private static final Map<String, Change> GOOD = new LinkedHashMap<>();
    private static final Map<String, Change> BAD = new LinkedHashMap<>();

    private static void replace(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertTrue(text.contains(from), file + " lacks " + from);
        Files.writeString(file, text.replace(from, to));
    }

    static {
        GOOD.put("basic", bag -> {});
        GOOD.put("upper-case-checksums", bag -> {
            Path manifest = bag.resolve("manifest-sha256.txt");
            List<String> lines = new ArrayList<>();
            for (String line : Files.readAllLines(manifest)) {
                lines.add(line.substring(0, 64).toUpperCase(java.util.Locale.ROOT) + line.substring(64));
            }
            Files.write(manifest, lines);
            Kit.remanifest(bag, null);
            Files.write(manifest, lines);
            retag(bag);
        });
        GOOD.put("one-blank-between-checksum-and-path", bag -> {
            replace(bag.resolve("manifest-sha256.txt"), "  data/", " data/");
            retag(bag);
        });
        GOOD.put("tab-between-checksum-and-path", bag -> {
            replace(bag.resolve("manifest-sha256.txt"), "  data/", "\tdata/");
            retag(bag);
        });
        GOOD.put("lines-that-end-as-on-windows", bag -> {
            replace(bag.resolve("manifest-sha256.txt"), "\n", "\r\n");
            replace(bag.resolve("bagit.txt"), "\n", "\r\n");
            retag(bag);
        });
        GOOD.put("unicode-names", bag -> {
            Files.writeString(bag.resolve("data/Núñez 执法.txt"), "x");
            Kit.remanifest(bag, null);
        });
        GOOD.put("empty-file", bag -> {
            Files.write(bag.resolve("data/empty"), new byte[0]);
            Kit.remanifest(bag, null);
        });
        BAD.put("altered-payload", bag -> Files.writeString(bag.resolve("data/a.txt"), "altered"));
        BAD.put("missing-payload", bag -> Files.delete(bag.resolve("data/a.txt")));
        BAD.put("payload-in-no-manifest", bag -> Files.writeString(bag.resolve("data/b.txt"), "b"));
        BAD.put("altered-tag-file", bag -> Files.writeString(bag.resolve("bag-info.txt"), "A: b\n"));
        BAD.put("missing-bagit.txt", bag -> Files.delete(bag.resolve("bagit.txt")));
        BAD.put("duplicate-entry", bag -> {
            String manifest = Files.readString(bag.resolve("manifest-sha256.txt"));
            Files.writeString(bag.resolve("manifest-sha256.txt"), manifest + manifest);
            retag(bag);
        });
        BAD.put("bad-checksum-length", bag -> {
            replace(bag.resolve("manifest-sha256.txt"), "  data/", "0  data/");
            retag(bag);
        });
        for (Map.Entry<String, String> declaration : Map.of(
                        "wrong-version",
                        "BagIt-Version: none\nTag-File-Character-Encoding: UTF-8\n",
                        "byte-order-mark",
                        "\ufeff" + BagFiles.DECLARATION,
                        "no-encoding",
                        "BagIt-Version: 1.0\n",
                        "blank-before-the-colon",
                        BagFiles.DECLARATION.replace(":", " :"))
                .entrySet()) {
            BAD.put(declaration.getKey() + "-in-bagit.txt", bag -> {
                Files.writeString(bag.resolve("bagit.txt"), declaration.getValue());
                retag(bag);
            });
        }
        for (Map.Entry<String, String> path : Map.of(
                        "climbs-out", "../../../README.md",
                        "is-absolute", "/tmp/foo",
                        "is-at-home", "~/foo",
                        "is-at-somebodys-home", "~root/foo")
                .entrySet()) {
            BAD.put("fetches-what-" + path.getKey(), bag -> {
                Files.writeString(bag.resolve("fetch.txt"), "https://example.com/x - " + path.getValue() + "\n");
                Kit.remanifest(bag, null);
            });
            BAD.put("lists-what-" + path.getKey(), bag -> {
                Files.writeString(
                        bag.resolve("manifest-sha256.txt"),
                        "0".repeat(64) + "  " + path.getValue() + "\n",
                        java.nio.file.StandardOpenOption.APPEND);
                retag(bag);
            });
        }
        BAD.put("fetches-what-is-there", bag -> {
            Files.writeString(bag.resolve("fetch.txt"), "https://example.com/a.txt - data/a.txt\n");
            Kit.remanifest(bag, null);
        });
        BAD.put("one-path-with-two-checksums", bag -> {
            String manifest = Files.readString(bag.resolve("manifest-sha256.txt"));
            Files.writeString(bag.resolve("manifest-sha256.txt"), manifest + "0".repeat(64) + "  data/a.txt\n");
            retag(bag);
        });
        BAD.put("not-all-manifests-list-all-files", bag -> {
            Files.writeString(bag.resolve("data/b.txt"), "b");
            String one = Files.readString(bag.resolve("manifest-sha512.txt"));
            Kit.remanifest(bag, null);
            Files.writeString(bag.resolve("manifest-sha512.txt"), one);
            retag(bag);
        });
        BAD.put("missing-tag-file", bag -> Files.delete(bag.resolve("bag-info.txt")));
    }

    private static void retag(Path bag) throws IOException {
        Map<String, BagItem.Digests> tags = new LinkedHashMap<>();
        for (String name : List.of("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt")) {
            tags.put(name, BagItem.Digests.of(Files.readAllBytes(bag.resolve(name))));
        }
        StringBuilder one = new StringBuilder();
        StringBuilder two = new StringBuilder();
        tags.forEach((name, digests) -> {
            one.append(digests.sha256()).append("  ").append(name).append('\n');
            two.append(digests.sha512()).append("  ").append(name).append('\n');
        });
        Files.writeString(bag.resolve("tagmanifest-sha256.txt"), one);
        Files.writeString(bag.resolve("tagmanifest-sha512.txt"), two);
    }

    private Path plain(String name) throws IOException {
        Path bag = folder.resolve(name);
        Kit.write(bag.resolve("data/a.txt"), "a".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Files.writeString(bag.resolve("bagit.txt"), BagFiles.DECLARATION);
        Files.writeString(bag.resolve("bag-info.txt"), "Source-Organization: here\n");
        Kit.remanifest(bag, null);
        return bag;
    }

    private static Set<String> ours(Path bag) throws IOException {
        List<Fault> faults = new ArrayList<>();
        new BagFiles(bag, faults).check(bytes -> {});
        return faults.stream().map(Fault::code).collect(Collectors.toCollection(TreeSet::new));
    }

    @TestFactory
    Stream<DynamicTest> bothTakeGoodBags() {
        return GOOD.entrySet().stream()
                .map(one -> DynamicTest.dynamicTest(one.getKey(), () -> {
                    Path bag = plain(one.getKey());
                    one.getValue().on(bag);
                    if (!UNLIKE_OURS.contains(one.getKey())) {
                        libraryOfCongress(bag);
                    }
                    assertEquals(new TreeSet<>(), ours(bag));
                }));
    }

    @TestFactory
    Stream<DynamicTest> bothRefuseBadBags() {
        return BAD.entrySet().stream()
                .map(one -> DynamicTest.dynamicTest(one.getKey(), () -> {
                    Path bag = plain(one.getKey());
                    one.getValue().on(bag);
                    if (!UNLIKE_OURS.contains(one.getKey())) {
                        assertThrows(Exception.class, () -> libraryOfCongress(bag));
                    }
                    assertTrue(!ours(bag).isEmpty());
                }));
    }
}
