package org.liuhen.station;

import java.time.Duration;
import java.util.List;
import org.liuhen.access.BearerTokens;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed;
import org.liuhen.intake.DeviceAuthority;
import org.liuhen.intake.DeviceConnectorFactory;
import org.liuhen.intake.Devices;
import org.liuhen.intake.Est;
import org.liuhen.intake.Resumable;
import org.liuhen.intake.SenderReports;
import org.liuhen.intake.Senders;
import org.liuhen.intake.Tus;
import org.liuhen.intake.UploadService;
import org.liuhen.web.Connections;
import org.liuhen.web.Problem;
import org.liuhen.web.WebServer;

/** The web server at which devices, docks and officers with a token upload, over TLS. */
final class DeviceServer {
    /**
     * The address for devices.
     *
     * @param host the address to listen on
     * @param port its port, or 0 for a free one
     * @param names the names and addresses by which devices call it
     * @param certificateValid how long a device's certificate is valid
     * @param officers the OpenID provider of officers' tokens, or null
     */
    public record Address(
            String host, int port, List<String> names, Duration certificateValid, BearerTokens.Settings officers) {}

    private DeviceServer() {}

    /** Starts it: it serves uploads, reports and the devices' own certificates, and nothing else. */
    static WebServer start(
            Address at,
            Connections.Limits limits,
            boolean proxied,
            UploadService uploads,
            Feed feed,
            LogName site,
            Devices devices,
            DeviceAuthority authority) {
        Senders proved =
                Senders.proved(feed, site, devices, at.officers() == null ? null : new BearerTokens(at.officers()));
        uploads.recheckActiveSenders(proved);
        DeviceConnectorFactory tls =
                new DeviceConnectorFactory(authority, proved, at.host(), at.port(), at.names(), proxied);
        return WebServer.start("devices", limits, Resumable.UPLOAD_PATHS, tls::connector, routes -> {
            new Tus(uploads, proved).addTo(routes);
            new Resumable(uploads, proved).addTo(routes);
            new Est(authority, devices, proved).addTo(routes);
            new SenderReports(uploads, feed, site, proved).addTo(routes);
            Problem.answerOn(routes);
        });
    }
}
