package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of position log in a few lines; PositionsIT compares long ones with other programs. */
class PositionLogsTest {
    @TempDir
    private Path folder;

    private final Facts facts = new Facts();

    private boolean read(String log) throws IOException {
        Path file = Files.writeString(folder.resolve("log"), log);
        return SideCarReader.addTo(facts, file, StandardCharsets.UTF_8, folder.resolve("track"));
    }

    private String value(String name) {
        return facts.values.stream()
                .filter(value -> value.name().equals(name))
                .map(Value::value)
                .findFirst()
                .orElse(null);
    }

    private static String sentence(String body) {
        int sum = body.chars().reduce(0, (left, right) -> left ^ right);
        return String.format("$%s*%02X%n", body, sum);
    }

    @Test
    void nmea() throws Exception {
        read(sentence("GPRMC,010203,A,3954.2520,N,11624.4440,E,0,0,241126")
                + sentence("GPRMC,010204,A,3954.2520,S,11624.4440,W,0,0,241126")
                + sentence("GPRMC,010205,V,,,,,,,241126"));
        assertEquals("39.9042 116.4074 2026-11-24T01:02:03Z", value("trackStart"));
        assertEquals("-39.9042 -116.4074 2026-11-24T01:02:04Z", value("trackEnd"));
        assertEquals("1", value("trackUnfixed"));
    }

    @Test
    void aSentenceWithAWrongChecksumIsCounted() throws Exception {
        String good = sentence("GPRMC,010203,A,3954.2520,N,11624.4440,E,0,0,241126");
        read(good + good.replace("3954", "3955"));
        assertEquals("1", value("trackPoints"));
        assertEquals("1", value("trackUnread"));
    }

    @Test
    void aTimeOfTheDayWithoutADateIsNoTime() throws Exception {
        read(sentence("GPGLL,3954.2520,N,11624.4440,E,010203,A").repeat(2));
        assertEquals("39.9042 116.4074", value("trackStart"));
        assertNull(value("timeClaim"));
    }

    @Test
    void gpx() throws Exception {
        read("<gpx><wpt lat='1' lon='2'/><trk><trkseg><trkpt lat='39.9' lon='116.4'><ele>5</ele>"
                + "<time>2026-11-24T01:02:03Z</time></trkpt></trkseg></trk></gpx>");
        assertEquals("39.9 116.4 2026-11-24T01:02:03Z", value("trackStart"));
        assertEquals("1", value("otherPoints"), "the way point");
    }

    @Test
    void kml() throws Exception {
        read("<kml><Placemark><Track><when>2026-11-24T01:02:03Z</when><coord>116.4 39.9 5</coord></Track>"
                + "<LineString><coordinates>116.4,39.9 116.5,39.8</coordinates></LineString></Placemark></kml>");
        assertEquals("39.9 116.4 2026-11-24T01:02:03Z", value("trackStart"));
        assertEquals("2", value("otherPoints"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[latitude: 39.9] [longtitude: 116.4]      | 39.9 116.4",
                "GPS(116.4,39.9,14)                        | 39.9 116.4",
                "GPS(39.9,116.4,30.5M)                     | 39.9 116.4",
                "GPS(39.9,16.4,30.5M)                      | 39.9 16.4",
                "GPS(16.4,39.9,14)                         | 39.9 16.4",
                "GPS(S:39.9,W:16.4)                        | -39.9 -16.4",
                "GPS(E:16.4,N:39.9)                        | 39.9 16.4"
            })
    void subtitles(String words, String position) throws Exception {
        read("1\n00:00:01,000 --> 00:00:02,000\n" + words + "\n");
        assertEquals(position, value("trackStart"));
    }

    @Test
    void anOrderOfAnglesThatIsNotKnownIsNotGuessed() throws Exception {
        read("1\n00:00:01,000 --> 00:00:02,000\nGPS(39.9,16.4,300.5)\n");
        assertNull(value("trackStart"));
        assertEquals("1", value("trackUnread"));
        assertEquals(1, facts.failures.size(), facts.failures.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "39.9,116.4          ! 39.9 116.4",
                "-39.9,-116.4        ! -39.9 -116.4",
                "S39.9,W116.4        ! -39.9 -116.4",
                "北纬39.9度,东经116.4度 ! 39.9 116.4",
                "39°54'36\",116°24'  ! 39.91 116.4"
            })
    void tables(String row, String position) throws Exception {
        read("纬度,经度\n" + row.replace("\"", "″") + "\n");
        assertEquals(position, value("trackStart"));
    }

    @Test
    void aTableMayHaveTheSideInAColumnOfItsOwn() throws Exception {
        read("title\nLatitude (deg);NS;Longitude (deg);EW;Date;Time\n39,9;S;116,4;W;2026-11-24;09:02:03\n");
        assertEquals("-39.9 -116.4 2026-11-24 09:02:03", value("trackStart"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-39.9N,116.4", "39.9E,116.4", "39.9,116.4,5", "x,116.4"})
    void aRowThatDoesNotFitIsCounted(String row) throws Exception {
        read("lat,lon\n" + row + "\n");
        assertNull(value("trackStart"));
        assertEquals("1", value("trackUnread"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a text about latitude", "lat,speed\n1,2\n", "latAccuracy,lon\n1,2\n"})
    void anotherTextIsNoLog(String text) throws Exception {
        assertFalse(read(text));
        assertEquals(0, facts.values.size());
    }
}
