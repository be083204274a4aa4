package org.liuhen.dock;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.liuhen.custody.log.DurableFile;
import org.liuhen.custody.log.Policy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command line of a docking station. */
@Command(
        name = "dock",
        mixinStandardHelpOptions = true,
        description = {
            "On a docking station or an officer's computer: takes recordings from cameras to the station.",
            "A copy may be erased when its receipt verifies offline; erasing is an act of its own and on the record."
        },
        subcommands = {DockCommand.Enrol.class, DockCommand.Run.class, DockCommand.Status.class, DockCommand.Erase.class
        })
public final class DockCommand implements Callable<Integer> {
    private static final String REQUESTS = "erase";
    private static final String JOURNAL = "journal";
    private static final int LINE_MAX = 1_000;
    private static final int LOOKS_BETWEEN = 25; // five seconds: a dock that is starting is not disturbed often

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(System.out);
        return 0;
    }

    /** Gives a dock its key. */
    @Command(
            name = "enrol",
            mixinStandardHelpOptions = true,
            showDefaultValues = true,
            description = {
                "Makes a key and has it certified (RFC 7030). An administrator adds the dock first:",
                "liuhen device add SERIAL --kind dock    prints the one-time code."
            })
    static final class Enrol implements Callable<Integer> {
        @Parameters(paramLabel = "SERIAL", description = "the dock's serial number, as the administrator added it")
        private String serial;

        @Option(names = "--home", description = "the dock's own folder", defaultValue = "dock-data")
        private Path home;

        @Option(
                names = "--door",
                required = true,
                description = "the URL of the intake for devices, such as https://10.0.0.5:8443")
        private URI intake;

        @Option(names = "--code", required = true, description = "the one-time code, CODE.PIN")
        private String code;

        @Option(
                names = "--policy",
                required = true,
                description =
                        "file with the keys that the dock trusts when it verifies a receipt (C2SP tlog-policy); it comes"
                                + " from the administrator by another way than the network")
        private Path policy;

        @Override
        public Integer call() throws Exception {
            String keys = Files.readString(policy);
            Policy.parse(keys);
            Identity identity = Identity.enrol(home, intake, serial, code);
            DurableFile.replace(home.resolve(Settings.POLICY), keys.getBytes(StandardCharsets.UTF_8));
            new Settings(serial, intake).write(home);
            System.out.println("enrolled: " + serial + ", " + String.join(", ", Identity.about(identity)));
            return 0;
        }
    }

    /** Works until it is stopped. */
    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            showDefaultValues = true,
            description = "Watches for cameras and takes their recordings to the station, for ever or --once.")
    static final class Run implements Callable<Integer> {
        @Parameters(arity = "1..*", paramLabel = "FOLDER", description = "where cameras are mounted, such as /media")
        private List<Path> roots;

        @Option(names = "--home", description = "the dock's own folder", defaultValue = "dock-data")
        private Path home;

        @Option(names = "--parallel", description = "how many files are sent at once", defaultValue = "4")
        private int parallel;

        @Option(names = "--headless", description = "as a service: lines instead of a picture", fallbackValue = "true")
        private boolean headless;

        @Option(
                names = "--once",
                description = {
                    "end when every file that is here may be erased or does not go on by itself; what is left is printed then, and the",
                    "exit code is 1"
                },
                fallbackValue = "true")
        private boolean once;

        @Override
        @SuppressWarnings("SystemConsoleNull") // on Java 17, null is how a pipe shows
        public Integer call() throws Exception {
            View view = new View(System.out, !headless && System.console() != null);
            AtomicBoolean stop = new AtomicBoolean();
            Thread main = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                stop.set(true);
                try {
                    main.join(8_000);
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            }));
            Map<Path, List<String>> unanswered = new HashMap<>();
            try (Dock dock = new Dock(home, roots, parallel, view)) {
                view.say("looking for cameras in " + roots);
                while (!stop.get()) {
                    try {
                        dock.round();
                        answerRequests(dock, home.resolve(REQUESTS), view, unanswered);
                        Dock.Standing standing = once ? dock.standing() : null;
                        if (once && standing.done()) {
                            standing.left().forEach(line -> view.say("left: " + line));
                            return standing.left().isEmpty() ? 0 : 1;
                        }
                    } catch (IOException | RuntimeException failed) { // such as a full disk: the next round tries again
                        view.say(View.words(failed));
                    }
                    Thread.sleep(1_000);
                }
            }
            return 0;
        }
    }

    /**
     * Answers what {@code liuhen dock erase} asks of a running dock.
     *
     * @param unanswered what was done and could not be said yet, by the file of the answer
     */
    private static void answerRequests(Dock dock, Path folder, View view, Map<Path, List<String>> unanswered)
            throws IOException, InterruptedException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> asked;
        try (Stream<Path> files = Files.list(folder)) {
            asked = files.filter(file -> file.getFileName().toString().endsWith(".ask"))
                    .sorted()
                    .toList();
        }
        for (Path request : asked) {
            try {
                String camera = new String(Files.readAllBytes(request), StandardCharsets.UTF_8).strip();
                Files.delete(request); // once taken it is not withdrawn any more
                String name = request.getFileName().toString().replaceFirst("[.]ask$", ".done");
                unanswered.put(request.resolveSibling(name), erase(dock, camera.isEmpty() ? null : camera));
            } catch (IOException | RuntimeException failed) { // such as a folder of that name: the others are answered
                view.say(request + ": " + View.words(failed));
            }
        }
        for (Map.Entry<Path, List<String>> answer : Map.copyOf(unanswered).entrySet()) {
            DurableFile.replace(
                    answer.getKey(), String.join("\n", answer.getValue()).getBytes(StandardCharsets.UTF_8));
            unanswered.remove(answer.getKey());
        }
    }

    private static List<String> erase(Dock dock, String camera) throws InterruptedException {
        try {
            return dock.erase(camera);
        } catch (RuntimeException failed) { // whoever asked waits for an answer
            return List.of("all that is not named here: kept: " + View.words(failed));
        }
    }

    /** Prints how far all copies are. */
    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            showDefaultValues = true,
            description = "Prints for each camera how many files are uploaded, may be erased, are erased.")
    static final class Status implements Callable<Integer> {
        @Option(names = "--home", description = "the dock's own folder", defaultValue = "dock-data")
        private Path home;

        @Option(names = "--files", description = "a line for each file")
        private boolean files;

        @Override
        public Integer call() throws Exception {
            Settings.read(home);
            List<Copy> copies = Journal.look(home.resolve(JOURNAL));
            if (files) {
                copies.forEach(copy -> System.out.println(PlainText.of(copy.camera() + ":" + copy.path(), LINE_MAX)
                        + "  " + copy.step() + "  " + (copy.evidenceId() == null ? "" : copy.evidenceId())));
            } else {
                View.table(System.out, copies);
            }
            return 0;
        }
    }

    /** Erases copies that are safe elsewhere. */
    @Command(
            name = "erase",
            mixinStandardHelpOptions = true,
            showDefaultValues = true,
            description = {
                "Erases the copies on cameras that are here, of which a receipt verifies. Each file is read once more first, and the",
                "erasure is on the record before the file goes. Works beside a running dock or alone."
            })
    static final class Erase implements Callable<Integer> {
        @Parameters(
                arity = "0..*",
                paramLabel = "FOLDER",
                description = "where cameras are mounted, where no dock is running")
        private List<Path> roots = List.of();

        @Option(names = "--home", description = "the dock's own folder", defaultValue = "dock-data")
        private Path home;

        @Option(names = "--camera", description = "only of the camera with this serial number")
        private String camera;

        @Override
        public Integer call() throws Exception {
            List<String> done;
            View view = new View(System.err, false);
            try (Dock dock = new Dock(home, roots, 1, view)) {
                done = dock.erase(camera);
            } catch (IOException inUse) {
                if (!String.valueOf(inUse.getMessage()).startsWith("DK-101")) {
                    throw inUse;
                }
                done = ask();
            }
            done.forEach(System.out::println);
            return done.stream().anyMatch(line -> line.contains(": kept: ")) ? 1 : 0;
        }

        private List<String> ask() throws IOException, InterruptedException {
            Path folder = Files.createDirectories(home.resolve(REQUESTS));
            String name = UUID.randomUUID().toString();
            DurableFile.replace(
                    folder.resolve(name + ".ask"), (camera == null ? "" : camera).getBytes(StandardCharsets.UTF_8));
            Path answer = folder.resolve(name + ".done");
            for (int looks = 1; !Files.exists(answer); looks++) {
                Thread.sleep(200);
                if (looks % LOOKS_BETWEEN == 0 && !Journal.isInUse(home.resolve(JOURNAL)) && !Files.exists(answer)) {
                    Files.deleteIfExists(folder.resolve(name + ".ask"));
                    throw new IOException(
                            "DK-116 the dock has stopped before it answered. See what it erased with: liuhen dock"
                                    + " status --files. Start it and ask again, or name the folders where cameras are mounted");
                }
            }
            List<String> done = Files.readAllLines(answer);
            Files.delete(answer);
            return done;
        }
    }
}
