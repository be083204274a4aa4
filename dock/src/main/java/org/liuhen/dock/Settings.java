package org.liuhen.dock;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.liuhen.custody.log.DurableFile;

/**
 * The settings that a dock got when it was enrolled, in {@code dock.json}.
 *
 * @param serial the dock's own serial number
 * @param intake the URL of the intake for devices
 */
record Settings(String serial, @JsonProperty("door") URI intake) {
    /** The file with the keys that the dock trusts when it verifies a receipt (C2SP tlog-policy). */
    static final String POLICY = "policy";

    private static final String FILE = "dock.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    static Settings read(Path home) throws IOException {
        Path file = home.resolve(FILE);
        if (!Files.exists(file)) {
            throw new IOException(
                    "DK-104 there is no dock in " + home.toAbsolutePath() + ". Enrol it: liuhen dock enrol");
        }
        return JSON.readValue(file.toFile(), Settings.class);
    }

    void write(Path home) throws IOException {
        DurableFile.replace(home.resolve(FILE), JSON.writeValueAsBytes(this));
    }
}
