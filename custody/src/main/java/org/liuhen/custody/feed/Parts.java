package org.liuhen.custody.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.DurableFile;
import org.liuhen.custody.log.SignedNote.Algorithm;
import org.liuhen.custody.log.SignedNote.Verifier;

/**
 * Whose events count: the public keys of the parts, in a text file whose lines are only ever added, so that a feed read from its beginning says
 * the same as before.
 *
 * <pre>
 * part KEY [LOG]            this part's key (name+hash+key), for one log or for all
 * ended KEY LOG OFFSET      the key counts in this log below this offset of its partition only
 * unsigned LOG OFFSET       what stands in this log below this offset was fed before parts signed, or written again from the log, and counts
 * </pre>
 */
public final class Parts {
    /** In the place of a part's name: fed before parts signed, or written again from the published log. */
    public static final String UNSIGNED = "unsigned";

    /** In the place of a part's name: signed by no key that counts. */
    public static final String NOBODY = "";

    private record Key(Part part, Verifier key, String log) {
        boolean isFor(String other) {
            return log == null || log.equals(other);
        }
    }

    private final Map<Integer, List<Key>> keys = new HashMap<>();
    private final Map<String, Long> ended = new HashMap<>();
    private final Map<String, Long> unsigned = new HashMap<>();

    private Parts() {}

    /** Reads the list. A line that is not understood is an {@link IllegalArgumentException}: one that is passed over would let something in. */
    public static Parts parse(String text) {
        Parts parts = new Parts();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            try {
                parts.take(line.replaceFirst("#.*", "").strip());
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(
                        "FD-103 line " + number + " of the parts' keys: " + wrong.getMessage(), wrong);
            }
        }
        return parts;
    }

    /**
     * Makes the keys of all parts in a folder of keys, where they are not there yet, and a list of them. A key that is not in the list yet is
     * added, and nothing is ever taken away. The list is begun before the first key is made, so keys without a list mean that the list was lost:
     * that is {@link #lost}.
     *
     * @param first how a new list begins
     * @return the list
     */
    public static String listAll(Path keys, String first) throws IOException {
        Path file = file(keys);
        if (!Files.exists(file)) {
            if (Arrays.stream(Part.values()).anyMatch(part -> PartKey.exists(keys, part))) {
                throw lost(keys);
            }
            Files.createDirectories(PartKey.folder(keys));
            DurableFile.replace(file, first.getBytes(StandardCharsets.UTF_8));
        }
        List<String> lines = new ArrayList<>();
        for (Part part : Part.values()) {
            lines.add(PartKey.readOrCreate(keys, part).line());
        }
        String there = Files.readString(file);
        lines.removeAll(there.lines().toList());
        String all = there + lines.stream().map(line -> line + "\n").collect(Collectors.joining());
        if (!lines.isEmpty()) {
            DurableFile.replace(file, all.getBytes(StandardCharsets.UTF_8));
        }
        return all;
    }

    /**
     * Changes the list in this folder of keys for a feed that was written again from the published logs: all that stands in it below these
     * offsets counts, and a key that had ended counts no more. The offsets of the feed before mean nothing in this one. The list as it was is
     * kept beside it, with the second at its end.
     *
     * @param unsigned each log with the offset at which its partition ends, once it is written
     */
    public static void restored(Path keys, Map<String, Long> unsigned) throws IOException {
        String before = read(keys);
        StringBuilder all = new StringBuilder();
        for (String line : before.lines().toList()) {
            List<String> words = List.of(line.replaceFirst("#.*", "").strip().split("\\s+", -1));
            if (words.get(0).equals("ended")) {
                all.append(String.join(" ", "ended", words.get(1), words.get(2), "0\n"));
            } else if (!words.get(0).equals("unsigned")) {
                all.append(line).append('\n');
            }
        }
        unsigned.forEach((log, offset) ->
                all.append(String.join(" ", "unsigned", log, offset.toString())).append('\n'));
        parse(all.toString());
        Path kept = file(keys)
                .resolveSibling(PartKey.LIST + ".before-" + Instant.now().getEpochSecond());
        DurableFile.replace(kept, before.getBytes(StandardCharsets.UTF_8));
        DurableFile.replace(file(keys), all.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Path file(Path keys) {
        return PartKey.folder(keys).resolve(PartKey.LIST);
    }

    /** Whether there is a list in this folder of keys. */
    public static boolean listed(Path keys) {
        return Files.exists(file(keys));
    }

    /** The list in this folder of keys, for a job, which makes none. */
    public static String read(Path keys) throws IOException {
        if (!listed(keys)) {
            throw lost(keys);
        }
        return Files.readString(file(keys));
    }

    /** That there is no list where there has to be one. A new one would make other events count than those that count on the record. */
    public static IOException lost(Path keys) {
        return new IOException("FD-104 the list of the parts' keys is missing: " + file(keys)
                + ". Put it back from its backup, or from another folder that has it; where none has, write it as docs/operations/keys.md"
                + " says. Only where nothing was ever fed: make an empty file there");
    }

    private void take(String line) {
        List<String> words = new ArrayList<>(Arrays.asList(line.split("\\s+", -1)));
        String kind = words.remove(0);
        switch (kind) {
            case "" -> {}
            case "part" -> {
                require(words.size() == 1 || words.size() == 2, "it reads: part KEY [LOG]");
                Verifier key = Verifier.parse(words.get(0));
                require(key.algorithm() == Algorithm.ED25519, "a part's key is an Ed25519 key");
                Part part = Part.of(key.name())
                        .orElseThrow(() -> new IllegalArgumentException("there is no part " + key.name()));
                String log = words.size() == 1 ? null : new LogName(words.get(1)).value();
                keys.computeIfAbsent(key.keyHash(), hash -> new ArrayList<>()).add(new Key(part, key, log));
            }
            case "ended" -> {
                require(words.size() == 3, "it reads: ended KEY LOG OFFSET");
                String key = Verifier.parse(words.get(0)) + " " + new LogName(words.get(1)).value();
                require(ended.putIfAbsent(key, offset(words.get(2))) == null, "this key ended in this log already");
            }
            case "unsigned" -> {
                require(words.size() == 2, "it reads: unsigned LOG OFFSET");
                String log = new LogName(words.get(0)).value();
                require(unsigned.putIfAbsent(log, offset(words.get(1))) == null, "this log began to be signed already");
            }
            default -> throw new IllegalArgumentException("it begins with part, ended or unsigned");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static long offset(String digits) {
        require(digits.matches("0|[1-9][0-9]{0,17}"), "an offset is a whole number");
        return Long.parseLong(digits);
    }

    /**
     * Who fed this event: the name of a part, {@link #UNSIGNED} or {@link #NOBODY}.
     *
     * @param signature the value of the header {@link PartKey#HEADER}, or null
     * @param offset where it stands in its partition
     */
    public String whoFed(String log, byte[] event, byte[] signature, long offset) {
        if (offset < unsigned.getOrDefault(log, 0L)) {
            return UNSIGNED;
        }
        if (signature == null || signature.length != PartKey.BYTES) {
            return NOBODY;
        }
        byte[] message = PartKey.message(log, event);
        byte[] ed25519 = Arrays.copyOfRange(signature, 4, signature.length);
        for (Key key : keys.getOrDefault(ByteBuffer.wrap(signature).getInt(), List.of())) {
            boolean counts = key.isFor(log) && offset < ended.getOrDefault(key.key() + " " + log, Long.MAX_VALUE);
            if (counts && verifies(key.key(), message, ed25519)) {
                return key.part().id();
            }
        }
        return NOBODY;
    }

    /** Without the checks for keys that were made to be ambiguous: these keys are our own, and nobody else checks these signatures. */
    private static boolean verifies(Verifier key, byte[] message, byte[] signature) {
        Ed25519Signer check = new Ed25519Signer();
        check.init(false, key.key());
        check.update(message, 0, message.length);
        return check.verifySignature(signature);
    }

    /** Whether this event counts from whom {@link #whoFed} named. */
    public static boolean counts(String whoFed, CustodyEvent event) {
        return whoFed.equals(UNSIGNED)
                || Part.of(whoFed).filter(part -> part.makes(event)).isPresent();
    }
}
