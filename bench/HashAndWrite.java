import java.io.FileInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** The limit that an ingest is measured against: SHA-256 and a durable write of the same bytes by one Java thread. */
final class HashAndWrite {
    public static void main(String[] files) throws Exception {
        byte[] buffer = new byte[1 << 20];
        long start = System.nanoTime();
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        try (FileInputStream in = new FileInputStream(files[0]);
                FileChannel out = FileChannel.open(
                        Path.of(files[1]),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
                out.write(ByteBuffer.wrap(buffer, 0, read));
            }
            out.force(true);
        }
        sha256.digest();
        System.out.println((System.nanoTime() - start) / 1e9);
    }
}
