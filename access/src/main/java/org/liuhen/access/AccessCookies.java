package org.liuhen.access;

import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;

/** The cookies of sign-in, all HttpOnly and SameSite=Lax; and the session token, which a program sends as a bearer token instead. */
final class AccessCookies {
    static final String BEARER = "Bearer ";

    private static final String SESSION = "liuhen";
    private static final String SIGNING_IN = "liuhen-signing-in";
    private static final int SIGNING_IN_SECONDS = 600;
    private static final String BROWSER = "liuhen-browser";
    private static final int BROWSER_SECONDS = 90 * 24 * 3_600;

    private AccessCookies() {}

    /** The session token of the cookie, or null. */
    static String session(Context context) {
        return context.cookie(SESSION);
    }

    /** Sets the session token, which lasts as long as the browser runs. */
    static void setSession(Context context, String token) {
        context.cookie(cookie(context, SESSION, token, -1));
    }

    /** Removes the session token. */
    static void clearSession(Context context) {
        context.cookie(cookie(context, SESSION, "", 0));
    }

    /** The token of the session that a request belongs to, of the cookie or of a program's header; an empty text for none. */
    static String token(Context context) {
        String authorization = context.header("Authorization");
        String token = authorization == null
                ? session(context)
                : authorization.startsWith(BEARER) ? authorization.substring(BEARER.length()) : null;
        return token == null ? "" : token;
    }

    /** What binds the OpenID provider's answer to the browser that began to sign in, or null. */
    static String signingIn(Context context) {
        return context.cookie(SIGNING_IN);
    }

    /** Sets what {@link #signingIn} gives, for ten minutes. */
    static void setSigningIn(Context context, String value) {
        context.cookie(cookie(context, SIGNING_IN, value, SIGNING_IN_SECONDS));
    }

    /** Removes what {@link #signingIn} gives. */
    static void clearSigningIn(Context context) {
        context.cookie(cookie(context, SIGNING_IN, "", 0));
    }

    /** The cookie by which this browser is known (see {@code KnownBrowsers}), or null. */
    static String browser(Context context) {
        return context.cookie(BROWSER);
    }

    /** Sets what {@link #browser} gives, for 90 days. */
    static void setBrowser(Context context, String value) {
        context.cookie(cookie(context, BROWSER, value, BROWSER_SECONDS));
    }

    private static Cookie cookie(Context context, String name, String value, int maxAge) {
        return new Cookie(name, value, "/", maxAge, RequestOrigin.isSecure(context), true, null, SameSite.LAX);
    }
}
