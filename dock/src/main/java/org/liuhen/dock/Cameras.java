package org.liuhen.dock;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.liuhen.dock.CameraProfile.Camera;

/** Finds the cameras that are mounted: each folder that a profile recognises, and each serial number once. */
final class Cameras {
    private final List<Path> roots;
    private final List<CameraProfile> profiles;

    /**
     * The cameras that are found.
     *
     * @param unread the places that could not be looked at or were not accepted, and why
     */
    record Found(List<Camera> cameras, Map<String, String> unread) {}

    /**
     * Cameras below these folders.
     *
     * @param roots folders in which cameras are mounted, or that are cameras themselves
     * @param profiles the kinds of cameras, the first that fits counts
     */
    Cameras(List<Path> roots, List<CameraProfile> profiles) {
        this.roots = List.copyOf(roots);
        this.profiles = List.copyOf(profiles);
    }

    /** The cameras that are mounted now, by serial number. */
    Found find() {
        List<Camera> found = new ArrayList<>();
        Map<String, String> unread = new LinkedHashMap<>();
        for (Path root : roots) {
            List<Path> places = new ArrayList<>(List.of(root));
            if (Files.isDirectory(root)) {
                try (DirectoryStream<Path> mounts = Files.newDirectoryStream(root, Files::isDirectory)) {
                    mounts.forEach(places::add);
                    places.sort(null);
                } catch (IOException | DirectoryIteratorException failed) {
                    unread.put(root.toString(), UnreadableFileException.why(failed));
                }
            }
            for (Path place : places) {
                try {
                    recognise(place).ifPresent(camera -> add(camera, found, unread));
                } catch (RuntimeException failed) {
                    unread.put(place.toString(), UnreadableFileException.why(failed));
                }
            }
        }
        found.sort(Comparator.comparing(Camera::serial));
        return new Found(found, unread);
    }

    private static void add(Camera camera, List<Camera> found, Map<String, String> unread) {
        Path place = camera.mount().toAbsolutePath().normalize();
        for (Camera other : found) {
            if (other.mount().toAbsolutePath().normalize().equals(place)) {
                return; // one folder below two roots
            }
            if (other.serial().equals(camera.serial())) {
                unread.put(
                        camera.mount().toString(),
                        "DK-113 this camera has the serial number " + camera.serial() + ", as " + other.mount()
                                + " has, and is not read. Unplug one of them");
                return;
            }
        }
        found.add(camera);
    }

    /**
     * A profile with a serial number in a file goes before one with the name of a volume, even where that file cannot be read: the name of a
     * volume is only a guess.
     */
    private Optional<Camera> recognise(Path place) {
        Optional<Camera> nameless = Optional.empty();
        for (CameraProfile profile : profiles) {
            if (nameless.isEmpty() || profile.serialFile() != null) {
                Optional<Camera> camera = profile.recognise(place);
                if (camera.isPresent() && camera.get().named()) {
                    return camera;
                }
                nameless = nameless.or(() -> camera);
            }
        }
        return nameless;
    }
}
