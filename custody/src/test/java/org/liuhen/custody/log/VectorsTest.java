package org.liuhen.custody.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.evidence.Sha256Digest;

/** What others publish as right and wrong: proofs, canonical JSON, signatures and a log. Sources: {@code vectors/README.md}. */
class VectorsTest {
    private static final Path VECTORS = Path.of("src/test/resources/vectors");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the README says of them: about arguments of the library that they come from. */
    private static final Set<String> NOT_OURS = Set.of(
            "inclusion/single-entry/empty-root-and-leaf.json",
            "consistency/additional/size1-is-zero-and-size2-is-not-zero.json",
            "consistency/additional/sizes-are-equal-zero-and-proof-is-empty.json");

    private static byte[] bytes(JsonNode base64) {
        return base64.isNull() ? new byte[0] : Base64.getDecoder().decode(base64.asText());
    }

    private static List<byte[]> all(JsonNode list) {
        List<byte[]> all = new ArrayList<>();
        list.forEach(one -> all.add(bytes(one)));
        return all;
    }

    @Test
    void merkleProofs() throws IOException {
        int seen = 0;
        try (Stream<Path> files = Files.walk(VECTORS.resolve("merkle"))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                String name = VECTORS.resolve("merkle").relativize(file).toString();
                if (NOT_OURS.contains(name)) {
                    continue;
                }
                JsonNode vector = JSON.readTree(file.toFile());
                boolean good = name.startsWith("inclusion")
                        ? Merkle.verifyInclusion(
                                bytes(vector.get("leafHash")),
                                vector.get("leafIdx").asLong(),
                                vector.get("treeSize").asLong(),
                                all(vector.get("proof")),
                                bytes(vector.get("root")))
                        : Merkle.verifyConsistency(
                                vector.get("size1").asLong(),
                                bytes(vector.get("root1")),
                                vector.get("size2").asLong(),
                                bytes(vector.get("root2")),
                                all(vector.get("proof")));
                assertEquals(!vector.get("wantErr").asBoolean(), good, name);
                seen++;
            }
        }
        assertEquals(193, seen);
    }

    @Test
    void canonicalJson() throws IOException {
        for (String name : new String[] {"arrays", "french", "structures", "unicode", "values", "weird"}) {
            byte[] input = Files.readAllBytes(VECTORS.resolve("jcs/input/" + name + ".json"));
            byte[] output = Files.readAllBytes(VECTORS.resolve("jcs/output/" + name + ".json"));
            assertArrayEquals(output, CanonicalJson.canonical(JSON.readTree(input)), name);
        }
    }

    @Test
    void ed25519Signatures() throws IOException {
        JsonNode groups = JSON.readTree(
                        VECTORS.resolve("wycheproof/ed25519_test.json").toFile())
                .get("testGroups");
        int seen = 0;
        for (JsonNode group : groups) {
            byte[] raw = HexFormat.of().parseHex(group.at("/publicKey/pk").asText());
            Ed25519PublicKeyParameters key = Ed25519Check.key(raw, 0);
            for (JsonNode test : group.get("tests")) {
                boolean good = Ed25519Check.verifies(
                        key,
                        HexFormat.of().parseHex(test.get("msg").asText()),
                        HexFormat.of().parseHex(test.get("sig").asText()));
                assertEquals(
                        test.get("result").asText().equals("valid"),
                        good,
                        test.get("tcId") + " " + test.get("comment").asText());
                seen++;
            }
        }
        assertEquals(151, seen);
    }

    @Test
    void theLogOfTessera() throws Exception {
        SignedNote.Verifier key = SignedNote.Verifier.parse(
                "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx");
        LogReader log = path -> {
            try {
                return Optional.of(
                        Files.readAllBytes(VECTORS.resolve("tessera-log").resolve(path)));
            } catch (NoSuchFileException none) {
                return Optional.empty();
            }
        };
        for (int size = 0; size < 16; size++) {
            byte[] note = Files.readAllBytes(VECTORS.resolve("tessera-log/checkpoint." + size));
            Checkpoint head = Checkpoint.open(note, "example.com/log/testdata", key);
            assertEquals(size, head.size());
            Tiles tiles = new Tiles(log, size);
            assertEquals(head.root(), Sha256Digest.ofRaw(tiles.root()));
            for (long index = 0; index < size; index++) {
                assertArrayEquals(Merkle.leafHash(tiles.entry(index)), tiles.leafHash(index));
            }
        }
    }
}
