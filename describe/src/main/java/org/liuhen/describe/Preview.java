package org.liuhen.describe;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.util.Version;
import org.liuhen.describe.MediaProgram.UnreadableException;
import org.liuhen.describe.Value.Confidence;

/**
 * Makes a small picture or an excerpt by which people recognise an item in a list. It is made of the original and never takes its
 * place: it names its original, and the description names the tool that made it.
 */
final class Preview {
    /** The images that ffmpeg makes smaller. */
    static final Set<String> PICTURES = Set.of(
            "image/jpeg",
            "image/png",
            "image/gif",
            "image/bmp",
            "image/tiff",
            "image/webp",
            "image/heic",
            "image/heif",
            "image/avif");

    private static final int SIDE_PIXELS_MAX = 640;
    private static final int PICTURE_BYTES_MAX = 1 << 20;
    private static final int INDEX_BYTES = 64 << 10;
    private static final int FRAME_BYTES_MAX = 32 << 20;
    private static final int EXCERPTED_CHARACTERS_MAX = 20_000;
    private static final int EXCERPT_CHARACTERS_MAX = 1_000;
    private static final String SMALLER = "scale='min(" + SIDE_PIXELS_MAX + ",iw)':'min(" + SIDE_PIXELS_MAX
            + ",ih)':force_original_aspect_ratio=decrease";

    private Preview() {}

    /**
     * The first key frame of a recording. It is taken out first and decoded alone: what comes after it may not be there, and a decoder
     * that reorders frames would look at that, too.
     */
    static void still(Facts facts, Path ffmpeg, Path file, Path preview) throws InterruptedException {
        Path frame = Path.of("frame");
        List<String> command = input(ffmpeg, file);
        command.addAll(List.of(
                "-map", "0:V:0", "-c", "copy", "-frames:v", "1", "-bsf:v", "setts=ts=0", "-f", "matroska", "pipe:1"));
        try {
            Files.write(frame, MediaProgram.run(command, file, FRAME_BYTES_MAX));
            ffmpeg(facts, ffmpeg, frame, preview, List.of("-vf", SMALLER), "first key frame");
        } catch (IOException | UnreadableException failed) {
            facts.failed("preview", failed);
        }
    }

    /** The loudness of a recording without picture, from its beginning to its end. */
    static void waveform(Facts facts, Path ffmpeg, Path file, Path preview) throws InterruptedException {
        String filter = "[0:a:0]showwavespic=s=" + SIDE_PIXELS_MAX + "x120:split_channels=0:colors=white";
        ffmpeg(facts, ffmpeg, file, preview, List.of("-filter_complex", filter), "loudness over time");
    }

    /** An image, smaller; {@code tiled} where it may be of tiles. */
    static void picture(Facts facts, Path ffmpeg, Path file, boolean tiled, Path preview) throws InterruptedException {
        // What a phone takes is cut into tiles (ISO/IEC 23008-12, derived image "grid"), and a still of one tile is no
        // picture.
        List<String> how =
                tiled && isGrid(file) ? List.of("-filter_complex", "[0:g:0]" + SMALLER) : List.of("-vf", SMALLER);
        ffmpeg(facts, ffmpeg, file, preview, how, "the image, smaller");
    }

    /** Whether the index at the beginning of the file names an item of the type {@code grid}. */
    private static boolean isGrid(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(INDEX_BYTES), StandardCharsets.ISO_8859_1).contains("\0\0grid");
        } catch (IOException gone) {
            return false;
        }
    }

    private static List<String> input(Path ffmpeg, Path file) {
        return new ArrayList<>(List.of(
                ffmpeg.toString(),
                "-v",
                "error",
                "-nostdin",
                "-threads",
                "1",
                "-protocol_whitelist",
                "file",
                "-i",
                file.toString()));
    }

    private static void ffmpeg(Facts facts, Path ffmpeg, Path file, Path preview, List<String> what, String source)
            throws InterruptedException {
        List<String> command = input(ffmpeg, file);
        command.addAll(what);
        command.addAll(List.of("-an", "-frames:v", "1", "-q:v", "5", "-pix_fmt", "yuvj420p", "-f", "mjpeg", "pipe:1"));
        try {
            byte[] picture = MediaProgram.run(command, file, PICTURE_BYTES_MAX);
            if (picture.length == 0) {
                throw new UnreadableException("ffmpeg: no picture could be decoded");
            }
            Files.write(preview, picture);
            add(facts, "image/jpeg", source, "ffmpeg", FfprobeReader.VERSION);
        } catch (IOException | UnreadableException failed) {
            facts.failed("preview", failed);
        }
    }

    /** The first page of a PDF document. */
    static void page(Facts facts, Path file, Path preview) {
        try (PDDocument document = Loader.loadPDF(file.toFile());
                OutputStream out = Files.newOutputStream(preview)) {
            PDRectangle page = document.getPage(0).getCropBox();
            PDFRenderer renderer = new PDFRenderer(document);
            renderer.setSubsamplingAllowed(true);
            float scale = SIDE_PIXELS_MAX / Math.max(1, Math.max(page.getWidth(), page.getHeight()));
            BufferedImage picture = renderer.renderImage(0, scale, ImageType.RGB);
            ImageIO.write(picture, "jpeg", out);
            add(facts, "image/jpeg", "page 1", "PDFBox", Version.getVersion());
        } catch (IOException | RuntimeException | LinkageError | StackOverflowError failed) {
            facts.failed("preview", failed);
        }
    }

    /** The first words of a document. */
    static void excerpt(Facts facts, String text, Path preview) {
        String tidy = DocumentText.tidy(text.substring(0, Math.min(text.length(), EXCERPTED_CHARACTERS_MAX)));
        if (tidy.isEmpty()) {
            return;
        }
        int end = tidy.offsetByCodePoints(0, Math.min(EXCERPT_CHARACTERS_MAX, tidy.codePointCount(0, tidy.length())));
        try {
            Files.write(preview, tidy.substring(0, end).getBytes(StandardCharsets.UTF_8));
            add(facts, "text/plain", "first words", "Tika", TikaReader.VERSION);
        } catch (IOException failed) {
            facts.failed("preview", failed);
        }
    }

    private static void add(Facts facts, String mediaType, String source, String tool, String version) {
        facts.add(new Value(Describer.PREVIEW, mediaType, null, source, tool, version, Confidence.COMPUTED));
    }
}
