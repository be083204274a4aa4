package org.liuhen.review.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.Map;
import java.util.stream.Stream;
import org.liuhen.access.Act;
import org.liuhen.review.http.Answers;

/**
 * Tiles of a map that the operator of the site provides, so that a track is drawn over it and nobody outside learns where an officer was: a folder
 * {@code zoom/x/y.png}, {@code .jpg} or {@code .webp} in Web Mercator. The files may change while this runs.
 */
public final class MapTiles {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> TYPES =
            Map.of("png", "image/png", "jpg", "image/jpeg", "jpeg", "image/jpeg", "webp", "image/webp");
    private static final int ZOOM_MAX = 24;
    private static final int ATTRIBUTION_MAX = 500;

    /** A tile of 256 or 512 pixels a side has far less. */
    static final int TILE_BYTES_MAX = 1 << 20;

    private final Path folder;
    private final String attribution;

    /**
     * The tiles of a folder.
     *
     * @param folder the folder, or null where the site has no map
     * @param attribution whose map it is, as its licence wants it said beside the map; may be empty
     * @throws IOException where the folder cannot be read
     * @throws IllegalArgumentException where it holds no tiles, or the attribution is longer than {@value #ATTRIBUTION_MAX} characters
     */
    public MapTiles(Path folder, String attribution) throws IOException {
        if (attribution.length() > ATTRIBUTION_MAX) {
            throw new IllegalArgumentException(
                    "--map-attribution has at most " + ATTRIBUTION_MAX + " characters, not " + attribution.length());
        }
        this.attribution = attribution;
        this.folder = folder == null ? null : folder.toRealPath();
        if (folder != null && zooms(this.folder).getCount() == 0) {
            throw new IllegalArgumentException(
                    "--map-tiles " + folder
                            + " holds no folder that is named by a zoom, such as 12. It has to be a folder zoom/x/y.png, .jpg or .webp");
        }
    }

    /** Adds the routes of the map: what there is of it, and each tile. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/map", this::about, Act.PREVIEW);
        routes.get("/tiles/{z}/{x}/{y}", this::tile, Act.PREVIEW);
    }

    private void about(Context context) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        IntSummaryStatistics zooms =
                folder == null || !Files.isDirectory(folder) ? new IntSummaryStatistics() : zooms(folder);
        answer.put("tiles", zooms.getCount() > 0);
        if (zooms.getCount() > 0) {
            answer.put("minZoom", zooms.getMin()).put("maxZoom", zooms.getMax()).put("attribution", attribution);
        }
        Answers.json(context, answer);
    }

    private void tile(Context context) throws IOException {
        Path file = find(context.pathParam("z"), context.pathParam("x"), context.pathParam("y"));
        if (file == null) {
            throw new NotFoundResponse();
        }
        String name = file.getFileName().toString();
        context.header("Cache-Control", "private, max-age=86400");
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Content-Security-Policy", "default-src 'none'; sandbox");
        context.header("Cross-Origin-Resource-Policy", "same-origin");
        context.contentType(TYPES.get(name.substring(name.lastIndexOf('.') + 1)))
                .result(Files.readAllBytes(file));
    }

    /** The file of a tile; null where there is none in the folder. What a link leads to outside of the folder is not in it. */
    Path find(String z, String x, String y) throws IOException {
        int zoom = number(z, ZOOM_MAX);
        if (folder == null || zoom < 0 || number(x, (1 << zoom) - 1) < 0 || number(y, (1 << zoom) - 1) < 0) {
            return null;
        }
        for (String type : TYPES.keySet()) {
            Path file = folder.resolve(z).resolve(x).resolve(y + "." + type);
            if (Files.isRegularFile(file)) {
                Path real = file.toRealPath();
                if (real.startsWith(folder) && Files.size(real) <= TILE_BYTES_MAX) {
                    return file;
                }
            }
        }
        return null;
    }

    /** A number without a sign or zeros before it, or -1. */
    private static int number(String text, int most) {
        if (!text.matches("0|[1-9][0-9]{0,8}")) {
            return -1;
        }
        int number = Integer.parseInt(text);
        return number <= most ? number : -1;
    }

    /** Whether it is a folder in this one; a link that leads out of it is not. */
    private static boolean isWithin(Path name, Path folder) {
        try {
            return Files.isDirectory(name) && name.toRealPath().startsWith(folder);
        } catch (IOException unread) {
            return false;
        }
    }

    private static IntSummaryStatistics zooms(Path folder) throws IOException {
        try (Stream<Path> names = Files.list(folder)) {
            return names.filter(name -> isWithin(name, folder))
                    .mapToInt(name -> number(name.getFileName().toString(), ZOOM_MAX))
                    .filter(zoom -> zoom >= 0)
                    .summaryStatistics();
        }
    }
}
