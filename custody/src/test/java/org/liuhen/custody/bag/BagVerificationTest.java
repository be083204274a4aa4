package org.liuhen.custody.bag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.verify.Fault;

class BagVerificationTest {
    private static final Path PACKAGES = Path.of("target/packages");

    @TempDir
    Path folder;

    @Test
    void knowsMoreThanSixtyAttacks() {
        assertTrue(Attacks.all().keySet().stream()
                        .filter(name -> !name.startsWith("good-"))
                        .count()
                >= 60);
    }

    @TestFactory
    Stream<DynamicTest> namesTheFaultsOfEachAttackAndNoOthers() {
        return Attacks.all().values().stream()
                .map(attack -> DynamicTest.dynamicTest(attack.name(), () -> {
                    Path made = attack.make(PACKAGES);
                    String policy = Files.readString(made.resolve("policy"));
                    if (attack.codes().stream().anyMatch(code -> code.startsWith("PL-"))) {
                        String message = assertThrows(IllegalArgumentException.class, () -> Policy.parse(policy))
                                .getMessage();
                        assertEquals(attack.codes(), Set.of(message.split(" ", 2)[0]));
                        return;
                    }
                    BagVerification.Result result =
                            BagVerification.verify(made.resolve("bag"), Policy.parse(policy), bytes -> {});
                    assertEquals(attack.codes(), codes(result), result.faults().toString());
                }));
    }

    private static Set<String> codes(BagVerification.Result result) {
        return result.faults().stream().map(Fault::code).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Two entries of one name: some programs take the first one, others the last. */
    @Test
    void refusesAZipFileWithANameTwice() throws Exception {
        Path zip = folder.resolve("twice.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String name : new String[] {"bag/a.txt", "bag/b.txt"}) {
                out.putNextEntry(new ZipEntry(name));
                out.write(1);
            }
        }
        String bytes = Files.readString(zip, StandardCharsets.ISO_8859_1);
        Files.writeString(zip, bytes.replace("b.txt", "a.txt"), StandardCharsets.ISO_8859_1);
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        assertTrue(assertThrows(IOException.class, () -> Verify.run(zip, null, nowhere))
                .getMessage()
                .contains("twice"));
    }

    /** Whoever names the policy that came with the package has compared nothing yet. */
    @Test
    void saysWhereTheKeysAreThePackagesOwn() throws Exception {
        new Kit().good(folder);
        Path own = folder.resolve("policy");
        Path elsewhere = Files.copy(own, Files.createTempFile("policy", ".txt"), StandardCopyOption.REPLACE_EXISTING);
        for (Path policy : new Path[] {own, folder.resolve("data/../policy"), elsewhere}) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Verify.run(folder, policy, new PrintStream(out, true, StandardCharsets.UTF_8));
            assertEquals(
                    policy != elsewhere,
                    out.toString(StandardCharsets.UTF_8).contains("The keys are the package's own"),
                    policy.toString());
        }
        Files.delete(elsewhere);
    }

    @Test
    void saysWhatItChecked() throws Exception {
        Kit kit = new Kit();
        kit.good(folder);
        BagVerification.Result result = BagVerification.verify(folder, kit.policy(), bytes -> {});
        assertEquals(Kit.EXPORT, result.exportId());
        assertEquals(2, result.items().size());
        assertEquals("巡逻 Zoé 01.mp4", result.items().get(0).fileName());
        assertEquals(kit.entries.size(), result.head().size());
        assertEquals(kit.clock.plusSeconds(60), result.cosignatures().get("jcy"));
        assertTrue(result.bytes() > 200_000);
        String summary = Files.readString(folder.resolve("summary.html"));
        assertTrue(summary.contains("110023"));
        assertFalse(summary.matches("(?s).*\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z.*"), "times are local, without fractions");
        assertTrue(summary.matches("(?s).*\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC[+-]\\d\\d:\\d\\d<.*"));
        assertFalse(summary.contains("Source-Organization"), "the tags of BagIt are said in words");
        assertTrue(summary.contains("<td>出具证据包 exported</td>") && summary.contains("<td>民警 officer 110023</td>"));
        assertFalse(
                summary.matches("(?s).*<td>([a-z]+[A-Z]\\w*|exported|[A-Z]+ \\w+)</td>.*"), "acts and people in words");
        assertTrue(summary.contains("移送单位（盖章）") && summary.contains("接收人"), "there is room for signatures");
    }

    @Test
    void takesTheSameTimestampsAsOpenssl() throws Exception {
        Authority authority = new Authority(java.nio.file.Files.createTempDirectory(folder, "tsa"));
        byte[] stamp = authority.stamp("head\n");
        assertTrue(authority.verifies(stamp, "head\n"));
        assertEquals(
                authority.certificate(),
                org.liuhen.custody.log.Timestamp.verify(stamp, "head\n").certificate());
        org.junit.jupiter.api.Assertions.assertFalse(authority.verifies(stamp, "other\n"));
        org.junit.jupiter.api.Assertions.assertThrows(
                org.liuhen.custody.log.SignedNote.BadNoteException.class,
                () -> org.liuhen.custody.log.Timestamp.verify(stamp, "other\n"));
    }

    @Test
    void asksAnAuthorityForATimestampAndChecksTheAnswer() throws Exception {
        try (Authority authority = new Authority(Files.createTempDirectory(folder, "tsa"));
                Authority other = new Authority(Files.createTempDirectory(folder, "other"))) {
            Policy.Authority named = new Policy.Authority(authority.certificate(), authority.serve());
            byte[] stamp = org.liuhen.custody.log.Timestamp.request(named, "head\n");
            assertTrue(authority.verifies(stamp, "head\n"));
            Policy.Authority wrong = new Policy.Authority(authority.certificate(), other.serve());
            org.junit.jupiter.api.Assertions.assertThrows(
                    org.liuhen.custody.log.SignedNote.BadNoteException.class,
                    () -> org.liuhen.custody.log.Timestamp.request(wrong, "head\n"));
        }
    }
}
