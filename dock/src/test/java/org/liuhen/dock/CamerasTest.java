package org.liuhen.dock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.dock.CameraProfile.Camera;

class CamerasTest {
    private static final CameraProfile BY_FILE = profile("by file", "DCIM", "SERIAL.TXT");
    private static final CameraProfile BY_VOLUME = profile("by volume", "DCIM", null);

    @TempDir
    private Path root;

    private static CameraProfile profile(String name, String has, String serialFile) {
        return new CameraProfile(
                name,
                has,
                serialFile,
                "(?<serial>DSJ-[0-9]+)",
                List.of("DCIM/*"),
                null,
                null,
                null,
                null,
                null,
                null,
                0);
    }

    private Path mount(String volume, String serial) throws IOException {
        Path mount = root.resolve(volume);
        Files.createDirectories(mount.resolve("DCIM"));
        if (serial != null) {
            Files.writeString(mount.resolve("SERIAL.TXT"), serial);
        }
        return mount;
    }

    private static List<String> serials(Cameras.Found found) {
        return found.cameras().stream().map(Camera::serial).toList();
    }

    @Test
    void findsEachMountThatAProfileRecognises() throws Exception {
        mount("b", "DSJ-1");
        mount("a", "DSJ-2");
        Files.createDirectories(root.resolve("stick"));
        Cameras.Found found = new Cameras(List.of(root), List.of(BY_FILE)).find();
        assertEquals(List.of("DSJ-1", "DSJ-2"), serials(found), "in the order of their serial numbers");
        assertEquals(Map.of(), found.unread());
    }

    @Test
    void aRootMayBeACamera() throws Exception {
        Path mount = mount("a", "DSJ-1");
        assertEquals(List.of("DSJ-1"), serials(new Cameras(List.of(mount), List.of(BY_FILE)).find()));
    }

    @Test
    void takesOneFolderBelowTwoRootsOnce() throws Exception {
        Path mount = mount("a", "DSJ-1");
        Cameras.Found found = new Cameras(List.of(root, mount, root.resolve("x/..")), List.of(BY_FILE)).find();
        assertEquals(List.of("DSJ-1"), serials(found));
        assertEquals(Map.of(), found.unread());
    }

    @Test
    void doesNotReadASecondCameraWithTheSameSerialNumber() throws Exception {
        mount("a", "DSJ-1");
        Path second = mount("b", "DSJ-1");
        Cameras.Found found = new Cameras(List.of(root), List.of(BY_FILE)).find();
        assertEquals(List.of("DSJ-1"), serials(found));
        assertEquals(root.resolve("a"), found.cameras().get(0).mount());
        assertEquals(List.of(second.toString()), List.copyOf(found.unread().keySet()));
        assertTrue(found.unread().get(second.toString()).startsWith("DK-113"), found.toString());
    }

    @Test
    void aSerialNumberInAFileGoesBeforeTheNameOfTheVolume() throws Exception {
        mount("DSJ-7", "DSJ-1");
        Cameras cameras = new Cameras(List.of(root), List.of(BY_VOLUME, BY_FILE));
        assertEquals(List.of("DSJ-7"), serials(cameras.find()), "the first profile that names it counts");
        Cameras fileFirst = new Cameras(List.of(root), List.of(BY_FILE, BY_VOLUME));
        assertEquals(List.of("DSJ-1"), serials(fileFirst.find()));
        Files.delete(root.resolve("DSJ-7/SERIAL.TXT"));
        Camera nameless = fileFirst.find().cameras().get(0);
        assertEquals("?DSJ-7", nameless.serial(), "the volume's name is only a guess");
        assertEquals("by file", nameless.profile().name());
    }

    @Test
    void asLongAsNoFileNamesTheCameraTheOtherFilesAreRead() throws Exception {
        CameraProfile another = profile("by another file", "DCIM", "ID.TXT");
        Files.writeString(mount("a", null).resolve("ID.TXT"), "DSJ-3");
        Cameras cameras = new Cameras(List.of(root), List.of(BY_FILE, BY_VOLUME, another));
        assertEquals(List.of("DSJ-3"), serials(cameras.find()));
    }

    @Test
    void aRootThatIsNotThereIsNoCamera() {
        Cameras.Found found = new Cameras(List.of(root.resolve("none")), List.of(BY_FILE)).find();
        assertEquals(new Cameras.Found(List.of(), Map.of()), found);
    }
}
