package org.liuhen.intake;

import java.io.IOException;
import java.security.KeyStore;
import java.security.cert.CRL;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.liuhen.web.Connections;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The address for devices: TLS 1.3 and 1.2, HTTP/2 and 1.1. The peer's certificate is not checked here: TLS shows that the peer
 * holds its key, and {@link Devices} decides for each request whether it is valid, so that a denial has a reason on the record.
 */
public final class DeviceConnectorFactory {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceConnectorFactory.class);
    private static final int IDLE_MILLIS = 60_000;
    private static final int HEADER_BYTES_MAX = 16 << 10;
    private static final long RENEW_AFTER_DAYS = 30;

    private final DeviceAuthority authority;
    private final Senders senders;
    private final String host;
    private final int port;
    private final List<String> names;
    private final boolean proxied;
    private final SslContextFactory.Server tls = new AnyClient();

    /**
     * An address to listen on.
     *
     * @param names the names and addresses of this server, as devices call it
     * @param proxied whether a proxy passes the connections on and says who calls, by the PROXY protocol
     */
    public DeviceConnectorFactory(
            DeviceAuthority authority, Senders senders, String host, int port, List<String> names, boolean proxied) {
        this.authority = authority;
        this.senders = senders;
        this.host = host;
        this.port = port;
        this.names = List.copyOf(names);
        this.proxied = proxied;
    }

    /** The connector for a server. */
    public ServerConnector connector(Server server, HttpConfiguration plain) {
        HttpConfiguration http = new HttpConfiguration(plain);
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEADER_BYTES_MAX);
        http.setResponseHeaderSize(Connections.ANSWER_HEADER_BYTES_MAX);
        http.addCustomizer(new SecureRequestCustomizer(false));
        http.setSecureScheme("https");
        renewCertificate();
        tls.setKeyStorePassword("");
        tls.setWantClientAuth(true);
        tls.setIncludeProtocols("TLSv1.3", "TLSv1.2"); // 1.2 for old cameras, with the cipher suites that 1.3 has kept
        tls.setIncludeCipherSuites("TLS_AES_.*", "TLS_CHACHA20_.*", "TLS_ECDHE_.*_GCM_.*", "TLS_ECDHE_.*_CHACHA20_.*");
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol("http/1.1");
        SslConnectionFactory ssl = new SslConnectionFactory(tls, alpn.getProtocol());
        ServerConnector connector = new ServerConnector(
                server, ssl, alpn, new HTTP2ServerConnectionFactory(http), new HttpConnectionFactory(http));
        if (proxied) {
            connector.addFirstConnectionFactory(new ProxyConnectionFactory(ssl.getProtocol()));
        }
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.addBean(new SslHandshakeListener() {
            @Override
            public void handshakeFailed(Event event, Throwable failure) {
                senders.handshakeFailed(
                        String.valueOf(event.getSSLEngine().getPeerHost()), String.valueOf(failure.getMessage()));
            }
        });
        connector.addEventListener(new LifeCycle.Listener() {
            @Override
            public void lifeCycleStarted(LifeCycle started) {
                renewLater(connector);
            }
        });
        return connector;
    }

    /** Renews the certificate long before it expires, in a process that is never restarted. */
    private void renewLater(ServerConnector connector) {
        connector
                .getScheduler()
                .schedule(
                        () -> {
                            try {
                                renewCertificate();
                            } catch (Throwable broken) { // there are months left to try again
                                LOG.error("{}", broken.getMessage(), broken);
                            }
                            renewLater(connector);
                        },
                        RENEW_AFTER_DAYS,
                        TimeUnit.DAYS);
    }

    /** Makes a new key and certificate for this server. Connections that are open go on. */
    public void renewCertificate() {
        try {
            tls.setKeyStore(authority.serverKeyStore(names));
            if (tls.isStarted()) {
                tls.reload(factory -> {});
            }
        } catch (Exception broken) {
            throw new IllegalStateException(
                    "DA-102 the certificate of the server for devices could not be renewed", broken);
        }
    }

    /** Asks peers for a certificate of the device authority and checks none of them. */
    private final class AnyClient extends SslContextFactory.Server {
        @Override
        protected TrustManager[] getTrustManagers(KeyStore trustStore, Collection<? extends CRL> crls) {
            return new TrustManager[] {new Anybody(authority.root())};
        }

        @Override
        protected KeyStore loadTrustStore(org.eclipse.jetty.util.resource.Resource resource) throws IOException {
            return null;
        }
    }

    private static final class Anybody extends X509ExtendedTrustManager {
        private final X509Certificate root;

        Anybody(X509Certificate root) {
            this.root = root;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {
            checkServerTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            checkServerTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException("This server makes no TLS connection of its own");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {root};
        }
    }
}
