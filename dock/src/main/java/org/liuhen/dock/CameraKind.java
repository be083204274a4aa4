package org.liuhen.dock;

import java.io.IOException;
import java.util.List;

/**
 * A kind of camera that every dock knows, as people are told of it. What a dock knows beside stands in its own folder.
 *
 * @param name the name of the kind
 * @param has the file or folder below the mount by which it is recognised
 * @param recordings globs of its recordings below the mount
 * @param clock whether its clock can be read
 */
public record CameraKind(String name, String has, List<String> recordings, boolean clock) {
    /** The file in a dock's own folder with the kinds of its site. */
    public static final String FILE = "cameras.json";

    public CameraKind {
        recordings = List.copyOf(recordings);
    }

    /** The kinds that come with this program. */
    public static List<CameraKind> shipped() throws IOException {
        return CameraProfile.shipped().stream()
                .map(kind -> new CameraKind(
                        kind.name(),
                        kind.has(),
                        kind.recordings(),
                        kind.clockFile() != null || kind.clockCommand() != null))
                .toList();
    }
}
