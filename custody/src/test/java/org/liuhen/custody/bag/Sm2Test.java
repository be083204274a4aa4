package org.liuhen.custody.bag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.Sm3Digest;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.verify.Fault;

class Sm2Test {
    @TempDir
    Path folder;

    /** The example of GB/T 32905, appendix A.1. */
    @Test
    void digestsTheExampleOfTheStandard() {
        byte[] digest = Sm3Digest.algorithm().digest("abc".getBytes(StandardCharsets.US_ASCII));
        assertEquals(
                "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
                Sm3Digest.ofRaw(digest).hex());
    }

    @Test
    void signsWhatOpensslVerifies() throws Exception {
        Sm2 key = Sm2.readOrCreate(folder.resolve("key.pem"));
        assertEquals(
                key.publicKey(), Sm2.readOrCreate(folder.resolve("key.pem")).publicKey());
        byte[] message = "package\n".getBytes(StandardCharsets.UTF_8);
        byte[] signature = key.sign(message);
        assertTrue(Sm2.verifies(key.publicKey(), message, signature));
        Files.writeString(
                folder.resolve("public.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(Base64.getDecoder().decode(key.publicKey()))
                        + "\n-----END PUBLIC KEY-----\n");
        Files.write(folder.resolve("signature"), signature);
        Files.write(folder.resolve("message"), message);
        assertEquals(0, openssl());
        Files.writeString(folder.resolve("message"), "another\n");
        assertFalse(openssl() == 0);
        assertFalse(Sm2.verifies(key.publicKey(), "another\n".getBytes(StandardCharsets.UTF_8), signature));
    }

    private int openssl() throws Exception {
        return new ProcessBuilder(List.of(
                        "openssl",
                        "pkeyutl",
                        "-verify",
                        "-pubin",
                        "-inkey",
                        "public.pem",
                        "-sigfile",
                        "signature",
                        "-in",
                        "message",
                        "-rawin",
                        "-digest",
                        "sm3",
                        "-pkeyopt",
                        "distid:1234567812345678"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start()
                .waitFor();
    }

    @Test
    void aPackageNeedsAnSm2SignatureWhereThePolicyNamesAKey() throws Exception {
        Sm2 key = Sm2.readOrCreate(folder.resolve("key.pem"));
        Sm2 other = Sm2.readOrCreate(folder.resolve("other.pem"));
        Kit kit = new Kit();
        kit.sm2 = key;
        Path bag = folder.resolve("bag");
        kit.good(bag);
        assertEquals(List.of("VF-206"), codes(bag, kit.policy().toString()), "nobody says whose it is");
        assertEquals(List.of(), codes(bag, kit.policy() + "sm2 " + key.publicKey() + "\n"));
        assertEquals(List.of("VF-206"), codes(bag, kit.policy() + "sm2 " + other.publicKey() + "\n"));
        Files.delete(bag.resolve("package.sm2"));
        assertEquals(List.of("VF-206"), codes(bag, kit.policy() + "sm2 " + key.publicKey() + "\n"));
        assertEquals(List.of(), codes(bag, kit.policy().toString()));
    }

    private static List<String> codes(Path bag, String policy) throws Exception {
        return BagVerification.verify(bag, Policy.parse(policy), bytes -> {}).faults().stream()
                .map(Fault::code)
                .toList();
    }
}
