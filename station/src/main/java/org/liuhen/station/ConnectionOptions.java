package org.liuhen.station;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Set;
import org.liuhen.web.Connections;
import picocli.CommandLine.Option;

/** How many connections web servers hold. Each is a file descriptor, and those that the rest of the program needs must not run out. */
final class ConnectionOptions {
    private static final long FOR_THE_REST = 2_000;

    @Option(
            names = "--connections",
            description =
                    "how many connections the page and the address for devices hold at most, each; default: 20000,"
                            + " or what the limit of open files leaves (ulimit -n)")
    private Integer inAll;

    @Option(
            names = "--connections-per-address",
            description = {
                "how many of them one IPv4 address, or one IPv6 network of 64 bits, may have; what is more is closed and tried again",
                "by its sender. Behind a proxy all come from its address: then raise it"
            },
            defaultValue = "1000")
    private int perAddress;

    @Option(
            names = "--upload-origin",
            split = ",",
            description = {
                "origins whose pages may send uploads from a browser, with a bearer token, such as https://portal.example;",
                "without it only the station's own page does"
            })
    private Set<String> origins = Set.of();

    /** The limits of each of so many web servers in this process. */
    Connections.Limits limits(int servers) {
        long files = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getMaxFileDescriptorCount();
        long most = Math.max(files / 4, files - FOR_THE_REST) / servers;
        if (perAddress < 1 || (inAll != null && (inAll < 1 || inAll > most))) {
            throw new IllegalArgumentException("--connections and --connections-per-address are at least 1, and"
                    + " --connections at most " + most + " here, for this process may open " + files
                    + " files. For more, raise ulimit -n");
        }
        for (String origin : origins) {
            if (!origin.matches("https?://[a-z0-9.-]+(:[0-9]{1,5})?")) {
                throw new IllegalArgumentException(
                        "--upload-origin is an origin as a browser sends it, such as https://portal.example, not "
                                + origin);
            }
        }
        return new Connections.Limits(
                inAll != null ? inAll : (int) Math.min(Connections.Limits.DEFAULT.inAll(), most), perAddress, origins);
    }
}
