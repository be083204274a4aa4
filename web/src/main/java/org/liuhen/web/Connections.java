package org.liuhen.web;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.component.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how many connections a web server holds, in all and from one address, and how long each may be open without a whole request. A connection
 * beyond the limit is reset before a byte of it is read; all of them together are one line (IN-167) of the program's log a minute. A connection whose
 * TLS handshake or headers are not complete 30 seconds after it was opened, or after its last request ended, is closed, however many
 * bytes it brings; so is one that is idle for so long. No thread waits for any of them.
 */
public final class Connections extends Handler.Wrapper implements SelectorManager.AcceptListener {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    /** In bytes: an answer may repeat all headers of a request, and has headers of its own. */
    public static final int ANSWER_HEADER_BYTES_MAX = 16 << 10;

    private static final long REQUEST_SECONDS_MAX = 30;
    private static final long LOG_EVERY_SECONDS = 60;
    private static final int IPV6_NETWORK_BYTES = 8;

    private final String listener;
    private final Limits limits;
    private final Map<Object, Connection> open =
            new ConcurrentHashMap<>(); // by channel; additions hold the lock of this
    private final Map<InetAddress, Integer> openByNetwork = new HashMap<>(); // guarded by this
    private long refused; // guarded by this
    private InetAddress lastRefused; // guarded by this
    private long loggedNanos = System.nanoTime() - TimeUnit.SECONDS.toNanos(LOG_EVERY_SECONDS);

    /**
     * The limits of one web server.
     *
     * @param inAll from all addresses together
     * @param perAddress from one IPv4 address, or from one IPv6 network of 64 bits, which is what one client is given (RFC 6177, section 2)
     * @param origins whose pages may send uploads from a browser: see {@link CrossOriginUploads}
     */
    public record Limits(int inAll, int perAddress, Set<String> origins) {
        /** 20,000 in all, 1,000 from one address. */
        public static final Limits DEFAULT = new Limits(20_000, 1_000);

        /** Of a server that only its own pages use. */
        public Limits(int inAll, int perAddress) {
            this(inAll, perAddress, Set.of());
        }
    }

    /** An open connection and its requests. */
    private static final class Connection {
        private final InetAddress from;
        private int requests; // guarded by this, with the next
        private long idleSinceNanos = System.nanoTime();

        Connection(InetAddress from) {
            this.from = from;
        }

        synchronized void requestBegan() {
            requests++;
        }

        synchronized void requestEnded() {
            requests--;
            idleSinceNanos = System.nanoTime();
        }

        synchronized boolean isLate(long now) {
            return requests == 0 && now - idleSinceNanos > TimeUnit.SECONDS.toNanos(REQUEST_SECONDS_MAX);
        }
    }

    /**
     * Limits and counts the connections and requests of one server: make it the outermost of its handlers, and let it watch each connector.
     *
     * @param listener what the server is called in metrics
     */
    public Connections(String listener, Limits limits) {
        this.listener = listener;
        WebMetrics.CONNECTIONS_REFUSED.initLabelValues(listener);
        this.limits = limits;
    }

    /** Whose pages may send uploads. */
    public Set<String> origins() {
        return limits.origins();
    }

    /** Counts the connections of a connector that is not started yet; gives it back. */
    public ServerConnector watch(ServerConnector connector) {
        connector.addBean(this, false);
        connector.addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarted(LifeCycle started) {
                scheduleCheck(connector);
            }
        });
        return connector;
    }

    @Override
    public void onAccepting(SelectableChannel channel) {
        InetAddress from = networkOf(((SocketChannel) channel).socket().getInetAddress());
        synchronized (this) {
            int before = openByNetwork.getOrDefault(from, 0);
            if (open.size() < limits.inAll() && before < limits.perAddress()) {
                openByNetwork.put(from, before + 1);
                open.put(channel, new Connection(from));
                WebMetrics.CONNECTIONS.labelValues(listener).inc();
                return;
            }
            refused++;
            WebMetrics.CONNECTIONS_REFUSED.labelValues(listener).inc();
            lastRefused = from;
        }
        try {
            ((SocketChannel) channel).setOption(StandardSocketOptions.SO_LINGER, 0); // no state of it stays behind
        } catch (IOException gone) {
            LOG.debug("the client closed it first", gone);
        }
        IO.close(channel);
    }

    @Override
    public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
        onClosed(channel);
    }

    @Override
    public void onClosed(SelectableChannel channel) {
        synchronized (this) {
            Connection connection = open.remove(channel);
            if (connection != null) {
                WebMetrics.CONNECTIONS.labelValues(listener).dec();
                openByNetwork.computeIfPresent(connection.from, (from, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    /** The address for which connections are counted: an IPv4 address, or the first 64 bits of an IPv6 address. */
    static InetAddress networkOf(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] network = address.getAddress();
        Arrays.fill(network, IPV6_NETWORK_BYTES, network.length, (byte) 0);
        try {
            return InetAddress.getByAddress(network);
        } catch (UnknownHostException never) {
            throw new IllegalStateException(never);
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        EndPoint end = request.getConnectionMetaData().getConnection().getEndPoint();
        while (end instanceof EndPoint.Wrapper tls) {
            end = tls.unwrap();
        }
        Connection connection = open.get(end.getTransport());
        if (connection != null) { // else it was closed meanwhile
            connection.requestBegan();
            Request.addCompletionListener(request, failure -> connection.requestEnded());
        }
        long start = System.nanoTime();
        Request.addCompletionListener(request, failure -> count(response.getStatus(), start));
        return super.handle(request, response, callback);
    }

    /** An answer that never began has the status 0, and its class is {@code none}: its sender was gone. */
    private void count(int status, long startNanos) {
        WebMetrics.REQUESTS
                .labelValues(listener, status == 0 ? "none" : status / 100 + "xx")
                .inc();
        WebMetrics.REQUEST_SECONDS.labelValues(listener).observe((System.nanoTime() - startNanos) / 1e9);
    }

    private void scheduleCheck(ServerConnector connector) {
        connector
                .getScheduler()
                .schedule(
                        () -> {
                            try {
                                check(connector);
                            } catch (Throwable broken) { // the scheduler repeats no task that throws
                                LOG.error("looking after connections", broken);
                            }
                            scheduleCheck(connector);
                        },
                        1,
                        TimeUnit.SECONDS);
    }

    private void check(ServerConnector connector) {
        long now = System.nanoTime();
        for (EndPoint end : connector.getConnectedEndPoints()) {
            Connection connection = open.get(end.getTransport());
            if (connection != null && connection.isLate(now)) {
                end.close();
            }
        }
        synchronized (this) {
            if (refused > 0 && now - loggedNanos >= TimeUnit.SECONDS.toNanos(LOG_EVERY_SECONDS)) {
                LOG.warn(
                        "IN-167 {} connections to port {} were too many and closed, the last one from {}. Open are {} of {}"
                                + " (--connections), of that address {} of {} (--connections-per-address)",
                        refused,
                        connector.getLocalPort(),
                        lastRefused.getHostAddress(),
                        open.size(),
                        limits.inAll(),
                        openByNetwork.getOrDefault(lastRefused, 0),
                        limits.perAddress());
                loggedNanos = now;
                refused = 0;
            }
        }
    }
}
