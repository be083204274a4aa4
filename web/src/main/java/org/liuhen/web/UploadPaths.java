package org.liuhen.web;

import java.util.List;
import java.util.stream.Stream;

/**
 * Which paths of a web server take uploads.
 *
 * @param streamed begin the paths whose routes read the bodies of requests themselves, as they come
 * @param receipts begin other paths that a page of another origin needs to send uploads
 */
public record UploadPaths(List<String> streamed, List<String> receipts) {
    /** Of a server that takes no uploads. */
    public static final UploadPaths NONE = new UploadPaths(List.of(), List.of());

    boolean isStreamed(String path) {
        return streamed.stream().anyMatch(path::startsWith);
    }

    boolean isForOtherOrigins(String path) {
        return Stream.concat(streamed.stream(), receipts.stream()).anyMatch(path::startsWith);
    }
}
