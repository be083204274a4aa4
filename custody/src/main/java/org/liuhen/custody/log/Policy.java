package org.liuhen.custody.log;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.SignedNote.Algorithm;
import org.liuhen.custody.log.SignedNote.Verifier;

/**
 * Whom one trusts, in a text file (C2SP tlog-policy): the logs' keys, the witnesses' keys, and how many witnesses must have
 * seen a head. Some kinds of line are our own: keys that sign packages, keys that were revoked, timestamp authorities.
 *
 * @param logs the keys of logs; a log whose key was changed has several
 * @param exports the keys that sign export packages
 * @param witnesses the witnesses by their name in the policy
 * @param groups the groups by their name: how many of which members
 * @param quorum the witness or group that must have cosigned, or {@code none}
 * @param revoked keys that count no more for heads of more than so many entries
 * @param authorities the timestamp authorities by their name in the policy
 * @param sm2 SM2 keys (SubjectPublicKeyInfo in Base64) of which one must have signed a package, too
 */
public record Policy(
        List<Verifier> logs,
        List<Verifier> exports,
        Map<String, Witness> witnesses,
        Map<String, Group> groups,
        String quorum,
        Map<Verifier, Long> revoked,
        Map<String, Authority> authorities,
        List<String> sm2) {
    private static final String NONE = "none";
    private static final char DELETE = 0x7f;
    private static final String SM2_KEY_BEGIN = "3059301306072a8648ce3d020106082a811ccf5501822d03420004";
    private static final int SM2_KEY_DIGITS = 2 * 91;
    private static final Pattern URL = Pattern.compile(
            "https?://(?:[A-Za-z0-9._-]+|\\[(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}]|\\[::1])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~!$&'()*+,;=:@/-]*)?");

    public Policy {
        logs = List.copyOf(logs);
        exports = List.copyOf(exports);
        witnesses = Map.copyOf(witnesses);
        groups = Map.copyOf(groups);
        revoked = Map.copyOf(revoked);
        authorities = Map.copyOf(authorities);
        sm2 = List.copyOf(sm2);
    }

    /** A timestamp authority (RFC 3161): its certificate's digest, and where it answers, or null. */
    public record Authority(Sha256Digest certificate, URI url) {}

    /** A witness and where it answers; {@code url} is null where nobody has to ask it. */
    public record Witness(Verifier key, URI url) {}

    /** How many of these witnesses or groups have to sign. */
    public record Group(int threshold, List<String> members) {
        public Group {
            members = List.copyOf(members);
        }
    }

    /** A policy without witnesses that trusts this log. */
    public static Policy of(Verifier log) {
        return new Policy(List.of(log), List.of(), Map.of(), Map.of(), NONE, Map.of(), Map.of(), List.of());
    }

    /** Reads a policy. Every line that is not understood is an error: a rule that is passed over protects nobody. */
    public static Policy parse(String text) {
        List<Verifier> logs = new ArrayList<>();
        List<Verifier> exports = new ArrayList<>();
        Map<String, Witness> witnesses = new LinkedHashMap<>();
        Map<String, Group> groups = new LinkedHashMap<>();
        Map<Verifier, Long> revoked = new LinkedHashMap<>();
        Map<String, Authority> authorities = new LinkedHashMap<>();
        List<String> sm2 = new ArrayList<>();
        Set<String> keysOfLogs = new HashSet<>();
        Set<String> keysOfWitnesses = new HashSet<>();
        Set<String> membersOfGroups = new HashSet<>();
        String quorum = null;
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            try {
                List<String> words = words(line);
                switch (words.isEmpty() ? "" : words.get(0)) {
                    case "" -> {}
                    case "log" -> {
                        count(words, 2, 3);
                        url(words, 2);
                        Verifier key = key(words, 1, Algorithm.ED25519);
                        require(
                                keysOfLogs.add(
                                        HexFormat.of().formatHex(key.key().getEncoded())),
                                "this key stands on another log line");
                        logs.add(key);
                    }
                    case "export" -> {
                        count(words, 2, 2);
                        exports.add(key(words, 1, Algorithm.ED25519));
                    }
                    case "witness" -> {
                        count(words, 3, 4);
                        unknown(words.get(1), witnesses, groups);
                        Verifier key = key(words, 2, Algorithm.COSIGNATURE_V1);
                        require(
                                keysOfWitnesses.add(
                                        HexFormat.of().formatHex(key.key().getEncoded())),
                                "two witnesses are not one key: who holds it would count twice");
                        witnesses.put(words.get(1), new Witness(key, url(words, 3)));
                    }
                    case "group" -> {
                        count(words, 4, Integer.MAX_VALUE);
                        unknown(words.get(1), witnesses, groups);
                        groups.put(words.get(1), group(words, witnesses, groups, membersOfGroups));
                    }
                    case "quorum" -> {
                        count(words, 2, 2);
                        require(quorum == null, "there is one quorum");
                        quorum = words.get(1);
                        require(
                                quorum.equals(NONE) || witnesses.containsKey(quorum) || groups.containsKey(quorum),
                                "a quorum is none or a witness or group named above");
                    }
                    case "revoked" -> {
                        count(words, 3, 3);
                        require(words.get(2).matches("0|[1-9][0-9]{0,17}"), "a size is a whole number");
                        Verifier key = key(words.get(1));
                        require(!revoked.containsKey(key), "the key is revoked already");
                        revoked.put(key, Long.parseLong(words.get(2)));
                    }
                    case "sm2" -> {
                        count(words, 2, 2);
                        String key = HexFormat.of().formatHex(Base64Text.decode(words.get(1)));
                        require(
                                key.length() == SM2_KEY_DIGITS && key.startsWith(SM2_KEY_BEGIN),
                                "an SM2 key is a SubjectPublicKeyInfo of an uncompressed point of sm2p256v1");
                        sm2.add(words.get(1));
                    }
                    case "timestamp" -> {
                        count(words, 3, 4);
                        require(!authorities.containsKey(words.get(1)), "the name " + words.get(1) + " is taken");
                        authorities.put(words.get(1), new Authority(new Sha256Digest(words.get(2)), url(words, 3)));
                    }
                    default -> throw new IllegalArgumentException("unknown word");
                }
            } catch (IllegalArgumentException | IndexOutOfBoundsException wrong) {
                throw new IllegalArgumentException("PL-101 line " + number + " of the policy: " + wrong.getMessage()
                        + ". A policy has lines log KEY, export KEY, witness NAME KEY [URL], group NAME COUNT MEMBER...,"
                        + " quorum NAME, revoked KEY SIZE, timestamp NAME SHA256 [URL] and sm2 KEY");
            }
        }
        if (quorum == null) {
            throw new IllegalArgumentException("PL-102 the policy has no line quorum NAME; write: quorum none");
        }
        return new Policy(logs, exports, witnesses, groups, quorum, revoked, authorities, sm2);
    }

    /** The words of a line; a line whose first one begins with # is a comment. Only blanks and tabs part them. */
    private static List<String> words(String line) {
        require(!line.contains("\r"), "it ends as on Windows (CR LF); save the file with lines that end with LF alone");
        require(
                line.chars().noneMatch(c -> (c < ' ' && c != '\t') || c == DELETE),
                "it has a control character other than a tab");
        List<String> words = Arrays.stream(line.split("[ \\t]+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
        return !words.isEmpty() && words.get(0).startsWith("#") ? List.of() : words;
    }

    private static void count(List<String> words, int min, int max) {
        require(words.size() >= min && words.size() <= max, "it has another number of words");
    }

    private static URI url(List<String> words, int at) {
        if (words.size() <= at) {
            return null;
        }
        require(URL.matcher(words.get(at)).matches(), "this is no URL of http or https: " + words.get(at));
        return URI.create(words.get(at));
    }

    private static Verifier key(List<String> words, int at, Algorithm algorithm) {
        Verifier key = key(words.get(at));
        require(key.algorithm() == algorithm, "this line takes a key for " + algorithm);
        return key;
    }

    private static Verifier key(String word) {
        Verifier key = Verifier.parse(word);
        require(key.toString().equals(word), "a key stands in its one form");
        return key;
    }

    private static Group group(
            List<String> words,
            Map<String, Witness> witnesses,
            Map<String, Group> groups,
            Set<String> membersOfGroups) {
        List<String> members = words.subList(3, words.size());
        members.forEach(member ->
                require(witnesses.containsKey(member) || groups.containsKey(member), "no witness or group " + member));
        members.forEach(member ->
                require(membersOfGroups.add(member), member + " is a member already: a witness would count twice"));
        int threshold =
                switch (words.get(2)) {
                    case "any" -> 1;
                    case "all" -> members.size();
                    default -> count(words.get(2));
                };
        require(threshold >= 1 && threshold <= members.size(), "a group needs 1 to " + members.size() + " members");
        return new Group(threshold, members);
    }

    private static int count(String word) {
        require(word.matches("[1-9][0-9]{0,8}"), "a group needs a number, any or all");
        return Integer.parseInt(word);
    }

    private static void unknown(String name, Map<String, Witness> witnesses, Map<String, Group> groups) {
        require(
                !name.equals(NONE) && !witnesses.containsKey(name) && !groups.containsKey(name),
                "the name " + name + " is taken");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException(what);
        }
    }

    /** Which witnesses have seen this head, and when by their own clocks. */
    public Map<String, Instant> cosignatures(SignedNote head) {
        Map<String, Instant> found = new TreeMap<>();
        witnesses.forEach((name, witness) -> head.cosignedAt(witness.key()).ifPresent(time -> found.put(name, time)));
        return found;
    }

    /** Whether enough witnesses have seen this head. */
    public boolean isWitnessed(SignedNote head) {
        return quorum.equals(NONE) || satisfied(quorum, cosignatures(head).keySet());
    }

    private boolean satisfied(String name, Set<String> cosigned) {
        Group group = groups.get(name);
        return group == null
                ? cosigned.contains(name)
                : group.members().stream()
                                .filter(member -> satisfied(member, cosigned))
                                .count()
                        >= group.threshold();
    }

    /** The keys of this log that count for a head of so many entries. */
    public List<Verifier> keysFor(String origin, long size) {
        return logs.stream()
                .filter(key -> key.name().equals(origin))
                .filter(key -> !isRevoked(key, size))
                .toList();
    }

    /** Whether this key counts no more for a head of so many entries. */
    public boolean isRevoked(Verifier key, long size) {
        return revoked.containsKey(key) && size > revoked.get(key);
    }

    /** The policy as text. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        logs.forEach(key -> lines.add("log " + key));
        exports.forEach(key -> lines.add("export " + key));
        new TreeMap<>(witnesses)
                .forEach((name, witness) -> lines.add(
                        "witness " + name + " " + witness.key() + (witness.url() == null ? "" : " " + witness.url())));
        groups.forEach((name, group) ->
                lines.add("group " + name + " " + group.threshold() + " " + String.join(" ", group.members())));
        lines.add("quorum " + quorum);
        revoked.forEach((key, size) -> lines.add("revoked " + key + " " + size));
        new TreeMap<>(authorities)
                .forEach((name, authority) -> lines.add("timestamp " + name + " "
                        + authority.certificate().hex() + (authority.url() == null ? "" : " " + authority.url())));
        sm2.forEach(key -> lines.add("sm2 " + key));
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }
}
