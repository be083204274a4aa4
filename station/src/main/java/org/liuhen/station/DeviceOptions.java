package org.liuhen.station;

import java.time.Duration;
import java.util.List;
import org.liuhen.access.BearerTokens;
import picocli.CommandLine.Option;

/** Where devices and docks come in, and whose tokens officers show. */
final class DeviceOptions {
    @Option(names = "--devices-bind", description = "address for devices to listen on", defaultValue = "127.0.0.1")
    private String host;

    @Option(names = "--devices-port", description = "its port; 0 takes a free one", defaultValue = "8443")
    private int port;

    @Option(
            names = "--devices-name",
            split = ",",
            description = "names and addresses by which devices call it; the first one is what the station tells",
            defaultValue = "127.0.0.1,localhost")
    private List<String> names;

    @Option(
            names = "--devices-certificate",
            description = "how long a device's certificate is valid (ISO 8601 duration)",
            defaultValue = "P90D")
    private Duration certificateValid;

    @Option(names = "--oidc-issuer", description = "OpenID provider whose bearer tokens officers show")
    private String issuer;

    @Option(names = "--oidc-audience", description = "how this door is called there", defaultValue = "liuhen")
    private String audience;

    @Option(names = "--oidc-officer", description = "claim with the officer's number", defaultValue = "officer_no")
    private String numberClaim;

    @Option(names = "--oidc-unit", description = "claim with the officer's unit code", defaultValue = "unit_code")
    private String unitClaim;

    DeviceServer.Address address() {
        BearerTokens.Settings officers =
                issuer == null ? null : new BearerTokens.Settings(issuer, audience, numberClaim, unitClaim);
        return new DeviceServer.Address(host, port, names, certificateValid, officers);
    }
}
