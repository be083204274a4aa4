package org.liuhen.describe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.pdfbox.util.Version;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.EventContext.Instrument;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.describe.Description.Make;
import org.liuhen.describe.Request.Mode;
import org.liuhen.describe.readback.Structure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Describes files in parser processes. There is always a description; failures are part of it. */
public final class Describer implements AutoCloseable {
    /** The value that names a track. */
    public static final String TRACK_DIGEST = "trackSha256";

    /** The value that names a preview; its unit is the preview's media type. */
    public static final String PREVIEW_DIGEST = "previewSha256";

    /** The value by which a parser process announces a preview; its text is the media type. */
    static final String PREVIEW = "preview";

    /** The value that names the words of a document; its unit is their media type. */
    public static final String TEXT_DIGEST = "textSha256";

    /** The value by which a parser process announces the words of a document. */
    static final String TEXT = "text";

    /** The value that says that the words end before the document does. */
    static final String TEXT_CUT = "textCut";

    /** Counts up when other words are taken from the same documents, so that their descriptions are stale. */
    private static final String TEXT_VERSION = "1";

    static final long FETCHED_BYTES_MAX = 64 << 20;
    private static final int FETCHES_MAX = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(Describer.class);

    private static volatile String trouble = "";

    private final ParserPool pool;
    private final Profiles profiles;
    private final boolean previews;

    /** Access to the original: its bytes, and a place for what is made from it. */
    public interface Original {
        /** Fetches the bytes from the first to before the last into the skeleton. */
        void fetch(long from, long to) throws IOException;

        /** Keeps what was made from the original, under its digest. */
        void keep(Sha256Digest digest, byte[] bytes) throws IOException;
    }

    /**
     * A describer.
     *
     * @param processes at most so many parser processes at a time
     * @param scratch where they have their folders; skeletons lie on the same file system
     * @param profiles what the names of files say
     * @param previews whether to make small pictures, excerpts and the words of documents
     */
    public Describer(int processes, Path scratch, Profiles profiles, boolean previews) {
        this.pool = new ParserPool(processes, scratch);
        this.profiles = profiles;
        this.previews = previews;
    }

    /** The programs and rules that a description comes from. One that came from others is stale. */
    public static List<Instrument> tools(Profiles profiles) {
        return List.of(
                new Instrument("liuhen", EventContext.VERSION),
                new Instrument("Tika", TikaReader.VERSION),
                new Instrument("ffprobe", FfprobeReader.VERSION),
                new Instrument("metadata-extractor", ImageReader.VERSION),
                new Instrument("PDFBox", Version.getVersion()),
                new Instrument(LanguageReader.TOOL, LanguageReader.VERSION),
                new Instrument(TEXT, TEXT_VERSION),
                new Instrument("profiles", profiles.version()));
    }

    /** The programs and rules that descriptions come from here. */
    public List<Instrument> tools() {
        return tools(profiles);
    }

    /** How many parser processes died of a file, or by themselves, since this describer was made. */
    public long parserDeaths() {
        return pool.deaths();
    }

    /** Describes the file in this skeleton. */
    public Description describe(Path skeleton, Item item, Structure structure, Original original)
            throws InterruptedException, IOException {
        return new OneFile(skeleton, item, structure, original).describe();
    }

    /** One file that is being described, with the values found so far. */
    private final class OneFile {
        private final Path skeleton;
        private final Item item;
        private final Structure structure;
        private final Original original;
        private final Request request;
        private final List<Value> values = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();
        private final List<String> deaths = new ArrayList<>();

        OneFile(Path skeleton, Item item, Structure structure, Original original) {
            this.skeleton = skeleton;
            this.item = item;
            this.structure = structure;
            this.original = original;
            this.request = new Request(
                    Mode.ALL,
                    item.fileName().value(),
                    structure.kind(),
                    structure.holes().isEmpty(),
                    structure.damage(),
                    structure.sizeBytes(),
                    structure.zeros(),
                    structure.appendedFrom(),
                    List.of());
        }

        Description describe() throws InterruptedException, IOException {
            Answer first = ask(request);
            if (first == null) {
                first = ask(request.withoutTika());
            }
            if (first == null) {
                first = Answer.NONE;
            }
            add(first);
            Description file = first.description();
            List<Make> make = file.make().stream()
                    .filter(what -> previews || !what.isPreview())
                    .toList();
            if (!make.isEmpty()) {
                make(make, file.wanted());
            }
            failures.addAll(deaths);
            Durations.settle(values);
            ownRules(file.mediaType());
            trouble = failures.stream()
                    .filter(failure -> failure.contains("DS-102") || failure.contains("DS-104"))
                    .findFirst()
                    .orElse(file.ffprobe() == null ? trouble : "");
            return new Description(
                    file.mediaType(),
                    values,
                    file.members(),
                    failures,
                    Isolation.here().words(),
                    file.tika(),
                    file.ffprobe(),
                    null,
                    null);
        }

        /** Adds the values in the file's name, and contradictions among values. A rule that breaks costs only its own values. */
        private void ownRules(String mediaType) {
            try {
                values.addAll(profiles.values(item.fileName().value()));
                values.addAll(Conflicts.among(values, mediaType, item));
            } catch (RuntimeException | StackOverflowError broken) {
                failures.add("file name and contradictions: " + Facts.words(broken));
            }
        }

        /** The answer of a parser process, or null where it died of the file. */
        private Answer ask(Request asked) throws InterruptedException {
            try {
                return pool.parse(asked, skeleton);
            } catch (ParserDiedException died) {
                String of = asked.mode() == Mode.MAKE ? "positions or preview: " : "";
                deaths.add(of + died.getMessage());
                return null;
            }
        }

        private void add(Answer answer) throws IOException {
            List<Value> more = new ArrayList<>(answer.description().values());
            if (!previews) { // even if the process ignores its request
                more.removeIf(value -> Set.of(PREVIEW, TEXT, TEXT_CUT).contains(value.name()));
            }
            failures.addAll(answer.description().failures());
            keep(more, failures, answer, item, original);
            values.addAll(more);
        }

        /** The second step: what is missing of the file is fetched, and a process asked to make what can be made of it. */
        private void make(List<Make> these, List<long[]> wanted) throws InterruptedException, IOException {
            List<Make> make = these;
            long fetched = 0;
            List<long[]> missing = structure.missing(wanted, FETCHES_MAX + 1);
            for (int i = 0; i < missing.size(); i++) {
                long[] part = missing.get(i);
                fetched += part[1] - part[0];
                if (fetched > FETCHED_BYTES_MAX || i == FETCHES_MAX) {
                    failures.add("positions or preview: more than " + FETCHED_BYTES_MAX + " bytes or " + FETCHES_MAX
                            + " parts of the file would have to be read; the track ends early");
                    make = make.contains(Make.POSITIONS) ? List.of(Make.POSITIONS) : List.of();
                    break;
                }
                original.fetch(part[0], part[1]);
            }
            Answer made = ask(request.toMake(make));
            if (made != null) {
                add(made);
            }
        }
    }

    /**
     * Keeps the track and the preview that the values name. A parser process has read hostile bytes: what it names must be what it
     * left, or a description could show another item's file as its own.
     */
    static void keep(List<Value> values, List<String> failures, Answer answer, Item item, Original original)
            throws IOException {
        List<Value> tracks = named(values, TRACK_DIGEST);
        if (!tracks.isEmpty()) {
            Sha256Digest digest = Sha256Digest.of(answer.track());
            if (tracks.size() == 1 && tracks.get(0).value().equals(digest.hex())) {
                original.keep(digest, answer.track());
            } else {
                values.removeIf(value -> value.name().startsWith("track"));
                failures.add("positions: the parser process named a track that it did not leave");
            }
        }
        keep(values, failures, PREVIEW, PREVIEW_DIGEST, answer.preview(), item, original);
        if (!keep(values, failures, TEXT, TEXT_DIGEST, answer.text(), item, original)) {
            values.removeIf(value -> value.name().equals(TEXT_CUT));
        }
    }

    /**
     * Keeps a file that names its original, and adds the value with its digest. Gives whether it was kept.
     *
     * @param name the value that announces it; its text is the media type
     * @param digestName the name of the value with its digest, which no process says itself
     * @param left what the process left
     */
    private static boolean keep(
            List<Value> values,
            List<String> failures,
            String name,
            String digestName,
            byte[] left,
            Item item,
            Original original)
            throws IOException {
        List<Value> announced = named(values, name);
        boolean forged = values.removeIf(value -> value.name().equals(digestName));
        values.removeAll(announced);
        if (announced.isEmpty() && !forged) {
            return false;
        }
        byte[] bytes = announced.size() == 1 && !forged
                ? namingItsOriginal(name, left, announced.get(0).value(), item)
                : null;
        if (bytes == null) {
            failures.add(name + ": the parser process named a " + name + " that it did not leave");
            return false;
        }
        Sha256Digest digest = Sha256Digest.of(bytes);
        original.keep(digest, bytes);
        Value about = announced.get(0);
        values.add(new Value(
                digestName,
                digest.hex(),
                about.value(),
                about.source(),
                about.tool(),
                about.version(),
                Value.Confidence.COMPUTED));
        return true;
    }

    private static List<Value> named(List<Value> values, String name) {
        return values.stream().filter(value -> value.name().equals(name)).toList();
    }

    /**
     * A preview or a text with words that name its original, or null where it is not of this type: a comment in a JPEG file
     * (ITU-T T.81, B.2.4.5), a first line in a text. So two items never have the same file.
     */
    private static byte[] namingItsOriginal(String name, byte[] preview, String mediaType, Item item)
            throws IOException {
        boolean text = name.equals(TEXT);
        byte[] words = ((text ? "Text" : "Preview") + " of evidence "
                        + item.id().value() + ", made by Liuhen " + EventContext.VERSION + "; not the original")
                .getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream named = new ByteArrayOutputStream(preview.length + words.length + 4);
        if (!text && mediaType.equals("image/jpeg") && isJpeg(preview)) {
            named.write(preview, 0, 2);
            named.write(new byte[] {(byte) 0xff, (byte) 0xfe, 0, (byte) (words.length + 2)});
            named.write(words);
            named.write(preview, 2, preview.length - 2);
            return named.toByteArray();
        }
        if (mediaType.equals("text/plain") && preview.length > 0 && isUtf8(preview)) {
            named.write(words);
            named.write('\n');
            named.write('\n');
            named.write(preview);
            return named.toByteArray();
        }
        return null;
    }

    private static boolean isJpeg(byte[] bytes) {
        return bytes.length > 4 && bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xd8 && bytes[2] == (byte) 0xff;
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException not) {
            return false;
        }
    }

    /**
     * Starts the media programs once, in a thread of its own, and logs why they do not start. Without them recordings are not described;
     * everything else works.
     */
    public void checkInBackground() {
        Thread check = new Thread(
                () -> {
                    try {
                        String found = pool.mediaTrouble();
                        if (!found.isEmpty()) {
                            trouble = "DS-104 recordings are not described: " + found;
                            LOG.error("{}", trouble);
                        }
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                },
                "media-check");
        check.setDaemon(true);
        check.start();
    }

    /** The last trouble of the parsers of this process, or an empty text. */
    public static String trouble() {
        return trouble;
    }

    /** What keeps parser processes from the rest of this machine, in words. */
    public static String isolation() {
        return Isolation.here().words();
    }

    @Override
    public void close() {
        pool.close();
    }
}
