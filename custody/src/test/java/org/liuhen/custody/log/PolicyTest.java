package org.liuhen.custody.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.liuhen.custody.log.SignedNote.Algorithm;
import org.liuhen.custody.log.SignedNote.Signature;
import org.liuhen.custody.log.SignedNote.Signer;

/** Which policies are read, what they mean, and which are refused. */
class PolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final String DIGEST = "0".repeat(64);

    private final Signer log = note("example.org/log");
    private final Signer other = note("example.org/log");
    private final Signer export = note("example.org/export");
    private final List<Signer> witnesses = List.of(witness("w1"), witness("w2"), witness("w3"));

    private static Signer note(String name) {
        return new Signer(name, new Ed25519PrivateKeyParameters(new SecureRandom()));
    }

    private static Signer witness(String name) {
        return new Signer(name, Algorithm.COSIGNATURE_V1, new Ed25519PrivateKeyParameters(new SecureRandom()));
    }

    private String lines(String... more) {
        List<String> lines = new ArrayList<>(List.of("log " + log.verifier()));
        for (Signer witness : witnesses) {
            lines.add("witness " + witness.name() + " " + witness.verifier());
        }
        lines.addAll(List.of(more));
        return String.join("\n", lines) + "\n";
    }

    private SignedNote head(Integer... cosigners) {
        return head(List.of(cosigners));
    }

    private SignedNote head(List<Integer> cosigners) {
        SignedNote note = SignedNote.sign("example.org/log\n1\nx\n", log);
        List<Signature> all = new ArrayList<>();
        for (int cosigner : cosigners) {
            all.add(note.cosign(witnesses.get(cosigner), NOW));
        }
        return note.with(all);
    }

    private void refused(String said, String... lines) {
        String message = assertThrows(IllegalArgumentException.class, () -> Policy.parse(lines(lines)))
                .getMessage();
        assertTrue(message.contains(said), message);
    }

    @Test
    void aPolicyIsReadAsItIsWritten() {
        String text = lines(
                "export " + export.verifier(),
                "group g 2 w1 w2",
                "quorum g",
                "revoked " + log.verifier() + " 7",
                "timestamp t " + DIGEST + " https://time.example/tsa",
                "timestamp u " + DIGEST);
        Policy policy = Policy.parse("# a comment\n\n \t\n" + text.replace("group g", "\tgroup  g"));
        assertEquals(List.of(log.verifier()), policy.logs());
        assertEquals(List.of(export.verifier()), policy.exports());
        assertEquals(Set.of("w1", "w2", "w3"), policy.witnesses().keySet());
        assertEquals(new Policy.Group(2, List.of("w1", "w2")), policy.groups().get("g"));
        assertEquals("g", policy.quorum());
        assertEquals(Map.of(log.verifier(), 7L), policy.revoked());
        assertEquals(
                "https://time.example/tsa", policy.authorities().get("t").url().toString());
        assertNull(policy.authorities().get("u").url());
        assertEquals(policy, Policy.parse(policy.toString()));
        for (String line : text.lines().toList()) {
            assertTrue(policy.toString().contains(line + "\n"), line);
        }
        Policy urls = Policy.parse("log " + log.verifier() + " http://[::1]:80/log\nwitness w "
                + witnesses.get(0).verifier() + " https://w.example\nquorum w\n");
        assertEquals("https://w.example", urls.witnesses().get("w").url().toString());
        assertEquals(urls, Policy.parse(urls.toString().replace("log ", "log ")));
    }

    @Test
    void aPolicyOfOneKeyTrustsThatLogAndAsksForNoWitness() {
        Policy policy = Policy.of(log.verifier());
        assertEquals(List.of(log.verifier()), policy.logs());
        assertTrue(policy.isWitnessed(head()));
        assertEquals(Map.of(), policy.cosignatures(head(0)));
        assertEquals(policy, Policy.parse("log " + log.verifier() + "\nquorum none\n"));
    }

    @Test
    void aQuorumIsMetByEnoughWitnesses() {
        record Case(String group, List<Integer> cosigners, boolean enough) {}
        for (Case one : List.of(
                new Case("group g any w1 w2", List.of(), false),
                new Case("group g any w1 w2", List.of(1), true),
                new Case("group g any w1 w2", List.of(2), false),
                new Case("group g all w1 w2", List.of(0), false),
                new Case("group g all w1 w2", List.of(0, 1), true),
                new Case("group g 2 w1 w2 w3", List.of(0, 2), true),
                new Case("group g 2 w1 w2 w3", List.of(2), false),
                new Case("group h any w1 w2\ngroup g all h w3", List.of(0, 1), false),
                new Case("group h any w1 w2\ngroup g all h w3", List.of(1, 2), true))) {
            Policy policy = Policy.parse(lines(one.group(), "quorum g"));
            assertEquals(one.enough(), policy.isWitnessed(head(one.cosigners())), one.group());
        }
        Policy single = Policy.parse(lines("quorum w2"));
        assertTrue(single.isWitnessed(head(1)));
        assertFalse(single.isWitnessed(head(0, 2)));
        assertEquals(Map.of("w1", NOW, "w3", NOW), single.cosignatures(head(0, 2)));
    }

    @Test
    void aRevokedKeyCountsUpToItsLastSize() {
        Policy policy =
                Policy.parse(lines("log " + other.verifier(), "quorum none", "revoked " + log.verifier() + " 5"));
        assertFalse(policy.isRevoked(log.verifier(), 5));
        assertTrue(policy.isRevoked(log.verifier(), 6));
        assertFalse(policy.isRevoked(other.verifier(), 6));
        assertEquals(List.of(log.verifier(), other.verifier()), policy.keysFor("example.org/log", 5));
        assertEquals(List.of(other.verifier()), policy.keysFor("example.org/log", 6));
        assertEquals(List.of(), policy.keysFor("example.org/another", 1));
    }

    @Test
    void aLineThatIsNotUnderstoodIsRefusedWithItsNumber() {
        refused("line 5 of the policy: unknown word", "logs x");
        refused("CR LF", "quorum none\r");
        refused("control character", "quorum\u0001 none");
        refused("control character", "quorum none\u007f");
        for (String words : new String[] {
            "log",
            "log a b c",
            "export",
            "export a b",
            "witness a",
            "witness a b c d",
            "group a 1",
            "quorum",
            "quorum a b",
            "revoked a",
            "revoked a 1 2",
            "sm2",
            "sm2 a b",
            "timestamp a",
            "timestamp a b c d"
        }) {
            refused("another number of words", words);
        }
        refused("PL-102");
    }

    @Test
    void eachKeyStandsInItsPlaceAndOnce() {
        refused("another log line", "log " + log.verifier());
        refused("takes a key for ED25519", "log " + witnesses.get(0).verifier());
        refused("takes a key for ED25519", "export " + witnesses.get(0).verifier());
        refused("takes a key for COSIGNATURE_V1", "witness w " + export.verifier());
        refused("would count twice", "witness w " + witnesses.get(0).verifier());
        refused("is taken", "witness w1 " + witness("w").verifier());
        refused("is taken", "witness none " + witness("w").verifier());
        refused("a key stands in its one form", "export \u2003" + export.verifier());
        refused("no URL", "log " + other.verifier() + " ftp://x");
        refused("no URL", "witness w " + witness("w").verifier() + " x");
    }

    @Test
    void aGroupHasEnoughMembersAndNoneTwice() {
        refused("no witness or group w9", "group g 1 w9");
        refused("is a member already", "group g 1 w1 w1");
        refused("is a member already", "group g 1 w1", "group h 1 w1");
        refused("1 to 2 members", "group g 3 w1 w2");
        refused("a number, any or all", "group g 0 w1");
        refused("a number, any or all", "group g -1 w1");
        refused("is taken", "group w1 1 w2");
        refused("is taken", "group g 1 w1", "group g 1 w2");
        refused("is taken", "group g 1 w1", "witness g " + witness("w").verifier());
        refused("is taken", "group none 1 w1");
        assertEquals(
                1,
                Policy.parse(lines("group g 1 w1", "quorum g"))
                        .groups()
                        .get("g")
                        .threshold());
    }

    @Test
    void theOtherLinesHaveTheirForm() {
        refused("one quorum", "quorum none", "quorum none");
        refused("named above", "quorum w9");
        refused("whole number", "revoked " + log.verifier() + " 01");
        refused("revoked already", "revoked " + log.verifier() + " 1", "revoked " + log.verifier() + " 1");
        refused("the name t is taken", "timestamp t " + DIGEST, "timestamp t " + DIGEST);
        refused("SHA-256", "timestamp t 00");
        refused("uncompressed point", "sm2 AAAA");
        String key = java.util.Base64.getEncoder()
                .encodeToString(java.util.HexFormat.of()
                        .parseHex("3059301306072a8648ce3d020106082a811ccf5501822d03420004" + "11".repeat(64)));
        Policy policy = Policy.parse(lines("quorum none", "sm2 " + key));
        assertEquals(List.of(key), policy.sm2());
        assertEquals(policy, Policy.parse(policy.toString()));
        refused("uncompressed point", "sm2 " + java.util.Base64.getEncoder().encodeToString(new byte[91]));
    }
}
