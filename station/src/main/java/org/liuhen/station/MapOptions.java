package org.liuhen.station;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.liuhen.review.api.MapTiles;
import picocli.CommandLine.Option;

/** The map under the tracks of recordings. */
final class MapOptions {
    @Option(
            names = "--map-tiles",
            description = {
                "folder with the tiles of a map, zoom/x/y.png, .jpg or .webp, in Web Mercator on WGS 84 or CGCS2000 and not GCJ-02;",
                "tracks are drawn over it. Without it they are drawn without a map; nothing is ever fetched from outside"
            })
    private Path tiles;

    @Option(
            names = "--map-attribution",
            description = "whose map it is, to be said in its corner as its licence wants it",
            defaultValue = "")
    private String attribution;

    /**
     * The map, which may be none.
     *
     * @throws IllegalArgumentException where the folder is not there or holds no tiles
     */
    MapTiles open() throws IOException {
        if (tiles != null && !Files.isDirectory(tiles)) {
            throw new IllegalArgumentException("--map-tiles " + tiles + " is no folder that this process can read");
        }
        if (tiles == null && !attribution.isEmpty()) {
            throw new IllegalArgumentException("--map-attribution is of no map: give --map-tiles, or leave it out");
        }
        return new MapTiles(tiles, attribution);
    }
}
