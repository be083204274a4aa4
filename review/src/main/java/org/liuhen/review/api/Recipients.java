package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.Role;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.http.Answers;
import org.liuhen.review.model.ReadModel;
import org.liuhen.web.Problem;

/**
 * The people to whom an item can be handed over. Where the station has a list of people, the list says so. With an OpenID provider, the roles
 * at the last sign-in say so. Without sign-in every recipient is taken.
 */
final class Recipients {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ID_CHARACTERS_MAX = 64;
    private static final int NAMES_MAX = 100;

    private final LogName log;
    private final ReadModel model;
    private final Access access;

    Recipients(LogName log, ReadModel model, Access access) {
        this.log = log;
        this.model = model;
        this.access = access;
    }

    /**
     * The ID of a recipient, who must be able to accept a handover.
     *
     * @throws Problem with code RV-105 where it is no ID, with RV-130 where this person cannot take anything over
     * @throws SQLException where the read model does not answer
     * @throws IOException where the list of people cannot be read
     */
    String require(String to) throws Problem, IOException, SQLException {
        if (to.isEmpty() || to.length() > ID_CHARACTERS_MAX) {
            throw new Problem(400, "RV-105", "to is the person who shall take it over, by the name of the sign-in");
        }
        Optional<Boolean> listed = access.may(to, Act.ANSWER_HANDOVER);
        boolean can = listed.isPresent() ? listed.get() : access.isClaimed() || lastSignedInAsRecipient(to);
        if (!can) {
            throw new Problem(
                    409,
                    "RV-130",
                    to + " cannot take anything over: nobody of this name is admitted here in such a role"
                            + (listed.isPresent() ? "" : ", or this person has never signed in")
                            + ". Look at the name, or ask the administrator");
        }
        return to;
    }

    /** Those of the station's own list, for the form of a handover; none where the station has no list. */
    void list(Context context) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode recipients = answer.putArray("recipients");
        access.whoMay(Act.ANSWER_HANDOVER)
                .forEach((number, name) ->
                        recipients.addObject().put("officerNo", number).put("name", name));
        context.header("Cache-Control", "no-store");
        Answers.json(context, answer);
    }

    /**
     * The names of the people of these numbers, so that they stand beside them; the station's own list has them.
     *
     * @throws Problem with code RV-105 where more than {@value #NAMES_MAX} numbers are asked for
     */
    void names(Context context) throws Problem, IOException {
        Set<String> numbers = Set.copyOf(context.queryParams("of"));
        if (numbers.size() > NAMES_MAX) {
            throw new Problem(400, "RV-105", "of is a number, at most " + NAMES_MAX + " times");
        }
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode people = answer.putObject("people");
        access.names(numbers).forEach(people::put);
        Answers.json(context, answer);
    }

    private boolean lastSignedInAsRecipient(String officer) throws SQLException, IOException {
        JsonNode roles = JSON.readTree(model.entries().lastRoles(log, officer).orElse("[]"));
        for (JsonNode role : roles) {
            if (Role.of(role.asText())
                    .filter(one -> one.may(Act.ANSWER_HANDOVER))
                    .isPresent()) {
                return true;
            }
        }
        return false;
    }
}
