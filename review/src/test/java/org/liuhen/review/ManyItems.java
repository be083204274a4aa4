package org.liuhen.review;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.review.projection.ItemJson;
import org.liuhen.review.projection.SearchTerms;

/**
 * Fills the read model of a running station with items that nobody sent, from a seed, for {@code bench/search} and {@code bench/list}: 29 units of a city, 690 officers of
 * each, recordings and documents of the last year with Chinese names.
 */
final class ManyItems {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter IN_NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss").withZone(ZoneOffset.ofHours(8));
    private static final String[] KINDS = {"询问笔录", "讯问笔录", "现场照片", "扣押清单", "鉴定意见", "接受证据清单", "辨认笔录", "行政处罚决定书"};
    private static final String[] SURNAMES = {"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴"};
    private static final String[] GIVEN = {"伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰"};
    private static final int BATCH = 2_000;

    private ManyItems() {}

    /** With the database's URL (and user and password in it), how many items, and the log's name. */
    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[1]);
        Random random = new Random(20261125);
        SecureRandom forIds = new SecureRandom();
        try (Connection connection = DriverManager.getConnection(arguments[0]);
                PreparedStatement insert = connection.prepareStatement(
                        "insert into evidence (id, log, item, words)" + " values (?, ?, ?::jsonb, ?::tsvector)")) {
            connection.setAutoCommit(false);
            for (int i = 0; i < count; i++) {
                Instant at = Instant.now().minusSeconds(365L * 86_400 * (count - i) / count);
                ObjectNode item = item(random, at);
                insert.setString(1, EvidenceId.create(at, forIds).value());
                insert.setString(2, arguments[2]);
                insert.setString(3, item.toString());
                insert.setString(4, SearchTerms.vector(ItemJson.read(item.toString())));
                insert.addBatch();
                if (i % BATCH == BATCH - 1 || i == count - 1) {
                    insert.executeBatch();
                    connection.commit();
                }
            }
            connection.setAutoCommit(true);
            connection.createStatement().execute("vacuum analyze evidence");
        }
    }

    static ObjectNode item(Random random, Instant at) {
        int unit = 110101 + random.nextInt(29);
        String officer = Integer.toString(100_000 + (unit - 110_101) * 690 + random.nextInt(690));
        boolean recording = random.nextInt(10) < 7;
        String name = SURNAMES[random.nextInt(SURNAMES.length)] + GIVEN[random.nextInt(GIVEN.length)];
        ObjectNode item = JSON.createObjectNode();
        item.put("state", random.nextInt(200) == 0 ? "rejected" : "verified");
        item.put(
                "fileName",
                recording
                        ? officer + "_" + IN_NAME.format(at) + "_" + random.nextInt(1_000) + ".mp4"
                        : KINDS[random.nextInt(KINDS.length)] + "（" + name + "）.docx");
        item.put(
                "mediaType",
                recording ? "video/mp4" : "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
        item.put("sizeBytes", 40_000 + random.nextInt(400_000_000))
                .put("declaredAt", at.toString())
                .put("captureStart", at.minusSeconds(3_600).toString());
        item.put("sender", recording ? "DOCK-" + unit : officer)
                .put("officerNo", officer)
                .put("unitCode", Integer.toString(unit));
        item.putArray("units").add(Integer.toString(unit));
        item.putArray("owners").add(officer);
        item.put("sealedUntil", at.plusSeconds(184L * 86_400).toString()).put("enforcement", "s3");
        if (recording) {
            int east = 11_600 + random.nextInt(80);
            int north = 3_970 + random.nextInt(50);
            item.putArray("place").add(east).add(north).add(east + 2).add(north + 2);
            item.putObject("captureTime").put("lengthMillis", 1_000 + random.nextInt(3_600_000));
            item.put("deviceSerial", "DSJ-" + (unit - 110_100) * 1_000 + random.nextInt(700));
        }
        item.put("lastLeaf", ""); // a chain without entries, of which nothing is missing
        var cases = item.putArray("cases");
        if (random.nextInt(3) > 0) {
            cases.add("京公（刑）立字〔2026〕" + random.nextInt(60_000) + "号");
        }
        if (random.nextInt(50) == 0) {
            item.putArray("candidates").addObject().put("incidentNo", "JQ" + random.nextInt(100_000));
        }
        if (random.nextInt(4) > 0) {
            item.put("category", "GENERAL").put("keptDays", 184);
        }
        return item;
    }
}
