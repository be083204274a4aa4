package org.liuhen.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.web.Connections;
import org.liuhen.web.UploadPaths;
import org.liuhen.web.WebServer;

/** The certificate of the server for devices. */
class DeviceConnectorFactoryTest {
    private static SSLSocket connect(SSLContext tls, int port) throws Exception {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.startHandshake();
        return socket;
    }

    private static BigInteger serial(SSLSocket socket) throws Exception {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
    }

    private static String answer(SSLSocket socket) throws Exception {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }

    @Test
    void isRenewedWhileItRunsAndOpenConnectionsStay(@TempDir Path folder) throws Exception {
        DeviceAuthority authority = DeviceAuthority.readOrCreate(folder, new LogName("site-1"));
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", authority.root());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);

        DeviceConnectorFactory factory =
                new DeviceConnectorFactory(authority, null, "127.0.0.1", 0, List.of("localhost"), false);
        try (WebServer web = WebServer.start(
                        "devices", Connections.Limits.DEFAULT, UploadPaths.NONE, factory::connector, routes -> {});
                SSLSocket before = connect(tls, web.port())) {
            factory.renewCertificate();
            SSLContext fresh = SSLContext.getInstance("TLS"); // without a session to go on with
            fresh.init(null, trust.getTrustManagers(), null);
            try (SSLSocket after = connect(fresh, web.port())) {
                assertNotEquals(serial(before), serial(after));
                assertEquals("HTTP/1.1 404", answer(after));
            }
            assertEquals("HTTP/1.1 404", answer(before));
            try (SSLSocket noRequest = connect(tls, web.port())) {
                noRequest
                        .getOutputStream()
                        .write("PATCH / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                String said = new String(noRequest.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(said.startsWith("HTTP/1.1 400") && said.contains("\"code\":\"IN-148\""), said);
            }
        }
    }
}
