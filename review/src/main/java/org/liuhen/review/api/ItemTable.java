package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Writer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Items as a table for spreadsheets: CSV (RFC 4180) in UTF-8 with a byte order mark, without which Excel shows no Chinese. A text that a
 * spreadsheet would take for a formula has an apostrophe before it (OWASP, CSV Injection).
 */
final class ItemTable {
    /** An interval as short as this is a time that a clock states, give or take; a longer one has no likely middle. */
    private static final Duration STATED = Duration.ofSeconds(10);

    static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final String FORMULA_STARTS = "=+-@\t\r\n＝＋－＠";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    /** The columns: their names in Chinese and English; ZONE stands for the zone of the times in them. */
    private static final List<List<String>> COLUMNS = List.of(
            List.of("编号", "ID"),
            List.of("文件名", "File"),
            List.of("状态", "State"),
            List.of("录制时间 ZONE", "Recorded ZONE"),
            List.of("上传时间 ZONE", "Uploaded ZONE"),
            List.of("时长（秒）", "Length (s)"),
            List.of("大小（字节）", "Size (bytes)"),
            List.of("类型", "Type"),
            List.of("人员", "Person"),
            List.of("上传人", "Sender"),
            List.of("设备", "Device"),
            List.of("单位", "Units"),
            List.of("案件", "Cases"),
            List.of("分类", "Category"),
            List.of("保存期限 ZONE", "Kept until ZONE"),
            List.of("SHA-256", "SHA-256"),
            List.of("核验异常", "Does not verify")); // new columns come last, for programs that read by position

    private static final Map<String, String> STATES = Map.of(
            "declared", "已申报",
            "withdrawn", "已撤回",
            "received", "已接收",
            "verified", "已核验",
            "rejected", "校验不符",
            "disposed", "已销毁");

    private final Writer out;
    private final boolean chinese;
    private final ZoneId zone;

    /** A table whose times are those of this zone, which its head names. */
    ItemTable(Writer out, boolean chinese, ZoneId zone) {
        this.out = out;
        this.chinese = chinese;
        this.zone = zone;
    }

    /** Writes the head. */
    void head() throws IOException {
        out.write(BYTE_ORDER_MARK);
        line(COLUMNS.stream()
                .map(names -> names.get(chinese ? 0 : 1).replace("ZONE", "(" + zone.getId() + ")"))
                .toList());
    }

    /** Writes the line of an item, as the API shows it. */
    void item(ObjectNode item) throws IOException {
        String state = text(item, "state");
        String person = Stream.of("officerNo", "onBehalfOf", "sender")
                .map(member -> text(item, member))
                .filter(one -> !one.isEmpty())
                .findFirst()
                .orElse("");
        JsonNode length = item.at("/captureTime/lengthMillis");
        line(List.of(
                text(item, "id"),
                text(item, "fileName"),
                chinese ? STATES.getOrDefault(state, state) : state,
                time(recorded(item)),
                time(text(item, "declaredAt")),
                length.isNumber() ? String.format("%.1f", length.asLong() / 1000.0) : "",
                text(item, "sizeBytes"),
                text(item, "mediaType"),
                person,
                text(item, "sender"),
                text(item, "deviceSerial"),
                all(item, "units"),
                all(item, "cases"),
                chinese ? RetentionCategory.title(text(item, "category")) : text(item, "category"),
                time(text(item, "sealedUntil")),
                text(item, "sha256"),
                text(item, "chainFault")));
    }

    /** When it most likely began, as the page says it: what the device's clock states is the middle of a short interval. */
    private static String recorded(ObjectNode item) {
        JsonNode time = item.path("captureTime");
        if (time.path("clock").asText().equals("DEVICE")) {
            JsonNode when = time.hasNonNull("corrected") ? time.get("corrected") : time;
            Instant earliest = Instant.parse(when.get("earliest").asText());
            Duration spread =
                    Duration.between(earliest, Instant.parse(when.get("latest").asText()));
            if (spread.compareTo(STATED) <= 0) {
                return earliest.plus(spread.dividedBy(2)).toString();
            }
        }
        return text(item, "recordedFrom");
    }

    private static String text(ObjectNode item, String member) {
        return item.path(member).asText("");
    }

    private static String all(ObjectNode item, String member) {
        List<String> values = new ArrayList<>();
        item.path(member).forEach(value -> values.add(value.asText()));
        return String.join(" ", values);
    }

    private String time(String instant) {
        try {
            return instant.isEmpty() ? "" : TIME.format(Instant.parse(instant).atZone(zone));
        } catch (DateTimeException unusual) {
            return instant;
        }
    }

    private void line(List<String> cells) throws IOException {
        line(out, cells);
    }

    /** Writes a line of a table. */
    static void line(Writer out, List<String> cells) throws IOException {
        out.write(cells.stream().map(ItemTable::cell).collect(Collectors.joining(",", "", "\r\n")));
    }

    /** A cell in quotation marks; never a formula. */
    static String cell(String text) {
        boolean formula = !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0;
        return '"' + (formula ? "'" : "") + text.replace("\"", "\"\"") + '"';
    }
}
