import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;

/**
 * What the vault alone does on S3, with the requests that intake makes for an upload: declare, find, append, complete, announced. Runs against the class path of any
 * version: {@code java -cp CLASSPATH bench/Uploads.java ENDPOINT BUCKET [SMALL] [MIB]}; prints one JSON object a line.
 */
public class Uploads {
    private static final LogName SITE = new LogName("site-1");
    private static final int AT_ONCE = 8;
    private static final int SMALL_BYTES = 100 << 10;

    public static void main(String[] args) throws Exception {
        int small = args.length > 2 ? Integer.parseInt(args[2]) : 1000;
        long large = (args.length > 3 ? Long.parseLong(args[3]) : 1024) << 20;
        try (Vault vault = VaultSettings.s3(args[0], "default", args[1]).open()) {
            byte[] bytes = new byte[SMALL_BYTES];
            many(vault, bytes, small / 5); // warm
            System.out.printf(
                    "{\"what\":\"small\",\"files\":%d,\"kib\":%d,\"atOnce\":%d,\"aSecond\":%.1f}%n",
                    small, SMALL_BYTES >> 10, AT_ONCE, small / many(vault, bytes, small));
            long begun = System.nanoTime();
            upload(vault, new Zeros(large), large);
            double seconds = (System.nanoTime() - begun) / 1e9;
            System.out.printf("{\"what\":\"one\",\"mib\":%d,\"seconds\":%.2f}%n", large >> 20, seconds);
        }
    }

    private static double many(Vault vault, byte[] bytes, int files) throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(AT_ONCE);
        long begun = System.nanoTime();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            all.add(senders.submit(() -> {
                upload(vault, new ByteArrayInputStream(bytes), bytes.length);
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
        senders.shutdown();
        return (System.nanoTime() - begun) / 1e9;
    }

    private static void upload(Vault vault, InputStream bytes, long size) throws Exception {
        EvidenceId id = EvidenceId.create(Instant.now(), new SecureRandom());
        EventContext context = EventContext.of(
                EventContext.idFor(Declared.class, id.value()), id, Instant.now(), Actor.component("bench"), null, "bench");
        vault.uploads().declare(Declaration.of(
                SITE,
                new Declared(context, new FileName("a.mp4"), null, new Sha256Digest("0".repeat(64)), size, List.of(), null)));
        vault.uploads().find(SITE, id).orElseThrow(); // as intake does, to see whose it is
        Upload kept = vault.uploads().append(SITE, id, 0, bytes);
        vault.uploads().complete(kept);
        vault.uploads().markAnnounced(vault.uploads().find(SITE, id).orElseThrow());
    }

    /** So many bytes that cost nothing to make. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long left) {
            this.left = left;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] buffer, int from, int length) {
            if (left <= 0) {
                return -1;
            }
            int some = (int) Math.min(left, length);
            left -= some;
            return some;
        }
    }
}
