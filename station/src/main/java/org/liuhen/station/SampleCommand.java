package org.liuhen.station;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.liuhen.describe.MediaPrograms;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes a recording and a document to try the pipeline with. */
@Command(
        name = "sample",
        mixinStandardHelpOptions = true,
        description = "Makes a recording (MP4) and a document (GB18030 text) to try the pipeline with.")
final class SampleCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER", description = "where to put them", defaultValue = ".")
    private Path folder;

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(folder);
        Path video = folder.resolve("执法记录.mp4");
        Path unpacked = Files.createTempDirectory("liuhen-sample");
        try {
            make(MediaPrograms.unpack(unpacked.resolve("programs")).ffmpeg(), video);
        } finally {
            try (Stream<Path> all = Files.walk(unpacked)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        Path report = folder.resolve("出警经过.txt");
        Files.write(
                report,
                "出警经过：2026年11月24日09时02分，民警110023到达现场，全程开启执法记录仪。\n".repeat(20).getBytes(Charset.forName("GB18030")));
        System.out.println(video);
        System.out.println(report);
        return 0;
    }

    private static void make(Path ffmpeg, Path video) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                ffmpeg.toString(),
                "-v",
                "error",
                "-y",
                "-filter_complex",
                "testsrc2=size=1280x720:rate=25:duration=6[picture];sine=frequency=440:duration=6[sound]",
                "-map",
                "[picture]",
                "-map",
                "[sound]",
                "-c:v",
                "mpeg4",
                "-q:v",
                "5",
                "-c:a",
                "aac",
                "-metadata",
                "creation_time=2026-11-24T01:02:03Z",
                "-metadata",
                "location=+39.9042+116.4074/",
                video.toString());
        builder.environment().putAll(MediaPrograms.environment(ffmpeg));
        if (builder.inheritIO().start().waitFor() != 0) {
            throw new IOException("DS-104 The sample recording could not be made; the lines above say why");
        }
    }
}
