package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Previews show what other programs show of the same files: Debian's ffmpeg of recordings and pictures, poppler of PDF documents.
 * How alike two pictures are is ffmpeg's structural similarity, 1 for the same picture.
 */
@Tag("slow")
class PreviewIT {
    private static final Pattern SIMILARITY = Pattern.compile("All:([0-9.]+)");

    @TempDir
    Path folder;

    private Describer describer;

    @BeforeEach
    void start() throws IOException {
        describer = new Describer(
                2, Files.createDirectories(folder.resolve("scratch")), Profiles.read(folder.resolve("none")), true);
    }

    @AfterEach
    void stop() {
        describer.close();
    }

    /** A preview and what the description says of it. */
    private record Shown(Value about, Path file) {}

    private Optional<Shown> preview(Path file) throws Exception {
        Description description = Corpus.describe(describer, file, folder.resolve("places"));
        List<Value> named = description.values().stream()
                .filter(value -> value.name().equals(Describer.PREVIEW_DIGEST))
                .toList();
        if (named.isEmpty()) {
            System.out.println("no preview of " + file.getFileName() + ": " + description.failures());
            return Optional.empty();
        }
        assertEquals(1, named.size());
        Path kept = folder.resolve("places").resolve(named.get(0).value());
        Path shown = folder.resolve(file.getFileName() + ".preview.jpg");
        return Optional.of(new Shown(named.get(0), Files.copy(kept, shown)));
    }

    private List<Path> list(String of) throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve(of))) {
            return all.sorted().toList();
        }
    }

    /** How alike our preview and the other program's picture are, both at the size of ours. */
    private double alike(Path ours, Path theirs) throws Exception {
        BufferedImage picture = ImageIO.read(ours.toFile());
        assertTrue(Math.max(picture.getWidth(), picture.getHeight()) <= 640, ours + " is not small");
        String size = picture.getWidth() + ":" + picture.getHeight();
        Path report = folder.resolve("ssim.txt");
        Corpus.run(List.of(
                "bash",
                "-c",
                "ffmpeg -v info -nostdin -i \"$0\" -i \"$1\" -frames:v 1 -lavfi '[1:v]scale=" + size
                        + ",format=yuvj420p,setpts=0[b];[0:v]format=yuvj420p,setpts=0[a];[a][b]ssim' -f null - 2> \"$2\"",
                ours.toString(),
                theirs.toString(),
                report.toString()));
        Matcher found = SIMILARITY.matcher(Files.readString(report, StandardCharsets.ISO_8859_1));
        assertTrue(found.find(), Files.readString(report, StandardCharsets.ISO_8859_1));
        return Double.parseDouble(found.group(1));
    }

    private void check(List<Path> files, List<String> without, String how) throws Exception {
        Map<String, Double> alike = new TreeMap<>();
        List<String> missing = new ArrayList<>();
        for (Path file : files) {
            String name = file.getFileName().toString();
            Optional<Shown> shown = preview(file);
            if (shown.isEmpty()) {
                missing.add(name);
                continue;
            }
            assertEquals("image/jpeg", shown.get().about().unit());
            assertTrue(
                    new String(Files.readAllBytes(shown.get().file()), StandardCharsets.ISO_8859_1)
                            .contains("Preview of evidence 01jdb3kz0r0000000000000000"),
                    "it names its original");
            Path theirs = folder.resolve(name + ".theirs.png");
            Corpus.run(List.of("bash", "-c", how, file.toString(), theirs.toString()));
            alike.put(name, Files.exists(theirs) ? alike(shown.get().file(), theirs) : 0);
        }
        System.out.println("alike: " + alike);
        assertEquals(without, missing, "without a preview");
        alike.forEach((name, similarity) -> assertTrue(similarity > 0.9, name + " " + similarity));
    }

    private static final String FIRST_FRAME = "ffmpeg -v error -nostdin -y -i \"$0\" -frames:v 1 \"$1\" 2>/dev/null";

    @Test
    void aRecordingShowsItsFirstKeyFrame() throws Exception {
        Corpus.recordings(folder.resolve("recordings"));
        List<Path> withPicture = list("recordings").stream()
                .filter(file -> !file.toString().matches(".*\\.(mp3|aac|m4a|flac|ogg|opus|wav)"))
                .toList();
        assertTrue(withPicture.size() >= 18, withPicture.toString());
        check(withPicture, List.of(), FIRST_FRAME);
    }

    /** The key frame lies behind what the skeleton keeps, so its bytes are fetched; the frames after it are not there. */
    @Test
    void aKeyFrameThatTheSkeletonLacksIsFetched() throws Exception {
        Path plain = Corpus.recording(folder.resolve("plain.mp4"), "-c:v libx264 -c:a aac");
        byte[] mp4 = Files.readAllBytes(plain);
        Path far = folder.resolve("far.mp4");
        Corpus.behind(far, mp4, 3 << 20);
        check(List.of(far), List.of(), FIRST_FRAME);
    }

    @Test
    void aPictureIsShownSmaller() throws Exception {
        Corpus.pictures(folder.resolve("pictures"));
        Corpus.tika(folder.resolve("pictures"), ".jpg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic");
        List<Path> files = list("pictures").stream()
                .filter(file -> !file.getFileName().toString().matches("testPNG_.*|.*[Bb]ad.*|.*corrupt.*"))
                .toList();
        assertTrue(files.size() >= 12, files.toString());
        check(
                files,
                List.of(),
                "case \"$0\" in *.heic) heif-convert \"$0\" \"$1\" >/dev/null;; *) " + FIRST_FRAME + ";; esac");
    }

    @Test
    void aPdfDocumentShowsItsFirstPage() throws Exception {
        Corpus.tika(folder.resolve("documents"), ".pdf");
        List<Path> files = list("documents").stream()
                .filter(file -> file.getFileName()
                        .toString()
                        .matches("testPDF(|_twoAuthors|Varied)?\\.pdf|testOCR.*|testPDFTwoTextBoxes.pdf"))
                .toList();
        assertTrue(files.size() >= 2, files.toString());
        check(files, List.of(), "pdftoppm -png -singlefile -scale-to 640 -cropbox \"$0\" \"${1%.png}\" 2>/dev/null");
    }

    /** Silence in the first half, a tone in the second: the picture has nothing but its middle line in the first. */
    @Test
    void aVoiceRecordingShowsItsLoudness() throws Exception {
        Path file = folder.resolve("询问录音.wav");
        Corpus.run(List.of(
                "bash",
                "-c",
                "ffmpeg -v error -nostdin -f lavfi -i \"aevalsrc=gt(t\\,60)*(sin(880*t)+random(0))/2:s=16000:d=120\" \"$0\"",
                file.toString()));
        assertTrue(Files.size(file) < 8 << 20);
        for (Path voice : List.of(file, toM4a(file))) {
            Shown shown = preview(voice).orElseThrow();
            assertEquals("loudness over time", shown.about().source());
            BufferedImage picture = ImageIO.read(shown.file().toFile());
            int[] white = new int[2];
            for (int x = 0; x < picture.getWidth(); x++) {
                for (int y = 0; y < picture.getHeight(); y++) {
                    white[2 * x / picture.getWidth()] += (picture.getRGB(x, y) & 0xff) > 128 ? 1 : 0;
                }
            }
            int half = picture.getWidth() * picture.getHeight() / 2;
            assertTrue(white[0] < half / 20, "silence: " + white[0]);
            assertTrue(white[1] > half / 4, "tone: " + white[1]);
        }
    }

    /** In an MP4 file the skeleton does not hold all of the sound; it is fetched. */
    private Path toM4a(Path voice) throws Exception {
        Path file = folder.resolve("voice.m4a");
        Corpus.run(
                List.of("ffmpeg", "-v", "error", "-nostdin", "-i", voice.toString(), "-c:a", "alac", file.toString()));
        assertTrue(Files.size(file) > 1 << 20, "larger than what the skeleton keeps");
        return file;
    }

    @Test
    void aDocumentShowsItsFirstWords() throws Exception {
        Path gbk = folder.resolve("笔录.txt");
        Files.write(gbk, "询问笔录\r\n\r\n时间：2026年11月24日\t地点：朝阳分局\r\n".repeat(40).getBytes("GB18030"));
        Corpus.tika(folder.resolve("documents"), "testword.docx", "testexcel.xls", "testrfc822");
        List<Path> all = new ArrayList<>(list("documents"));
        all.add(gbk);
        Map<String, String> words = new TreeMap<>();
        for (Path file : all) {
            Optional<Shown> shown = preview(file);
            if (shown.isPresent()) {
                assertEquals("text/plain", shown.get().about().unit());
                words.put(
                        file.getFileName().toString(),
                        Files.readString(shown.get().file()));
            }
        }
        String text = words.get("笔录.txt");
        assertTrue(text.contains("\n\n询问笔录\n时间：2026年11月24日 地点：朝阳分局\n"), text);
        assertTrue(text.length() < 1_200, "an excerpt");
        assertTrue(words.get("testWORD.docx").contains("Sample Word Document"), words.get("testWORD.docx"));
        assertTrue(words.get("testEXCEL.xls").contains("Sample Excel Worksheet"), words.get("testEXCEL.xls"));
        System.out.println(words.keySet().stream().collect(Collectors.joining(", ", "first words of ", "")));
    }

    @Test
    void aTextSaysItsLanguageWhereThatIsClear() throws Exception {
        String[][] texts = { // of the traditional script it is not sure enough to say anything; figures are no language
            {"zh-CN", "问：你因何事来到派出所？答：我来反映昨天晚上在小区门口发生的纠纷情况，当时有两个人在争吵，后来动了手。"},
            {"", "問：你因何事來到派出所？答：我來反映昨天晚上在社區門口發生的糾紛情況，當時有兩個人在爭吵，後來動了手。"},
            {
                "en",
                "The officer stated that he arrived at the scene shortly after nine in the evening and found nobody there."
            },
            {"ru", "Сотрудник полиции сообщил, что прибыл на место происшествия вскоре после девяти часов вечера."},
            {"", "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0"}
        };
        for (String[] text : texts) {
            Path file = Files.writeString(folder.resolve("text.txt"), text[1]);
            List<Value> languages = Corpus.describe(describer, file, folder.resolve("places")).values().stream()
                    .filter(value -> value.name().equals("language"))
                    .toList();
            assertEquals(text[0], languages.isEmpty() ? "" : languages.get(0).value(), text[1]);
            languages.forEach(value -> assertEquals(Value.Confidence.GUESSED, value.confidence()));
        }
    }

    @Test
    void aSiteThatWantsNoPreviewsGetsNone() throws Exception {
        Path places = folder.resolve("places");
        Path text = Files.writeString(folder.resolve("a.txt"), "words that nobody should see twice");
        Path recording = Corpus.recording(folder.resolve("a.mp4"), "-c:v libx264 -c:a aac");
        try (Describer without =
                new Describer(1, folder.resolve("scratch"), Profiles.read(folder.resolve("none")), false)) {
            for (Path file : List.of(text, recording)) {
                Description description = Corpus.describe(without, file, places);
                assertEquals(List.of(), description.failures());
                assertFalse(description.values().toString().contains("review"), description.toString());
            }
        }
        assertEquals(
                List.of(),
                list("places").stream()
                        .filter(file -> file.getFileName().toString().matches("[0-9a-f]{64}"))
                        .toList(),
                "nothing is kept");
        assertTrue(preview(text).isPresent() && preview(recording).isPresent(), "the others do");
    }
}
