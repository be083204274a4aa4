import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import me.desair.tus.server.TusFileUploadService;
import me.desair.tus.server.exception.TusException;
import me.desair.tus.server.upload.UploadInfo;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A peer: tus-java-server with its file storage in Jetty. With "durable", a finished upload is answered when its files are forced to the disk. */
final class TusJavaServer extends HttpServlet {
    private final Path folder;
    private final boolean durable;
    private final TusFileUploadService tus;

    TusJavaServer(Path folder, boolean durable) {
        this.folder = folder;
        this.durable = durable;
        tus = new TusFileUploadService().withUploadUri("/files").withStoragePath(folder.toString());
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse answer) throws IOException {
        tus.process(request, answer);
        String location = request.getMethod().equals("POST") ? answer.getHeader("Location") : request.getRequestURI();
        try {
            UploadInfo upload = durable && location != null ? tus.getUploadInfo(location) : null;
            if (upload != null && !upload.isUploadInProgress()) {
                Path files = folder.resolve("uploads").resolve(upload.getId().toString());
                try (Stream<Path> all = Files.walk(files)) {
                    for (Path path : (Iterable<Path>) all::iterator) {
                        force(path);
                    }
                }
                force(files.getParent());
            }
        } catch (TusException failed) {
            throw new IOException(failed);
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Server server = new Server(new InetSocketAddress("127.0.0.1", 0));
        ServletContextHandler context = new ServletContextHandler("/");
        context.addServlet(new ServletHolder(new TusJavaServer(Path.of(arguments[0]), arguments.length > 1)), "/files/*");
        server.setHandler(context);
        server.start();
        System.out.println(((ServerConnector) server.getConnectors()[0]).getLocalPort());
    }
}
