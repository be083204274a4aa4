package org.liuhen.web;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.liuhen.custody.event.Reason;

/**
 * What the server itself answers to bytes that are not even a request, such as a header with a control character or one that is too
 * long: a problem body with the code IN-148 as for every other refusal, and not a page in HTML.
 */
public final class ProblemPages extends ErrorHandler {
    private static final int DETAIL_MAX = 200;

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request, Response response, int code, String message, Throwable cause, Callback callback) {
        boolean ours = code >= 500;
        Problem problem = new Problem(
                code,
                ours ? "IN-199" : "IN-148",
                ours
                        ? "The server failed. Its log says why; what was acknowledged is safe"
                        : "This is not a request that can be read: " + Reason.of(message, DETAIL_MAX)
                                + ". Headers have at most 8 KiB together and no control characters");
        problem.write(request, response, callback);
    }
}
