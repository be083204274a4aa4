package org.liuhen.web;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Lets pages of other origins send uploads (the CORS protocol, WHATWG Fetch 3.3), where the site names them. They authenticate with a bearer
 * token; cookies are never accepted from them.
 */
public final class CrossOriginUploads extends CrossOriginHandler {
    private static final Duration KNOWN_FOR = Duration.ofMinutes(10);

    private final UploadPaths uploads;

    /**
     * Allows these origins.
     *
     * @param origins such as {@code https://portal.example}; none where it is empty
     */
    public CrossOriginUploads(Set<String> origins, UploadPaths uploads) {
        this.uploads = uploads;
        setAllowedOriginPatterns(origins.stream().map(Pattern::quote).collect(Collectors.toSet()));
        setAllowedMethods(Set.of("GET", "HEAD", "POST", "PATCH", "DELETE"));
        setAllowedHeaders(Set.of(
                "Authorization",
                "Content-Type",
                "Content-Digest",
                "Repr-Digest",
                "Want-Repr-Digest",
                "Tus-Resumable",
                "Upload-Checksum",
                "Upload-Complete",
                "Upload-Concat",
                "Upload-Draft-Interop-Version",
                "Upload-Length",
                "Upload-Metadata",
                "Upload-Offset",
                "X-HTTP-Method-Override",
                "X-Requested-With"));
        setExposedHeaders(Set.of(
                "Link",
                "Location",
                "Repr-Digest",
                "Retry-After",
                "Tus-Checksum-Algorithm",
                "Tus-Extension",
                "Tus-Max-Size",
                "Tus-Resumable",
                "Tus-Version",
                "Upload-Complete",
                "Upload-Concat",
                "Upload-Expires",
                "Upload-Length",
                "Upload-Limit",
                "Upload-Metadata",
                "Upload-Offset"));
        setAllowCredentials(false);
        setDeliverPreflightRequests(false);
        setDeliverNonAllowedOriginRequests(true); // the routes refuse what they have to
        setPreflightMaxAge(KNOWN_FOR);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = request.getHttpURI().getPath();
        boolean upload = !getAllowedOriginPatterns().isEmpty() && uploads.isForOtherOrigins(path);
        return upload ? super.handle(request, response, callback) : getHandler().handle(request, response, callback);
    }
}
