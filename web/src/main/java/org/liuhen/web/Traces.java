package org.liuhen.web;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.MDC;

/**
 * Gives each line of the program's log that is written for a request the request's trace, and the ID of the item in its address if there is
 * one: {@code trace} and {@code item} of the logging context (MDC). The trace is the one that the sender names (W3C Trace Context,
 * {@code traceparent}), else a new one. Nothing of it is on the record.
 */
public final class Traces extends Handler.Wrapper {
    /** The name of the trace in the logging context: 32 hexadecimal digits. */
    public static final String TRACE = "trace";

    /** The name of the item's ID in the logging context. */
    public static final String ITEM = "item";

    private static final int TRACE_BYTES = 16;

    /** Version, trace, parent, flags; later versions may add fields (W3C Trace Context, section 3.2.2). Neither ID is all zeros. */
    private static final Pattern PARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?");

    private static final Pattern IN_ADDRESS = Pattern.compile("/(?:files|uploads|api/evidence)/([0-9a-z]{26})(?:/.*)?");

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        MDC.put(TRACE, trace(request.getHeaders().get("traceparent")));
        Matcher item = IN_ADDRESS.matcher(Request.getPathInContext(request));
        if (item.matches()) {
            MDC.put(ITEM, item.group(1));
        }
        try {
            return super.handle(request, response, callback);
        } finally {
            MDC.remove(TRACE);
            MDC.remove(ITEM);
        }
    }

    private static String trace(String parent) {
        Matcher known = PARENT.matcher(parent == null ? "" : parent);
        if (known.matches()) {
            return known.group(1);
        }
        byte[] made = new byte[TRACE_BYTES]; // it is no secret
        ThreadLocalRandom.current().nextBytes(made);
        made[0] |= 1; // not all zeros
        return HexFormat.of().formatHex(made);
    }
}
