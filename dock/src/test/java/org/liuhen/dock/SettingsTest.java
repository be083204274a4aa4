package org.liuhen.dock;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    private Path home;

    /** Docks in the field have this file. */
    @Test
    void theFileKeepsItsForm() throws Exception {
        String text = "{\"serial\":\"DOCK-1\",\"door\":\"https://127.0.0.1:8443\"}";
        Files.writeString(home.resolve("dock.json"), text);
        Settings settings = Settings.read(home);
        assertEquals(new Settings("DOCK-1", URI.create("https://127.0.0.1:8443")), settings);
        settings.write(home);
        assertEquals(text, Files.readString(home.resolve("dock.json")));
    }
}
