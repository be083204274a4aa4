package org.liuhen.review.notify;

import java.net.URI;
import java.util.Locale;

/** Which addresses may be talked to without TLS. */
public final class Addresses {
    private Addresses() {}

    /** Whether it is an HTTPS address, or an HTTP address on this machine, without a user and without a fragment. */
    public static boolean isSafe(URI address) {
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        return address.getHost() != null
                && address.getRawUserInfo() == null
                && address.getRawFragment() == null
                && (scheme.equals("https") || (scheme.equals("http") && isLoopback(address.getHost())));
    }

    /** Whether a host is this machine by its name alone; no name is looked up. */
    public static boolean isLoopback(String host) {
        return host.matches("localhost|127(\\.[0-9]{1,3}){3}|\\[?::1]?");
    }
}
