package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Each value names its tool's version; three of the tools do not say their own. */
class VersionsTest {
    @Test
    void areThoseOfTheToolsOnTheClassPath() {
        String path = System.getProperty("java.class.path");
        assertTrue(path.contains("/metadata-extractor-" + ImageReader.VERSION + ".jar"), path);
        assertTrue(path.contains("/language-detector-" + LanguageReader.VERSION + ".jar"), path);
        assertTrue(path.contains("/ffmpeg-" + FfprobeReader.VERSION + "-"), path);
    }
}
