package org.liuhen.describe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Positions in a table (CSV) whose columns have names. */
final class CsvLog {
    private static final Pattern LATITUDE = Pattern.compile("(?i)lat|[纬緯]度");
    private static final char[] SEPARATORS = {',', ';', '\t', '|'};
    private static final int HEADER_ROWS_MAX = 200; // what may stand before the names of the columns

    private final Path file;
    private final Charset charset;

    CsvLog(Path file, Charset charset) {
        this.file = file;
        this.charset = charset;
    }

    /**
     * Adds a track, if the file is a table with columns for latitude and longitude.
     *
     * @param head the beginning of its text
     * @return whether it is
     */
    boolean read(List<Track> tracks, String head) throws IOException {
        if (!LATITUDE.matcher(head).find()) {
            return false;
        }
        for (char separator : SEPARATORS) {
            PositionColumns columns = columns(separator);
            if (columns != null) {
                Track track = new Track(columns.source());
                tracks.add(track);
                try (CSVParser rows = rows(separator)) {
                    for (CSVRecord row : rows) {
                        if (columns.areBefore(row)) {
                            columns.read(track, row);
                        }
                    }
                } catch (UncheckedIOException broken) {
                    throw broken.getCause();
                }
                return true;
            }
        }
        return false;
    }

    /** The columns of the table under this separator, after a look at all cells; or null where there are none. */
    private PositionColumns columns(char separator) throws IOException {
        PositionColumns columns = null;
        try (CSVParser rows = rows(separator)) {
            for (CSVRecord row : rows) {
                if (columns != null) {
                    columns.look(row);
                    continue;
                }
                columns = PositionColumns.of(row);
                if (columns == null && row.getRecordNumber() >= HEADER_ROWS_MAX) {
                    return null;
                }
            }
        } catch (UncheckedIOException broken) {
            return columns; // the rows before the break are read afterwards, and then the break is reported
        }
        return columns;
    }

    private CSVParser rows(char separator) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(separator)
                .setTrim(true)
                .setLenientEof(true)
                .setTrailingData(true)
                .get();
        return CSVParser.builder()
                .setReader(new BufferedReader(new InputStreamReader(Files.newInputStream(file), charset)))
                .setFormat(format)
                .get();
    }
}
