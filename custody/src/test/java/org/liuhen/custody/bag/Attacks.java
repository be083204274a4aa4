package org.liuhen.custody.bag;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.ExportEvent.ExportApproved;
import org.liuhen.custody.event.ExportEvent.ExportRequested;
import org.liuhen.custody.event.ExportEvent.Exported;
import org.liuhen.custody.event.PersonalSignature;
import org.liuhen.custody.event.PlayEvent.EndedBy;
import org.liuhen.custody.event.PlayEvent.PlayOpened;
import org.liuhen.custody.event.PlayEvent.Played;
import org.liuhen.custody.event.PlayEvent.Served;
import org.liuhen.custody.event.PlayEvent.Shown;
import org.liuhen.custody.event.SupervisionEvent.HandoverAccepted;
import org.liuhen.custody.event.SupervisionEvent.HandoverOfferedToUnit;
import org.liuhen.custody.event.SupervisionEvent.ReviewOpened;
import org.liuhen.custody.event.SupervisionEvent.ReviewSigned;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.Algorithm;
import org.liuhen.custody.log.SignedNote.Signer;

/**
 * Ways to attack a package or the log behind it, each with a name, what the attacker has, and the faults that every verifier
 * must name: these and no others.
 */
final class Attacks {
    /** What an attacker does, to a fresh kit and an empty folder. */
    @FunctionalInterface
    interface Act {
        void make(Kit kit, Path folder) throws Exception;
    }

    /** One attack. {@code policy} changes what the recipient trusts. */
    record Attack(String name, Set<String> codes, Act act, UnaryOperator<String> policy) {
        /** Makes the folder {@code NAME} below this one: the package {@code bag}, the policy, the expected codes. */
        Path make(Path packages) throws Exception {
            Path folder = packages.resolve(name);
            if (Files.exists(folder)) {
                remove(folder);
            }
            Kit kit = new Kit();
            act.make(kit, folder.resolve("bag"));
            Files.writeString(
                    folder.resolve("policy"), policy.apply(kit.policy().toString()));
            Files.writeString(folder.resolve("expected"), String.join(" ", codes) + "\n");
            return folder;
        }
    }

    private static final String NO_NAME = new Signer("liuhen.org\u00a0x", Algorithm.ED25519, Kit.key(11))
            .verifier()
            .toString();

    private final Map<String, Attack> all = new LinkedHashMap<>();

    private Attacks() {}

    /** Every attack by its name; {@code good-…} are none. */
    static Map<String, Attack> all() {
        Attacks attacks = new Attacks();
        attacks.log("good-package", "", (kit, folder) -> kit.good(folder));
        attacks.filesTouched();
        attacks.manifestsAndTags();
        attacks.proofsAndReceipts();
        attacks.manifestsMadeAnew();
        attacks.byTheExporter();
        attacks.byTheLogsOwner();
        attacks.personalSignatures();
        attacks.byACourier();
        attacks.entriesThatAreNone();
        attacks.timesThatAreNone();
        attacks.oneKeyForTwo();
        attacks.keysAndPolicies();
        attacks.timestamps();
        return attacks.all;
    }

    private void put(String name, String codes, Act act, UnaryOperator<String> policy) {
        TreeSet<String> set = new TreeSet<>();
        for (String code : codes.split(" ", -1)) {
            if (!code.isEmpty()) {
                set.add(code.startsWith("PL-") ? code : "VF-" + code);
            }
        }
        if (all.put(name, new Attack(name, set, act, policy)) != null) {
            throw new IllegalStateException("two attacks are called " + name);
        }
    }

    /** The attacker has the log's key, too: the package is made from a log of his. */
    private void log(String name, String codes, Act act) {
        put(name, codes, act, text -> text);
    }

    /** The attacker has the finished folder and no key. */
    private void files(String name, String codes, Act touch) {
        log(name, codes, (kit, folder) -> {
            kit.good(folder);
            touch.make(kit, folder);
        });
    }

    /** The attacker makes all manifests fit afterwards; the signature stays the old one. */
    private void anew(String name, String codes, Act touch) {
        files(name, codes, (kit, folder) -> {
            touch.make(kit, folder);
            Kit.remanifest(folder, null);
        });
    }

    /** The attacker has the key that signs packages. */
    private void exporter(String name, String codes, Act touch) {
        files(name, codes, (kit, folder) -> {
            touch.make(kit, folder);
            Kit.remanifest(folder, kit.export);
        });
    }

    private static Path a(Path folder, String file) {
        return folder.resolve("data/" + Kit.A + "/" + file);
    }

    private static Path b(Path folder, String file) {
        return folder.resolve("data/" + Kit.B + "/" + file);
    }

    private static Path original(Kit kit, Path folder, EvidenceId id) {
        return folder.resolve(BagWriter.originalPath(id.value(), kit.names.get(id)));
    }

    private static void edit(Path file, UnaryOperator<String> edit) throws IOException {
        String before = Files.readString(file);
        String after = edit.apply(before);
        if (before.equals(after)) {
            throw new IllegalStateException("the attack changes nothing in " + file);
        }
        Files.writeString(file, after);
    }

    private static void lines(Path file, java.util.function.Consumer<List<String>> edit) throws IOException {
        edit(file, text -> {
            List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
            lines.remove(lines.size() - 1);
            edit.accept(lines);
            return String.join("\n", lines) + "\n";
        });
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at < 0 ? bytes.length + at : at] ^= 1;
        Files.write(file, bytes);
    }

    private static void remove(Path folder) throws IOException {
        List<Path> files = new ArrayList<>(Kit.files(folder));
        for (Path file : files) {
            Files.delete(file);
        }
    }

    private void filesTouched() {
        files("original-byte-flipped", "109 205", (kit, folder) -> flip(original(kit, folder, Kit.A), 100_000));
        files("original-last-byte-flipped", "109 205", (kit, folder) -> flip(original(kit, folder, Kit.A), -1));
        files("original-replaced-by-one-of-the-same-size", "109 205", (kit, folder) -> {
            Path file = original(kit, folder, Kit.A);
            Files.write(file, new byte[(int) Files.size(file)]);
        });
        files("original-removed", "203 208", (kit, folder) -> Files.delete(original(kit, folder, Kit.A)));
        files("original-emptied", "109 205", (kit, folder) -> Files.write(original(kit, folder, Kit.A), new byte[0]));
        files(
                "original-grown",
                "109 205",
                (kit, folder) -> Files.write(
                        original(kit, folder, Kit.A), new byte[1], java.nio.file.StandardOpenOption.APPEND));
        files("originals-of-two-items-exchanged", "109 205", (kit, folder) -> {
            Files.write(original(kit, folder, Kit.A), kit.originals.get(Kit.B));
            Files.write(original(kit, folder, Kit.B), kit.originals.get(Kit.A));
        });
        files(
                "original-renamed",
                "203 204",
                (kit, folder) -> Files.move(original(kit, folder, Kit.A), a(folder, "original/other.mp4")));
        files(
                "original-renamed-to-a-name-of-two-lines",
                "203 204",
                (kit, folder) -> Files.move(original(kit, folder, Kit.A), a(folder, "original/x\u2028y")));
        files("original-renamed-to-a-name-that-looks-the-same", "203 204", (kit, folder) -> {
            Path file = original(kit, folder, Kit.A);
            String name = Normalizer.normalize(file.getFileName().toString(), Normalizer.Form.NFD);
            Files.move(file, file.resolveSibling(name));
        });
        files(
                "extra-file-beside-the-items",
                "204",
                (kit, folder) -> Files.writeString(folder.resolve("data/extra.txt"), "extra"));
        files("extra-file-in-an-item", "204 208", (kit, folder) -> Files.writeString(a(folder, "notes.txt"), "extra"));
        files(
                "extra-original",
                "204 208",
                (kit, folder) -> Files.writeString(a(folder, "original/second.mp4"), "extra"));
        files("extra-tag-file", "204", (kit, folder) -> Files.writeString(folder.resolve("readme.txt"), "extra"));
        files("hidden-file", "204", (kit, folder) -> Files.writeString(folder.resolve(".hidden"), "extra"));
        files(
                "description-edited",
                "111 205",
                (kit, folder) -> edit(a(folder, "metadata.json"), text -> text.replace("video/mp4", "audio/amr")));
        files("description-removed", "111 203", (kit, folder) -> Files.delete(a(folder, "metadata.json")));
        files(
                "description-invented",
                "111 204",
                (kit, folder) -> Files.write(b(folder, "metadata.json"), kit.metadata));
        files("trail-removed", "203 207 208", (kit, folder) -> Files.delete(a(folder, "custody.jsonl")));
        files(
                "trail-emptied",
                "107 109 111 116 205 209".replace("107 ", ""),
                (kit, folder) -> Files.writeString(a(folder, "custody.jsonl"), ""));
    }

    private void manifestsAndTags() {
        files(
                "manifest-without-the-original",
                "202 205",
                (kit, folder) -> lines(
                        folder.resolve("manifest-sha256.txt"), lines -> lines.removeIf(line -> line.contains("Zo"))));
        files(
                "manifest-with-another-digest",
                "205",
                (kit, folder) -> edit(
                        folder.resolve("manifest-sha256.txt"),
                        text -> (text.charAt(0) == '0' ? "1" : "0") + text.substring(1)));
        files("manifest-removed", "202 203", (kit, folder) -> Files.delete(folder.resolve("manifest-sha512.txt")));
        files(
                "tag-manifest-removed",
                "202 206",
                (kit, folder) -> Files.delete(folder.resolve("tagmanifest-sha256.txt")));
        files(
                "tag-manifest-edited",
                "205 206",
                (kit, folder) -> edit(
                        folder.resolve("tagmanifest-sha512.txt"),
                        text -> (text.charAt(0) == '0' ? "1" : "0") + text.substring(1)));
        String zero = "0".repeat(64);
        for (Map.Entry<String, String> path : Map.of(
                        "climbs-out", "data/../../etc/passwd",
                        "is-absolute", "/etc/passwd",
                        "is-of-windows", "data\\..\\secret",
                        "names-a-drive", "C:/secret",
                        "names-a-tag-file", "bagit.txt",
                        "names-a-home", "~/secret")
                .entrySet()) {
            files(
                    "manifest-" + path.getKey(),
                    "202 205",
                    (kit, folder) -> edit(
                            folder.resolve("manifest-sha256.txt"),
                            text -> text + zero + "  " + path.getValue() + "\n"));
        }
        files(
                "manifest-names-a-file-twice",
                "202 205",
                (kit, folder) -> edit(
                        folder.resolve("manifest-sha256.txt"),
                        text -> text + text.substring(0, text.indexOf('\n') + 1)));
        files(
                "manifest-with-a-line-that-is-none",
                "202 205",
                (kit, folder) -> edit(folder.resolve("manifest-sha256.txt"), text -> text + "garbage\n"));
        files(
                "manifest-names-a-file-that-is-not-there",
                "202 203 205",
                (kit, folder) ->
                        edit(folder.resolve("manifest-sha256.txt"), text -> text + zero + "  data/missing.mp4\n"));
        files(
                "declaration-of-another-version",
                "201 205",
                (kit, folder) -> edit(folder.resolve("bagit.txt"), text -> text.replace("1.0", "0.97")));
        files("declaration-removed", "201 203", (kit, folder) -> Files.delete(folder.resolve("bagit.txt")));
        files(
                "facts-edited",
                "205",
                (kit, folder) -> edit(folder.resolve("bag-info.txt"), text -> text.replace("site-1", "site-2")));
        files(
                "summary-edited",
                "205",
                (kit, folder) -> edit(folder.resolve("summary.html"), text -> text.replace("110023", "110024")));
        files(
                "graph-edited",
                "205",
                (kit, folder) -> edit(folder.resolve("data/case.jsonld"), text -> text.replace("110023", "110024")));
        files("signature-removed", "206 209", (kit, folder) -> Files.delete(folder.resolve("package.note")));
        files(
                "signature-by-a-stranger",
                "206",
                (kit, folder) -> Kit.sign(folder, new Signer(kit.export.name(), Kit.key(9)), Kit.EXPORT));
        files(
                "signature-that-is-no-note",
                "206 209",
                (kit, folder) -> Files.writeString(folder.resolve("package.note"), "signed"));
        files("signature-of-another-export", "209", (kit, folder) -> Kit.sign(folder, kit.export, "another"));
        files("signature-by-the-logs-key", "206", (kit, folder) -> Kit.sign(folder, kit.log, Kit.EXPORT));
    }

    private void proofsAndReceipts() {
        String proof = "custody.tlog-proof";
        String receipt = "receipt.tlog-proof";
        files("proof-removed", "116 203", (kit, folder) -> Files.delete(a(folder, proof)));
        files(
                "proof-of-the-other-item",
                "116 205",
                (kit, folder) -> Files.write(a(folder, proof), Files.readAllBytes(b(folder, proof))));
        files(
                "proof-for-another-place",
                "116 205",
                (kit, folder) -> edit(a(folder, proof), text -> text.replaceFirst("index [0-9]+", "index 3")));
        files(
                "proof-with-another-hash",
                "116 205",
                (kit, folder) -> lines(a(folder, proof), lines -> lines.set(2, lines.get(3))));
        files("proof-without-a-hash", "116 205", (kit, folder) -> lines(a(folder, proof), lines -> lines.remove(2)));
        files("proof-that-is-none", "116 205", (kit, folder) -> Files.writeString(a(folder, proof), "proof"));
        files(
                "proof-with-bits-that-belong-to-no-byte",
                "116 205",
                (kit, folder) -> lines(
                        a(folder, proof), lines -> lines.set(2, lines.get(2).replaceFirst(".=$", "/="))));
        files(
                "cosignature-removed",
                "115 205",
                (kit, folder) -> lines(a(folder, proof), lines -> lines.removeIf(line -> line.contains("jcy"))));
        files(
                "log-signature-removed",
                "101 205",
                (kit, folder) ->
                        lines(a(folder, proof), lines -> lines.removeIf(line -> line.startsWith("\u2014 liuhen"))));
        files(
                "head-of-another-size",
                "101 115 116 205 211",
                (kit, folder) -> lines(a(folder, proof), lines -> {
                    int origin = lines.indexOf(Kit.LOG.origin());
                    lines.set(origin + 1, Integer.toString(Integer.parseInt(lines.get(origin + 1)) + 7));
                }));
        files(
                "head-of-another-log",
                "101 115 205 211",
                (kit, folder) -> lines(a(folder, proof), lines -> {
                    lines.set(lines.indexOf(Kit.LOG.origin()), "liuhen.org/log/site-2");
                }));
        signatureLine("line-of-nobody-with-spare-bits", "205", line -> "\u2014 nobody AAAAAAB=");
        signatureLine("line-of-nobody-without-padding", "116 205", line -> "\u2014 nobody AAAAAAA");
        signatureLine("line-of-a-name-with-a-space-of-unicode", "116 205", line -> "\u2014 no\u3000body AAAAAAAA");
        signatureLine("line-of-the-witness-that-does-not-hold", "115 205", Attacks::broken);
        files(
                "line-of-the-log-that-does-not-hold",
                "101 205",
                (kit, folder) -> lines(a(folder, proof), lines -> {
                    String log = lines.stream()
                            .filter(line -> line.startsWith("\u2014 liuhen"))
                            .findFirst()
                            .orElseThrow();
                    lines.add(broken(log));
                }));
        files(
                "head-with-an-empty-line",
                "116 205",
                (kit, folder) -> lines(
                        a(folder, proof),
                        lines -> lines.addAll(lines.indexOf(Kit.LOG.origin()) + 3, List.of("", "more"))));
        files("receipt-removed", "203", (kit, folder) -> Files.delete(a(folder, receipt)));
        files(
                "receipt-of-the-other-item",
                "116 205",
                (kit, folder) -> Files.write(a(folder, receipt), Files.readAllBytes(b(folder, receipt))));
        files(
                "receipt-cut",
                "116 205",
                (kit, folder) -> edit(a(folder, receipt), text -> text.substring(0, text.length() / 2)));
        files(
                "receipt-for-an-entry-of-its-own",
                "116 205",
                (kit, folder) -> edit(a(folder, receipt), text -> text.replaceFirst("extra ....", "extra AAAA")));
        files(
                "receipt-without-cosignature",
                "115 205",
                (kit, folder) -> lines(a(folder, receipt), lines -> lines.removeIf(line -> line.contains("jcy"))));
    }

    /** One more signature line below a proof, made from its last one, which is the witness's. */
    private void signatureLine(String name, String codes, UnaryOperator<String> last) {
        files(
                name,
                codes,
                (kit, folder) -> lines(
                        a(folder, "custody.tlog-proof"), lines -> lines.add(last.apply(lines.get(lines.size() - 1)))));
    }

    private static String broken(String line) {
        String[] words = line.split(" ", -1);
        byte[] bytes = java.util.Base64.getDecoder().decode(words[2]);
        bytes[bytes.length - 1] ^= 1;
        return words[0] + " " + words[1] + " " + java.util.Base64.getEncoder().encodeToString(bytes);
    }

    private void manifestsMadeAnew() {
        anew(
                "anew-original-replaced",
                "109 206",
                (kit, folder) -> Files.write(original(kit, folder, Kit.A), new byte[200_000]));
        anew(
                "anew-entry-removed",
                "107 206",
                (kit, folder) -> lines(
                        a(folder, "custody.jsonl"), lines -> lines.removeIf(line -> line.contains("\"viewed\""))));
        anew(
                "anew-entries-reordered",
                "107 206",
                (kit, folder) -> lines(a(folder, "custody.jsonl"), lines -> Collections.swap(lines, 5, 6)));
        anew(
                "anew-entry-edited",
                "107 206",
                (kit, folder) -> edit(a(folder, "custody.jsonl"), text -> text.replace("same scene", "other scene")));
        anew(
                "anew-entry-twice",
                "107 206",
                (kit, folder) -> lines(a(folder, "custody.jsonl"), lines -> lines.add(7, lines.get(6))));
        anew("anew-entry-of-the-other-item", "107 206", (kit, folder) -> {
            String viewed = Files.readAllLines(b(folder, "custody.jsonl")).get(5);
            lines(a(folder, "custody.jsonl"), lines -> lines.add(7, viewed));
        });
        anew(
                "anew-trail-cut-at-its-end",
                "116 206 209",
                (kit, folder) -> lines(a(folder, "custody.jsonl"), lines -> lines.remove(lines.size() - 1)));
        anew(
                "anew-trail-cut-at-its-beginning",
                "107 108 206",
                (kit, folder) -> lines(a(folder, "custody.jsonl"), lines -> lines.remove(0)));
        anew(
                "anew-last-entry-edited",
                "116 206",
                (kit, folder) -> lines(
                        a(folder, "custody.jsonl"),
                        lines -> lines.set(
                                lines.size() - 1, lines.get(lines.size() - 1).replace("检察院", "法院"))));
        anew(
                "anew-entry-not-canonical",
                "106 107 206",
                (kit, folder) -> edit(
                        a(folder, "custody.jsonl"),
                        text -> text.replaceFirst("\"itemSequence\":6", "\"itemSequence\": 6")));
        anew(
                "anew-entry-that-is-no-json",
                "106 107 206",
                (kit, folder) -> lines(a(folder, "custody.jsonl"), lines -> lines.set(6, "{")));
        anew(
                "anew-entry-of-an-unknown-kind",
                "106 107 206",
                (kit, folder) -> edit(a(folder, "custody.jsonl"), text -> text.replace("\"viewed\"", "\"hidden\"")));
        anew("anew-item-removed", "206 207", (kit, folder) -> remove(folder.resolve("data/" + Kit.B)));
        anew("anew-item-added", "107 206 207", (kit, folder) -> {
            Path copy = folder.resolve("data/01jdb3kz0r000000000000000c");
            for (Path file : Kit.files(folder.resolve("data/" + Kit.A))) {
                Kit.write(
                        copy.resolve(
                                folder.resolve("data/" + Kit.A).relativize(file).toString()),
                        Files.readAllBytes(file));
            }
        });
        anew("anew-all-items-removed", "206 207", (kit, folder) -> {
            remove(folder.resolve("data/" + Kit.A));
            remove(folder.resolve("data/" + Kit.B));
        });
        anew("anew-folder-that-is-no-evidence-id", "107 206 207 208", (kit, folder) -> {
            for (Path file : Kit.files(folder.resolve("data/" + Kit.B))) {
                Kit.write(
                        folder.resolve("data/recording-1")
                                .resolve(folder.resolve("data/" + Kit.B)
                                        .relativize(file)
                                        .toString()),
                        Files.readAllBytes(file));
            }
            remove(folder.resolve("data/" + Kit.B));
        });
    }

    private void byTheExporter() {
        exporter(
                "exporter-replaces-an-original",
                "109",
                (kit, folder) -> Files.write(original(kit, folder, Kit.A), new byte[200_000]));
        exporter(
                "exporter-cuts-a-trail",
                "116 209",
                (kit, folder) -> lines(a(folder, "custody.jsonl"), lines -> lines.remove(lines.size() - 1)));
        exporter(
                "exporter-removes-a-view",
                "107",
                (kit, folder) -> lines(
                        a(folder, "custody.jsonl"), lines -> lines.removeIf(line -> line.contains("\"viewed\""))));
        exporter(
                "exporter-names-a-file-to-fetch",
                "202 204",
                (kit, folder) ->
                        Files.writeString(folder.resolve("fetch.txt"), "https://example.com/x - ../../../.profile\n"));
        exporter("exporter-leaves-an-item-out", "207", (kit, folder) -> remove(folder.resolve("data/" + Kit.B)));
        exporter(
                "exporter-edits-a-description",
                "111",
                (kit, folder) -> edit(a(folder, "metadata.json"), text -> text.replace("video/mp4", "audio/amr")));
        exporter(
                "exporter-adds-a-file-to-an-item",
                "208",
                (kit, folder) -> Files.writeString(a(folder, "opinion.txt"), "not on the record"));
        exporter("exporter-uses-an-older-head", "116 209", (kit, folder) -> {
            lines(a(folder, "custody.jsonl"), lines -> {
                while (!lines.get(lines.size() - 1).contains("\"sealed\"")) {
                    lines.remove(lines.size() - 1);
                }
            });
        });
        exporter(
                "exporter-changes-the-recipient",
                "116",
                (kit, folder) -> lines(
                        a(folder, "custody.jsonl"),
                        lines -> lines.set(
                                lines.size() - 1, lines.get(lines.size() - 1).replace("检察院", "法院"))));
    }

    private static void rest(Kit kit, Path folder) throws Exception {
        kit.publishEarly();
        kit.viewAll();
        kit.requestAndApprove();
        kit.exportAll();
        kit.head = kit.publish();
        kit.pack(folder);
    }

    private static SignedNote withoutWitness(SignedNote note) {
        return new SignedNote(note.text(), note.signatures().subList(0, 1));
    }

    /** The log's owner writes opinions in the name of a legal officer whose key he does not have. */
    private void personalSignatures() {
        Ed25519PrivateKeyParameters own = Kit.key(9);
        opinion("good-opinion-that-its-author-signed", "", kit -> kit.opinion(Kit.A, "110099", own));
        opinion("opinion-that-its-author-did-not-sign", "118", kit -> {
            ReviewSigned signed = kit.opinion(Kit.A, "110099", own);
            return new ReviewSigned(signed.context(), signed.reviewId(), "程序违法", signed.signature());
        });
        opinion("opinion-signed-in-another-name", "118", kit -> {
            ReviewSigned signed = kit.opinion(Kit.A, "110098", own);
            EventContext other = kit.by(Kit.officer("110099"), Kit.A, "抽查");
            return new ReviewSigned(other, signed.reviewId(), signed.opinion(), signed.signature());
        });
        opinion("opinion-signed-with-another-key", "118", kit -> {
            ReviewSigned signed = kit.opinion(Kit.A, "110099", own);
            PersonalSignature forged = kit.opinion(Kit.A, "110099", Kit.key(8)).signature();
            return with(
                    signed,
                    new PersonalSignature(
                            signed.signature().publicKey(), signed.signature().seen(), forged.value()));
        });
        opinion(
                "opinion-on-a-history-that-is-not-this-one",
                "118",
                kit -> Kit.sign(kit.opinion(Kit.A, "110099", own), own, Sha256Digest.of(new byte[1])));
        opinion("opinion-on-another-item", "118", kit -> {
            PersonalSignature ofTheOther = kit.opinion(Kit.B, "110099", own).signature();
            return with(kit.opinion(Kit.A, "110099", own), ofTheOther);
        });
        opinion("good-opinion-with-an-empty-purpose", "", kit -> {
            ReviewSigned empty = new ReviewSigned(kit.by(Kit.officer("110099"), Kit.A, ""), "R-1", "程序合法");
            return Kit.sign(
                    empty, own, kit.opinion(Kit.A, "110099", own).signature().seen());
        });
        opinionRaw("opinion-with-a-member-added", "118", kit -> {
            ObjectNode event = tree(kit.opinion(Kit.A, "110099", own));
            return event.put("note", "程序违法");
        });
        opinionRaw("good-opinion-whose-signature-is-null", "", kit -> tree(kit.opinion(Kit.A, "110099", own))
                .putNull("signature"));
        opinion("opinion-with-half-a-signature", "118", kit -> {
            ReviewSigned signed = kit.opinion(Kit.A, "110099", own);
            return with(
                    signed,
                    new PersonalSignature(
                            null, signed.signature().seen(), signed.signature().value()));
        });
    }

    private static ReviewSigned with(ReviewSigned event, PersonalSignature signature) {
        return new ReviewSigned(event.context(), event.reviewId(), event.opinion(), signature);
    }

    private static ObjectNode tree(ReviewSigned event) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(CanonicalJson.encode(event));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void opinion(String name, String codes, Function<Kit, ReviewSigned> opinion) {
        opinionRaw(name, codes, kit -> tree(opinion.apply(kit)));
    }

    private void opinionRaw(String name, String codes, Function<Kit, ObjectNode> opinion) {
        log(name, codes, (kit, folder) -> {
            kit.arriveAll();
            kit.publishEarly();
            kit.add(new ReviewOpened(kit.by(Kit.officer("110099"), Kit.A, null), "R-1"));
            kit.addRaw(Kit.A.value(), CanonicalJson.canonical(opinion.apply(kit)));
            kit.requestAndApprove();
            kit.exportAll();
            kit.head = kit.publish();
            kit.pack(folder);
        });
    }

    /** 110024 plays a recording; the end of it stands in this person's name. */
    private static void playing(Kit kit, Path folder, String endedBy) throws Exception {
        kit.arriveAll();
        kit.publishEarly();
        kit.add(new PlayOpened(kit.by(Kit.officer("110024"), Kit.A, null), "P-1"));
        kit.add(new Played(
                kit.by(Kit.officer(endedBy), Kit.A, null),
                "P-1",
                List.of(new Shown(12_000, 220_000), new Shown(300_000, 300_040)),
                List.of(new Served(0, 1)),
                null,
                EndedBy.PLAYER));
        kit.requestAndApprove();
        kit.exportAll();
        kit.head = kit.publish();
        kit.pack(folder);
    }

    /** An item offered to the office of the giver, taken over by this person of this unit. */
    private static void handover(Kit kit, Path folder, String takenBy, String unit) throws Exception {
        kit.arriveAll();
        kit.publishEarly();
        kit.add(new HandoverOfferedToUnit(kit.by(Kit.officer("110023"), Kit.A, null), "H-1", "京朝00"));
        Actor taker = new Actor(Actor.Kind.PROSECUTOR, takenBy, unit, "password");
        kit.add(new HandoverAccepted(kit.by(taker, Kit.A, null), "H-1"));
        kit.requestAndApprove();
        kit.exportAll();
        kit.head = kit.publish();
        kit.pack(folder);
    }

    private void byTheLogsOwner() {
        log("rewritten-log-that-no-witness-saw", "115", (kit, folder) -> {
            kit.arriveAll();
            kit.publishEarly();
            kit.requestAndApprove(); // without the views
            kit.exportAll();
            kit.head = withoutWitness(kit.publish());
            kit.pack(folder);
        });
        log("rewritten-log-with-the-cosignature-of-the-true-one", "115", (kit, folder) -> {
            Kit truth = new Kit();
            truth.good(Files.createTempDirectory("truth"));
            kit.arriveAll();
            kit.publishEarly();
            kit.requestAndApprove();
            kit.exportAll();
            kit.head = withoutWitness(kit.publish())
                    .with(List.of(truth.head.signatures().get(1)));
            kit.pack(folder);
        });
        log("cosignature-with-another-time", "115", (kit, folder) -> {
            kit.good(folder);
            for (String proof : new String[] {"a", "b"}) {
                Path file = proof.equals("a") ? a(folder, "custody.tlog-proof") : b(folder, "custody.tlog-proof");
                lines(file, lines -> {
                    String[] words = lines.get(lines.size() - 1).split(" ", -1);
                    byte[] bytes = java.util.Base64.getDecoder().decode(words[2]);
                    bytes[11] ^= 1;
                    lines.set(
                            lines.size() - 1,
                            words[0] + " " + words[1] + " "
                                    + java.util.Base64.getEncoder().encodeToString(bytes));
                });
            }
            Kit.remanifest(folder, kit.export);
        });
        log("two-heads-of-one-size", "115 211", (kit, folder) -> {
            Kit other = new Kit();
            other.good(folder);
            kit.originals.put(Kit.A, kit.originals.get(Kit.A).clone());
            kit.arriveAll();
            kit.publishEarly();
            kit.originals
                    .keySet()
                    .forEach(id -> kit.add(new org.liuhen.custody.event.CustodyEvent.Viewed(
                            kit.by(Kit.officer("110024"), id, "nothing"))));
            kit.requestAndApprove();
            kit.exportAll();
            kit.head = withoutWitness(kit.publish());
            Path second = Files.createTempDirectory("second");
            kit.pack(second);
            for (Path file : Kit.files(second.resolve("data/" + Kit.B))) {
                Files.write(folder.resolve(second.relativize(file).toString()), Files.readAllBytes(file));
            }
            Kit.remanifest(folder, kit.export);
        });
        log("good-playing", "", (kit, folder) -> playing(kit, folder, "110024"));
        log("playing-ended-by-another-person", "108", (kit, folder) -> playing(kit, folder, "110025"));
        log("good-handover-to-an-office", "", (kit, folder) -> handover(kit, folder, "110024", "京朝甲"));
        log("handover-to-an-office-taken-by-another", "108", (kit, folder) -> handover(kit, folder, "110024", "京"));
        log(
                "handover-to-an-office-taken-without-a-unit",
                "108",
                (kit, folder) -> handover(kit, folder, "110024", null));
        log("handover-to-an-office-taken-by-the-giver", "108", (kit, folder) -> handover(kit, folder, "110023", "京朝"));
        log("clock-set-back", "212", (kit, folder) -> {
            kit.arriveAll();
            kit.clock = kit.clock.minus(Duration.ofHours(1));
            rest(kit, folder);
        });
        log("good-clock-corrected-by-seconds", "", (kit, folder) -> {
            kit.arriveAll();
            kit.clock = kit.clock.minusSeconds(20);
            rest(kit, folder);
        });
        log("witness-saw-it-before-it-happened", "212", (kit, folder) -> {
            kit.arriveAll();
            kit.publishEarly();
            kit.viewAll();
            kit.requestAndApprove();
            kit.exportAll();
            SignedNote note = withoutWitness(kit.publish());
            kit.head = note.with(List.of(note.cosign(kit.witness, kit.clock.minus(Duration.ofHours(1)))));
            kit.pack(folder);
        });
        log("export-without-approval", "108", (kit, folder) -> {
            kit.arriveAll();
            kit.publishEarly();
            for (EvidenceId id : kit.originals.keySet()) {
                kit.add(new ExportRequested(
                        kit.by(Kit.officer("110023"), id, "trial"), Kit.EXPORT, "检察院", 2, kit.itemsDigest()));
            }
            kit.exportAll();
            kit.head = kit.publish();
            kit.pack(folder);
        });
        log("export-approved-by-the-one-who-asked", "108", (kit, folder) -> {
            kit.arriveAll();
            kit.publishEarly();
            for (EvidenceId id : kit.originals.keySet()) {
                kit.add(new ExportRequested(
                        kit.by(Kit.officer("110023"), id, "trial"), Kit.EXPORT, "检察院", 2, kit.itemsDigest()));
                kit.add(new ExportApproved(kit.by(Kit.officer("110023"), id, null), Kit.EXPORT));
            }
            kit.exportAll();
            kit.head = kit.publish();
            kit.pack(folder);
        });
        log("sealed-before-it-was-read-back", "108", (kit, folder) -> {
            byte[] bytes = kit.originals.get(Kit.A);
            Sha256Digest digest = Sha256Digest.of(bytes);
            kit.add(new Declared(
                    kit.by(Kit.officer("110023"), Kit.A, null),
                    kit.names.get(Kit.A),
                    null,
                    digest,
                    bytes.length,
                    List.of(),
                    null));
            kit.add(new Sealed(
                    kit.by(Kit.officer("110023"), Kit.A, null),
                    kit.object(Kit.A),
                    bytes.length,
                    digest,
                    Kit.START,
                    "nobody"));
            // From here on the trail is the usual one, but its item was declared before.
            kit.arriveAll();
            rest(kit, folder);
        });
        log("export-with-the-digest-of-other-bytes", "109", (kit, folder) -> {
            kit.arriveAll();
            kit.publishEarly();
            kit.viewAll();
            kit.requestAndApprove();
            kit.originals.put(Kit.A, "other bytes".getBytes(StandardCharsets.UTF_8));
            kit.exportAll();
            kit.head = kit.publish();
            kit.pack(folder);
        });
        log("export-that-names-other-items", "207", (kit, folder) -> {
            kit.arriveAll();
            kit.publishEarly();
            kit.requestAndApprove();
            for (EvidenceId id : kit.originals.keySet()) {
                kit.add(new Exported(
                        kit.by(Kit.officer("110023"), id, null),
                        Kit.EXPORT,
                        "检察院",
                        2,
                        Sha256Digest.of(new byte[0]),
                        Sha256Digest.of(kit.originals.get(id))));
            }
            kit.head = kit.publish();
            kit.pack(folder);
        });
        log("export-that-names-more-items", "207", (kit, folder) -> {
            kit.arriveAll();
            kit.publishEarly();
            kit.requestAndApprove();
            for (EvidenceId id : kit.originals.keySet()) {
                kit.add(new Exported(
                        kit.by(Kit.officer("110023"), id, null),
                        Kit.EXPORT,
                        "检察院",
                        3,
                        kit.itemsDigest(),
                        Sha256Digest.of(kit.originals.get(id))));
            }
            kit.head = kit.publish();
            kit.pack(folder);
        });
        log("record-that-continues-behind-the-export", "209", (kit, folder) -> {
            kit.arriveAll();
            kit.publishEarly();
            kit.requestAndApprove();
            kit.exportAll();
            kit.viewAll();
            kit.head = kit.publish();
            kit.pack(folder);
        });
    }

    /** A courier without any key adds what looks like a part of the package. */
    private void byACourier() {
        for (String path : List.of(
                "tagmanifest-READ-ME-FIRST.html",
                "tagmanifest-more/original/second.mp4",
                "tagmanifest-md5.txt",
                "package.note.txt")) {
            files(
                    "courier-adds-" + path.replace('/', '-'),
                    "204",
                    (kit, folder) -> Kit.write(folder.resolve(path), "extra".getBytes(StandardCharsets.UTF_8)));
        }
        files(
                "courier-adds-an-sm2-signature",
                "206",
                (kit, folder) -> Files.writeString(folder.resolve("package.sm2"), "junk"));
        files(
                "manifest-with-a-byte-order-mark",
                "202 205",
                (kit, folder) -> edit(folder.resolve("manifest-sha256.txt"), text -> "\ufeff" + text));
        files("manifest-that-is-not-utf-8", "202 205", (kit, folder) -> {
            Path manifest = folder.resolve("manifest-sha512.txt");
            Files.write(manifest, new byte[] {(byte) 0xff}, java.nio.file.StandardOpenOption.APPEND);
        });
        exporter(
                "exporter-adds-a-line-to-a-proof",
                "116",
                (kit, folder) -> lines(
                        a(folder, "custody.tlog-proof"), lines -> lines.add(1, "extra bm90IG9uIHRoZSByZWNvcmQ=")));
        files("witness-with-a-clock-at-the-end-of-all-numbers", "115 205", (kit, folder) -> {
            for (Path proof : List.of(a(folder, "custody.tlog-proof"), b(folder, "custody.tlog-proof"))) {
                edit(proof, text -> {
                    String head = text.substring(text.indexOf("\n\n") + 2);
                    SignedNote note = SignedNote.sign(head.substring(0, head.indexOf("\n\n") + 1), kit.log);
                    return text.substring(0, text.indexOf("\n\n") + 2)
                            + note.with(List.of(Mutants.cosigned(note, kit.witness, Long.MAX_VALUE)));
                });
            }
        });
    }

    /** The log's owner lets this stand in the log where the entry of a viewing would be, or of another kind. */
    private void entry(String name, String codes, String kind, UnaryOperator<String> edit) {
        log(name, codes, (kit, folder) -> {
            Kit good = new Kit();
            good.good(folder);
            kit.touch = bytes -> {
                String text = new String(bytes, StandardCharsets.UTF_8);
                if (!text.contains("\"eventType\":\"" + kind + "\"")) {
                    return bytes;
                }
                String after = edit.apply(text);
                if (after.equals(text)) {
                    throw new IllegalStateException("the attack changes nothing in " + text);
                }
                return after.getBytes(StandardCharsets.UTF_8);
            };
            kit.arriveAll();
            kit.publishEarly();
            kit.viewAll();
            kit.requestAndApprove();
            kit.exportAll();
            kit.head = kit.publish();
            Map<String, byte[]> files = new java.util.TreeMap<>();
            for (Path file : Kit.files(folder)) {
                files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
            kit.putTrails(files);
            Kit.remanifest(files, kit.export);
            remove(folder);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Kit.write(folder.resolve(file.getKey()), file.getValue());
            }
        });
    }

    private static UnaryOperator<String> first(String regex, String text) {
        return entry -> entry.replaceFirst(regex, text);
    }

    private void entriesThatAreNone() {
        entry("verified-without-object", "106 108 109", "verified", first("\"object\":\\{[^}]*},", ""));
        entry("sealed-until-never", "106", "sealed", first("\"retainUntil\":\"[^\"]*\"", "\"retainUntil\":\"never\""));
        entry(
                "occurred-at-no-time",
                "106",
                "viewed",
                first("\"occurredAt\":\"[^\"]*\"", "\"occurredAt\":\"yesterday\""));
        entry("actor-of-no-kind", "106", "viewed", first("\"kind\":\"OFFICER\"", "\"kind\":\"KING\""));
        entry("actor-of-kind-0", "106", "viewed", first("\"kind\":\"OFFICER\"", "\"kind\":0"));
        entry("actor-of-a-kind-with-a-blank", "106", "viewed", first("\"kind\":\"OFFICER\"", "\"kind\":\" OFFICER\""));
        entry("actor-with-a-hidden-character", "106", "viewed", first("\"id\":\"110024\"", "\"id\":\"110024\u202e\""));
        entry("recorded-without-zone", "106", "viewed", first("(\"recordedAt\":\"[^\"]*)Z\"", "$1\""));
        entry("recorded-on-30-february", "106", "viewed", first("(\"recordedAt\":\")[^T]*", "$12024-02-30"));
        entry("event-of-version-0", "106", "viewed", first("\"schemaVersion\":1", "\"schemaVersion\":0"));
        entry(
                "member-twice",
                "106",
                "viewed",
                first("\"eventType\":\"viewed\"", "\"eventType\":\"viewed\",\"eventType\":\"viewed\""));
        entry(
                "number-that-is-not-exact",
                "106",
                "viewed",
                first("\"schemaVersion\":1", "\"schemaVersion\":1,\"zz\":9007199254740993"));
        entry(
                "half-a-character",
                "106",
                "viewed",
                first("\"schemaVersion\":1", "\"schemaVersion\":1,\"zz\":\"\\\\ud83d\""));
        entry("case-in-another-unicode-form", "106", "linkedToCase", first("（2022）", "e\u0301（2022）"));
        entry(
                "good-unknown-member",
                "",
                "viewed",
                first("\"schemaVersion\":1", "\"schemaVersion\":1,\"zz\":[1.5,1e+21,\"\u0085\",null]"));
        for (String signature : List.of("0", "\"\"", "false", "[]")) {
            entry(
                    "signature-that-is-" + signature.replace("\"", "'"),
                    "106 108",
                    "exportRequested",
                    text -> text.replace("\"exportRequested\"", "\"reviewSigned\"")
                            .replace(
                                    "\"schemaVersion\":1",
                                    "\"opinion\":\"x\",\"reviewId\":\"R\",\"schemaVersion\":1,\"signature\":"
                                            + signature));
        }
        opinion("opinion-with-a-key-of-small-order", "118", kit -> {
            ReviewSigned signed = kit.opinion(Kit.A, "110099", Kit.key(9));
            byte[] neutral = new byte[64];
            neutral[0] = 1;
            java.util.Base64.Encoder base64 = java.util.Base64.getEncoder();
            return with(
                    signed,
                    new PersonalSignature(
                            base64.encodeToString(Arrays.copyOf(neutral, 32)),
                            signed.signature().seen(),
                            base64.encodeToString(neutral)));
        });
    }

    private void timesThatAreNone() {
        entry(
                "viewed-in-2099",
                "212",
                "viewed",
                first("\"occurredAt\":\"[^\"]*\"", "\"occurredAt\":\"2099-01-01T00:00:00Z\""));
        entry(
                "exported-in-2099",
                "212",
                "exported",
                first("\"recordedAt\":\"[^\"]*\"", "\"recordedAt\":\"2099-01-01T00:00:00Z\""));
        log("whole-log-of-2099", "212", (kit, folder) -> {
            kit.clock = java.time.Instant.parse("2099-01-01T00:00:00Z");
            kit.good(folder);
        });
        entry(
                "back-by-five-minutes-and-a-nanosecond",
                "212",
                "sealed",
                first("(\"recordedAt\":\")[^\"]*Z", "$12024-11-24T07:54:59.999999999Z"));
    }

    private void oneKeyForTwo() {
        String jcy =
                "witness jcy " + new Signer("jcy.example/w1", Algorithm.COSIGNATURE_V1, Kit.key(3)).verifier() + "\n";
        String other = "witness other "
                + new Signer("other.example/w1", Algorithm.COSIGNATURE_V1, Kit.key(3)).verifier() + "\n";
        String court = "witness court "
                + new Signer("court.example/w2", Algorithm.COSIGNATURE_V1, Kit.key(7)).verifier() + "\n";
        for (Map.Entry<String, String> lines : Map.of(
                        "two-witnesses-with-one-key", jcy + other + "group g all jcy other\nquorum g\n",
                        "one-witness-twice-in-a-group", jcy + "group g 2 jcy jcy\nquorum g\n",
                        "one-witness-in-two-groups", jcy + court + "group g any jcy court\ngroup h 2 jcy g\nquorum h\n",
                        "quorum-of-nobody", jcy + "quorum court\n",
                        "two-quorums", jcy + "quorum none\nquorum jcy\n",
                        "line-with-a-word-more", jcy + "quorum jcy none\n",
                        "comment-behind-a-line", jcy + "quorum jcy # the office\n",
                        "control-character-in-a-comment", jcy + "#\u007f\nquorum jcy\n",
                        "no-break-space-in-a-key-name", jcy + "quorum jcy\nexport " + NO_NAME + "\n")
                .entrySet()) {
            put(
                    "policy-with-" + lines.getKey(),
                    "PL-101",
                    (kit, folder) -> kit.good(folder),
                    text -> text.replaceFirst("(?s)witness jcy.*", "") + lines.getValue());
        }
        put(
                "policy-with-one-log-twice",
                "PL-101",
                (kit, folder) -> kit.good(folder),
                text -> text
                        + text.lines()
                                .filter(line -> line.startsWith("log "))
                                .findFirst()
                                .orElseThrow() + "\n");
        put(
                "good-policy-with-comment-lines",
                "",
                (kit, folder) -> kit.good(folder),
                text -> "#\n \t# quorum none \u3000\n\n" + text + "\t\n");
        put(
                "policy-without-quorum",
                "PL-102",
                (kit, folder) -> kit.good(folder),
                text -> text.replace("quorum jcy\n", ""));
    }

    private void keysAndPolicies() {
        log("log-signed-anew-with-another-key", "101", (kit, folder) -> {
            kit.log = kit.stranger;
            kit.good(folder);
        });
        log("witness-of-the-same-name-with-another-key", "115", (kit, folder) -> {
            kit.witness = new Signer("jcy.example/w1", Algorithm.COSIGNATURE_V1, Kit.key(8));
            kit.good(folder);
        });
        log("package-signed-with-another-key", "206", (kit, folder) -> {
            kit.export = new Signer("liuhen.org/export/site-1", Kit.key(9));
            kit.good(folder);
        });
        Kit keys = new Kit();
        put(
                "old-key-used-after-its-revocation",
                "210",
                (kit, folder) -> kit.good(folder),
                text -> text + "revoked " + keys.log.verifier() + " 3\n");
        put(
                "good-old-key-used-before-its-revocation",
                "",
                (kit, folder) -> kit.good(folder),
                text -> text + "revoked " + keys.log.verifier() + " 1000\n");
        put(
                "export-key-used-after-its-revocation",
                "210",
                (kit, folder) -> kit.good(folder),
                text -> text + "revoked " + keys.export.verifier() + " 0\n");
        put(
                "good-key-rotated-and-both-trusted",
                "",
                (kit, folder) -> kit.good(folder),
                text -> "log " + keys.stranger.verifier() + "\n" + text);
        put(
                "too-few-witnesses",
                "115",
                (kit, folder) -> kit.good(folder),
                text -> text.replace(
                        "quorum jcy\n",
                        "witness court "
                                + new Signer("court.example/w2", Algorithm.COSIGNATURE_V1, Kit.key(7)).verifier()
                                + "\ngroup both all jcy court\nquorum both\n"));
        put(
                "good-one-witness-of-two",
                "",
                (kit, folder) -> kit.good(folder),
                text -> text.replace(
                        "quorum jcy\n",
                        "witness court "
                                + new Signer("court.example/w2", Algorithm.COSIGNATURE_V1, Kit.key(7)).verifier()
                                + "\ngroup one any jcy court\nquorum one\n"));
    }

    private static final Authority TIME = authority();
    private static final Authority OTHER_TIME = authority();

    private static Authority authority() {
        try {
            return new Authority(Files.createTempDirectory("authority"));
        } catch (Exception failed) {
            throw new IllegalStateException("openssl is needed: it makes the timestamps that are attacked", failed);
        }
    }

    /** A package made now, since the authority's clock is the true one. */
    private void stamped(String name, String codes, Act stamp, boolean asked) {
        put(
                name,
                codes,
                (kit, folder) -> {
                    kit.clock = java.time.Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
                    kit.arriveAll();
                    rest(kit, folder);
                    stamp.make(kit, folder);
                    Kit.remanifest(folder, kit.export);
                },
                text -> asked ? text + "timestamp time " + certificate() + "\n" : text);
    }

    private static String certificate() {
        try {
            return TIME.certificate().hex();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void put(Path folder, byte[] stamp) throws IOException {
        Kit.write(folder.resolve("data/timestamps/time.tsr"), stamp);
    }

    private void timestamps() {
        stamped("good-timestamp", "", (kit, folder) -> put(folder, TIME.stamp(kit.head.text())), true);
        stamped(
                "good-timestamp-nobody-asked-for",
                "",
                (kit, folder) -> put(folder, TIME.stamp(kit.head.text())),
                false);
        stamped(
                "good-timestamp-with-its-certificate-twice",
                "",
                (kit, folder) -> put(folder, TIME.stampWithItsCertificateTwice(kit.head.text())),
                true);
        stamped("timestamp-missing", "213", (kit, folder) -> {}, true);
        stamped("timestamp-of-another-head", "213", (kit, folder) -> put(folder, TIME.stamp(kit.early.text())), true);
        stamped(
                "timestamp-of-another-head-nobody-asked-for",
                "213",
                (kit, folder) -> put(folder, TIME.stamp(kit.early.text())),
                false);
        stamped(
                "timestamp-by-another-authority",
                "213",
                (kit, folder) -> put(folder, OTHER_TIME.stamp(kit.head.text())),
                true);
        stamped(
                "timestamp-with-another-time",
                "213",
                (kit, folder) -> {
                    byte[] stamp = TIME.stamp(kit.head.text());
                    String text = new String(stamp, StandardCharsets.ISO_8859_1);
                    int at = text.indexOf("20", text.indexOf("\u0018\u000f20"))
                            + 3; // GeneralizedTime, the last digit of the year
                    stamp[at] = '5';
                    put(folder, stamp);
                },
                true);
        stamped(
                "timestamp-with-a-broken-signature",
                "213",
                (kit, folder) -> {
                    byte[] stamp = TIME.stamp(kit.head.text());
                    stamp[stamp.length - 9] ^= 1;
                    put(folder, stamp);
                },
                true);
        stamped("timestamp-that-is-none", "213", (kit, folder) -> put(folder, new byte[100]), true);
        put(
                "timestamp-before-it-happened",
                "212",
                (kit, folder) -> {
                    kit.clock = java.time.Instant.now().plus(Duration.ofDays(1));
                    kit.arriveAll();
                    rest(kit, folder);
                    put(folder, TIME.stamp(kit.head.text()));
                    Kit.remanifest(folder, kit.export);
                },
                text -> text + "timestamp time " + certificate() + "\n");
    }
}
