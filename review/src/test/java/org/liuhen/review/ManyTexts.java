package org.liuhen.review;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.Random;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogStore;
import org.liuhen.review.projection.ItemJson;
import org.liuhen.review.projection.SearchTerms;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;

/**
 * Gives a running station documents of 5 KB that nobody sent, from a seed, for {@code bench/texts}: nine in ten Chinese, one English. Their
 * texts lie in the vault; it is the station that reads them into PostgreSQL, and that is measured.
 */
final class ManyTexts {
    private static final int BYTES = 5_000;
    private static final String[] OFTEN = {
        "犯罪嫌疑人", "询问笔录", "朝阳区", "派出所", "民警", "现场", "电动自行车", "手机", "盗窃", "证人", "监控录像", "身份证", "于", "的", "在", "了", "和",
        "对", "，", "，", "。"
    };
    private static final String[] ENGLISH = {
        "the", "of", "and", "to", "suspect", "officer", "stolen", "bicycle", "phone", "witness", "street", "camera",
        "was", "in", "at"
    };

    private ManyTexts() {}

    /** With the database's URL (and user and password in it), the folder of the vault, how many documents, and the log's name. */
    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[2]);
        LogName log = new LogName(arguments[3]);
        Random random = new Random(20261129);
        SecureRandom forIds = new SecureRandom();
        long bytes = 0;
        try (Vault vault = VaultSettings.directory(Path.of(arguments[1]), false).open();
                Connection connection = DriverManager.getConnection(arguments[0]);
                PreparedStatement item = connection.prepareStatement(
                        "insert into evidence (id, log, item, words)" + " values (?, ?, ?::jsonb, ?::tsvector)");
                PreparedStatement want = connection.prepareStatement(
                        "insert into document (item, log, description, wanted) values (?, ?, ?, true)")) {
            LogStore store = vault.log(log);
            connection.setAutoCommit(false);
            for (int i = 0; i < count; i++) {
                Instant at = Instant.now().minusSeconds(365L * 86_400 * (count - i) / count);
                String id = EvidenceId.create(at, forIds).value();
                byte[] text = ("Text of evidence " + id + "\n\n" + text(random, i)).getBytes(StandardCharsets.UTF_8);
                bytes += text.length;
                Sha256Digest digest = Sha256Digest.of(text);
                store.write(Described.metadataPath(digest), text);
                byte[] description =
                        ("{\"mediaType\":\"application/pdf\",\"values\":[{\"name\":\"textSha256\",\"value\":\""
                                        + digest.hex() + "\",\"unit\":\"text/plain\"}]}")
                                .getBytes(StandardCharsets.UTF_8);
                Sha256Digest described = Sha256Digest.of(description);
                store.write(Described.metadataPath(described), description);
                ObjectNode json = ManyItems.item(random, at)
                        .put("mediaType", "application/pdf")
                        .put("metadataSha256", described.hex());
                item.setString(1, id);
                item.setString(2, log.value());
                item.setString(3, json.toString());
                item.setString(4, SearchTerms.vector(ItemJson.read(json.toString())));
                item.addBatch();
                want.setString(1, id);
                want.setString(2, log.value());
                want.setString(3, described.hex());
                want.addBatch();
            }
            item.executeBatch();
            want.executeBatch();
            connection.commit();
            connection.setAutoCommit(true);
            long start = System.nanoTime();
            while (number(connection, "select count(*) from document where wanted") > 0) {
                Thread.sleep(200);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            connection.createStatement().execute("vacuum analyze evidence, document, passage");
            System.out.printf(
                    "%d documents, %.1f MB of text, read and indexed in %.1f s (%.0f a second)%n"
                            + "%d passages; table %.1f MB with what is compressed beside it, index of pairs %.1f MB, other indexes %.1f MB%n",
                    count,
                    bytes / 1e6,
                    seconds,
                    count / seconds,
                    number(connection, "select count(*) from passage"),
                    number(connection, "select pg_table_size('passage')") / 1e6,
                    number(connection, "select pg_relation_size('passage_grams')") / 1e6,
                    number(connection, "select pg_indexes_size('passage') - pg_relation_size('passage_grams')") / 1e6);
        }
    }

    private static long number(Connection connection, String query) throws Exception {
        try (ResultSet row = connection.createStatement().executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** One has words that all have, words of its own, and a number that no other one has. */
    private static String text(Random random, int number) {
        StringBuilder text = new StringBuilder("编号第" + (1_000_000 + number) + "号。\n");
        boolean english = number % 10 == 0;
        for (int bytes = 0; bytes < BYTES; ) {
            String word;
            if (english) {
                word = (random.nextInt(3) > 0
                                ? ENGLISH[random.nextInt(ENGLISH.length)]
                                : Integer.toString(random.nextInt(60_000), 36))
                        + " ";
            } else if (random.nextInt(3) == 0) {
                word = OFTEN[random.nextInt(OFTEN.length)];
            } else { // few characters stand often, many seldom
                word = new String(new int[] {character(random), character(random)}, 0, 2);
            }
            text.append(word);
            bytes += english ? word.length() : 3 * word.length();
            if (random.nextInt(30) == 0) {
                text.append('\n');
            }
        }
        return text.append(number % 100 == 7 ? "作案工具为扳手。" : "").toString();
    }

    private static int character(Random random) {
        double share = random.nextDouble();
        return 0x4e00 + (int) (3_000 * share * share * share);
    }
}
