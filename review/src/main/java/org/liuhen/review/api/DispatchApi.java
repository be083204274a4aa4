package org.liuhen.review.api;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.DispatchEvent.DispatchRecorded;
import org.liuhen.custody.event.DispatchRecords;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.DispatchRecord;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.Answers;
import org.liuhen.web.Problem;

/** Takes dispatch records of a command centre, as JSON or CSV, and puts them on the record. Either all records of a request are taken or none. */
public final class DispatchApi {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final int REASON_MAX = 500;
    private static final int BODY_BYTES_MAX = 4 << 20;
    private static final Pattern CHARSET = Pattern.compile("charset=\"?([-\\w]+)", Pattern.CASE_INSENSITIVE);
    private static final String SEPARATOR = "\\s*[;；]\\s*";
    private static final CSVFormat CSV = CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setDuplicateHeaderMode(DuplicateHeaderMode.DISALLOW)
            .setSkipHeaderRecord(true)
            .setTrim(true)
            .setIgnoreEmptyLines(true)
            .get();

    private final LogName log;
    private final Feed feed;

    /** The route of one site. */
    public DispatchApi(LogName log, Feed feed) {
        this.log = log;
        this.feed = feed;
    }

    /** Adds {@code POST /api/dispatch-records}. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        routes.post("/api/dispatch-records", this::take, Act.IMPORT_DISPATCH);
    }

    private void take(Context context) throws Problem, FeedUnavailableException {
        Actor actor = Access.actor(context);
        boolean csv =
                String.valueOf(context.contentType()).toLowerCase(Locale.ROOT).startsWith("text/csv");
        byte[] body = body(context);
        List<DispatchRecorded> events = new ArrayList<>();
        for (JsonNode record : csv ? table(context, body) : json(body)) {
            try {
                DispatchRecorded event = DispatchRecords.event(read(record), actor, "review");
                CanonicalJson.encode(
                        event); // throws where the event is too long, while the number of the record is known
                events.add(event);
            } catch (RuntimeException invalid) {
                throw new Problem(
                        400,
                        "RV-118",
                        "Record " + (events.size() + 1) + ": " + Reason.of(invalid.getMessage(), REASON_MAX)
                                + ". None of this request was taken");
            }
        }
        feed.append(log, events);
        context.status(202);
        Answers.json(context, JSON.createObjectNode().put("recorded", events.size()));
    }

    private static DispatchRecord read(JsonNode record) {
        if (record.path("revision").isNumber() && !record.get("revision").canConvertToLong()) {
            throw new IllegalArgumentException("revision is a number from 0 to 2^53");
        }
        return DispatchRecords.read(record);
    }

    private static byte[] body(Context context) throws Problem {
        try {
            byte[] body = context.bodyInputStream().readNBytes(BODY_BYTES_MAX + 1);
            if (body.length > BODY_BYTES_MAX) {
                throw new Problem(
                        413,
                        "RV-118",
                        "A request has at most " + BODY_BYTES_MAX + " bytes; send the records in several");
            }
            return body;
        } catch (IOException broken) {
            throw new Problem(400, "RV-118", "The request broke off; none of it was taken");
        }
    }

    /** The records of a JSON body: one object, an array of objects, or several values after each other, such as one in each line. */
    private static List<JsonNode> json(byte[] body) throws Problem {
        List<JsonNode> records = new ArrayList<>();
        try (MappingIterator<JsonNode> values = JSON.readerFor(JsonNode.class).readValues(body)) {
            while (values.hasNextValue()) {
                JsonNode value = values.nextValue();
                if (value.isArray()) {
                    value.forEach(records::add);
                } else {
                    records.add(value);
                }
            }
        } catch (IOException | RuntimeException invalid) {
            throw new Problem(400, "RV-118", "The body is neither JSON nor said to be text/csv. None of it was taken");
        }
        if (records.isEmpty() && new String(body, StandardCharsets.UTF_8).isBlank()) {
            throw new Problem(400, "RV-118", "The body is empty; send dispatch records as JSON or as text/csv");
        }
        return records;
    }

    /** The records of a CSV body. Its first line names the columns. Several officers or devices in one cell are separated by semicolons. */
    private static ArrayNode table(Context context, byte[] bytes) throws Problem {
        Matcher named = CHARSET.matcher(String.valueOf(context.contentType()));
        try {
            Charset charset = named.find() ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8;
            boolean hasByteOrderMark = bytes.length > 2 && bytes[0] == (byte) 0xef && bytes[1] == (byte) 0xbb;
            ByteArrayInputStream in = new ByteArrayInputStream(bytes, hasByteOrderMark ? 3 : 0, bytes.length);
            ArrayNode records = JSON.createArrayNode();
            try (CSVParser rows = CSVParser.builder()
                    .setReader(
                            new InputStreamReader(in, charset.newDecoder().onMalformedInput(CodingErrorAction.REPORT)))
                    .setFormat(CSV)
                    .get()) {
                for (CSVRecord row : rows) {
                    if (!row.isConsistent()) {
                        throw new IllegalArgumentException("line " + row.getRecordNumber()
                                + " behind the names has " + row.size() + " cells, and there are "
                                + rows.getHeaderNames().size() + " names");
                    }
                    records.add(record(row));
                }
                if (rows.getHeaderNames().isEmpty()) {
                    throw new IllegalArgumentException("there is no first line");
                }
            }
            return records;
        } catch (RuntimeException | IOException invalid) {
            throw new Problem(
                    400,
                    "RV-118",
                    "Not a table in CSV (RFC 4180) whose first line names its columns: "
                            + Reason.of(invalid.getMessage(), REASON_MAX)
                            + ". A table that is not UTF-8 says so: Content-Type: text/csv; charset=gb18030");
        }
    }

    private static ObjectNode record(CSVRecord row) {
        ObjectNode record = JSON.createObjectNode();
        row.toMap().forEach((name, text) -> {
            if (text.isEmpty()) {
                return;
            }
            if (name.endsWith("s")) { // officerNos, deviceSerials
                ArrayNode list = record.putArray(name);
                Pattern.compile(SEPARATOR).splitAsStream(text).forEach(list::add);
            } else if (name.equals("revision") && text.matches("[0-9]{1,16}")) {
                record.set(name, JsonNodeFactory.instance.numberNode(Long.parseLong(text)));
            } else {
                record.put(name, text);
            }
        });
        return record;
    }
}
