import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The least that a receiver can do: takes a body in, digests it as it passes, forces it to the disk, answers with the digest. */
final class OnePass {
    public static void main(String[] file) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            byte[] buffer = new byte[1 << 18];
            try (FileChannel out = FileChannel.open(Path.of(file[0]), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
                for (int read = exchange.getRequestBody().read(buffer); read >= 0; read = exchange.getRequestBody().read(buffer)) {
                    sha256.update(buffer, 0, read);
                    out.write(ByteBuffer.wrap(buffer, 0, read));
                }
                out.force(true);
                byte[] answer = HexFormat.of().formatHex(sha256.digest()).getBytes();
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            } catch (java.security.NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        });
        server.start();
        System.out.println(server.getAddress().getPort());
    }
}
