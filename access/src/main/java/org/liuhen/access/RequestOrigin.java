package org.liuhen.access;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import org.liuhen.web.Problem;

/** From which page a request comes: Fetch Metadata (W3C) where the browser sends it, else the origin (RFC 6454). Each refusal is IN-156. */
final class RequestOrigin {
    private RequestOrigin() {}

    /** Refuses a request with a cookie that a page of another origin made: a browser sends the cookie with it, too. */
    static void requireSameOrigin(Context context) throws Problem {
        String from = fetchSite(context);
        String origin = context.header("Origin");
        boolean reads =
                context.method().equals(HandlerType.GET) || context.method().equals(HandlerType.HEAD);
        boolean own = from != null
                ? from.equals("same-origin") || (reads && from.equals("none"))
                : origin == null ? reads : isOwn(context, origin);
        if (!own) {
            throw new Problem(403, "IN-156", "Another site's page asked for this in your name; it was not done");
        }
    }

    /** Refuses pages of other origins; a program sends neither header and is not refused. */
    static void refuseOtherOrigins(Context context) throws Problem {
        String from = fetchSite(context);
        String origin = context.header("Origin");
        boolean own = from != null
                ? from.equals("same-origin") || from.equals("none")
                : origin == null || isOwn(context, origin);
        if (!own) {
            throw new Problem(403, "IN-156", "Another site's page asked for this; it was not done");
        }
    }

    /** Refuses a sign-in that a page of another origin sends. */
    static void refuseSignInOfOtherOrigins(Context context) throws Problem {
        String from = fetchSite(context);
        if (from != null && !from.equals("same-origin")) {
            throw new Problem(403, "IN-156", "Another site's page wants to sign you in; it was not done");
        }
    }

    /** Refuses any host but a loopback address: by DNS rebinding another site's name can lead to this machine. */
    static void requireLoopback(Context context) throws Problem {
        String host = String.valueOf(context.host()).replaceFirst(":[0-9]+$", "");
        try {
            if (!host.equals("localhost")
                    && !(host.matches("[0-9.]+|\\[[0-9a-f:]+\\]")
                            && InetAddress.getByName(host).isLoopbackAddress())) {
                throw new Problem(
                        403,
                        "IN-156",
                        "Without sign-in the station answers at its loopback address only, not as " + host);
            }
        } catch (IOException wrong) {
            throw new Problem(403, "IN-156", "Not an address of this station: " + host);
        }
    }

    /** The origin of this page as the browser sees it; its host is the relying party of passkeys. */
    static URI page(Context context) {
        return URI.create((isSecure(context) ? "https://" : "http://") + context.host());
    }

    /** Whether the browser used TLS, to this server or to a proxy. A client that claims it wrongly gets a cookie that is sent less often. */
    static boolean isSecure(Context context) {
        return context.scheme().equals("https") || "https".equals(context.header("X-Forwarded-Proto"));
    }

    private static String fetchSite(Context context) {
        return context.header("Sec-Fetch-Site");
    }

    private static boolean isOwn(Context context, String origin) {
        return origin.equals(context.scheme() + "://" + context.host());
    }
}
