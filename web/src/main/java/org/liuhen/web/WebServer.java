package org.liuhen.web;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;

/**
 * A web server that runs until it is closed. Before a route is looked for, each request passes the limits of connections ({@link
 * Connections}), {@link UnreadBodies}, {@link CrossOriginUploads}, {@link StrictAddresses}, {@link WholeBodies} and {@link Traces}.
 */
public final class WebServer implements AutoCloseable {
    /** Answers that are on their way may take so long when the server is asked to end. */
    private static final long DRAIN_MILLIS = 10_000;

    private final Javalin server;

    /**
     * Where a server listens.
     *
     * @param host the address to bind
     * @param port 0 for any free port
     * @param proxied whether a proxy says who calls, by the PROXY protocol
     */
    public record Address(String host, int port, boolean proxied) {
        /** Called by its clients themselves. */
        public Address(String host, int port) {
            this(host, port, false);
        }
    }

    private WebServer(Javalin server) {
        this.server = server;
    }

    /**
     * Serves these routes without TLS.
     *
     * @param listener what the server is called in metrics
     */
    public static WebServer start(
            String listener,
            Address address,
            Connections.Limits limits,
            UploadPaths uploads,
            Consumer<JavalinDefaultRoutingApi> routes) {
        return start(listener, limits, uploads, (server, http) -> plainConnector(server, http, address), routes);
    }

    /**
     * Serves these routes.
     *
     * @param listener what the server is called in metrics
     * @param connector makes what accepts connections; it is started by the server
     */
    public static WebServer start(
            String listener,
            Connections.Limits limits,
            UploadPaths uploads,
            BiFunction<Server, HttpConfiguration, ServerConnector> connector,
            Consumer<JavalinDefaultRoutingApi> routes) {
        Connections connections = new Connections(listener, limits);
        return new WebServer(Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.http.compressionStrategy = CompressionStrategy.NONE; // evidence is compressed already
                    config.jetty.modifyServer(server -> {
                        server.setErrorHandler(new ProblemPages());
                        server.setHandler(handlers(connections, uploads));
                    });
                    config.jetty.addConnector((server, http) -> {
                        http.setResponseHeaderSize(Connections.ANSWER_HEADER_BYTES_MAX);
                        return connections.watch(connector.apply(server, http));
                    });
                    routes.accept(config.routes);
                })
                .start());
    }

    private static ServerConnector plainConnector(Server server, HttpConfiguration http, Address address) {
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ServerConnector connector = address.proxied()
                ? new ServerConnector(server, new ProxyConnectionFactory(), plain)
                : new ServerConnector(server, plain);
        connector.setHost(address.host());
        connector.setPort(address.port());
        return connector;
    }

    private static Handler handlers(Connections connections, UploadPaths uploads) {
        WholeBodies bodies = new WholeBodies(uploads);
        bodies.setHandler(new Traces());
        StrictAddresses addresses = new StrictAddresses();
        addresses.setHandler(bodies);
        CrossOriginUploads crossOrigin = new CrossOriginUploads(connections.origins(), uploads);
        crossOrigin.setHandler(addresses);
        UnreadBodies unread = new UnreadBodies();
        unread.setHandler(crossOrigin);
        GracefulHandler graceful = new GracefulHandler();
        graceful.setHandler(unread);
        connections.setHandler(graceful);
        return connections;
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** Answers new requests with 503, waits a while for those that are on their way, and stops. */
    public void drain() {
        server.jettyServer().server().setStopTimeout(DRAIN_MILLIS);
        server.stop();
    }

    @Override
    public void close() {
        server.stop();
    }
}
