package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.liuhen.station.LiveStation.await;
import static org.liuhen.station.LiveStation.liuhen;

import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.HttpLog;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.verify.Fault;
import org.liuhen.custody.verify.Monitor;
import org.liuhen.custody.verify.ReceiptVerification;

/** The log's key is changed: the log goes on, old receipts hold, the change is on the record, the old key ends. */
class KeyIT {
    private static final byte[] BYTES = "证据".getBytes(StandardCharsets.UTF_8);
    private static final byte[] LATER = "后来的证据".getBytes(StandardCharsets.UTF_8);

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    @Test
    void aLogOutlivesItsKey() throws Exception {
        Path data = folder.resolve("data");
        Path keys = data.resolve("keys");
        try (LiveStation station = new LiveStation(data)) {
            TusSender sender = new TusSender(station);
            byte[] early = receipt(station, sender.upload(TusSender.metadata("a.txt", BYTES), BYTES));
            Policy before = Policy.parse(Files.readString(keys.resolve("trust")));
            Monitor monitor = new Monitor(new HttpLog(station.at("/log/site-1")), before, folder.resolve("head"));
            await(() -> monitor.look().faults().isEmpty());
            station.kill();

            String size = Long.toString(monitorSize(early));
            assertEquals(0, liuhen("key", "--keys", keys.toString(), "--rotate", "--size", size));
            station.start();
            byte[] late = receipt(station, sender.upload(TusSender.metadata("b.txt", LATER), LATER));
            Policy after = Policy.parse(Files.readString(keys.resolve("trust")));
            assertEquals(List.of(), codes(early, BYTES, after), "an old receipt holds");
            assertEquals(List.of(), codes(late, LATER, after));
            assertEquals(List.of("VF-101"), codes(late, LATER, before), "who does not know the new key is told");
            Monitor again = new Monitor(new HttpLog(station.at("/log/site-1")), after, folder.resolve("head"));
            assertEquals(List.of(), again.look().faults(), "the new head continues the one that the old key signed");
            assertTrue(station.get("/api/verification").get("verified").asBoolean());
            String log = new String(
                    new HttpLog(station.at("/log/site-1"))
                            .read("tile/entries/000.p/" + again.look().head().size())
                            .orElseThrow(),
                    StandardCharsets.UTF_8);
            assertTrue(log.contains("\"keyRotated\"") && log.contains("\"keyRevoked\""), "the change is on the record");
        }
    }

    private static long monitorSize(byte[] receipt) throws Exception {
        return org.liuhen.custody.log.Checkpoint.parse(org.liuhen.custody.log.TlogProof.parse(receipt)
                        .checkpoint()
                        .text())
                .size();
    }

    private static List<String> codes(byte[] receipt, byte[] bytes, Policy policy) {
        return ReceiptVerification.verify("receipt", receipt, policy, Sha256Digest.of(bytes)).faults().stream()
                .map(Fault::code)
                .toList();
    }

    private static byte[] receipt(LiveStation station, String location) throws Exception {
        var answer = station.send(HttpRequest.newBuilder(station.at(location + "/receipt?wait=30")));
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.body().getBytes(StandardCharsets.UTF_8);
    }
}
