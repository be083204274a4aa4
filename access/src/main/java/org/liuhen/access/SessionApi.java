package org.liuhen.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import org.liuhen.web.Problem;

/** Shows the session of a request, and ends it. */
final class SessionApi {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SignInMode mode;
    private final Authentication authentication;
    private final Sessions sessions;
    private final PersonJson persons;

    SessionApi(SignInMode mode, Authentication authentication, Sessions sessions, PersonJson persons) {
        this.mode = mode;
        this.authentication = authentication;
        this.sessions = sessions;
        this.persons = persons;
    }

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/session", this::show, Act.PUBLIC);
        routes.delete("/api/session", this::end, Act.PUBLIC);
    }

    private void show(Context context) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("signIn", mode.name().toLowerCase(Locale.ROOT));
        answer.put("zone", ZoneId.systemDefault().getId());
        Optional<Person> found;
        try {
            found = authentication.person(context);
        } catch (Problem unauthenticated) {
            found = Optional.empty();
        }
        if (found.isPresent()) {
            persons.put(found.get(), answer.putObject("person"));
        }
        JsonBodies.answer(context, answer);
    }

    private void end(Context context) throws Problem {
        String token = AccessCookies.session(context);
        if (token != null) {
            RequestOrigin.requireSameOrigin(context);
            sessions.end(token);
        }
        if (context.header("Authorization") != null) { // a program has no cookie
            sessions.end(AccessCookies.token(context));
        }
        AccessCookies.clearSession(context);
        context.status(204);
    }
}
