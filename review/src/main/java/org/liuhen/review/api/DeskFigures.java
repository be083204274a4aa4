package org.liuhen.review.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.model.Piles;
import org.liuhen.review.model.Piles.Pile;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;

/** Counts the items on the desk of a person: those that wait for a person, and those that wait for a step. */
final class DeskFigures {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The counts end here. */
    private static final int COUNT_MAX = 1_000;

    /** A handover that waits for this long is late. */
    private static final String HANDOVER_LATE = "3 days";

    private final LogName log;
    private final ReadModel model;

    DeskFigures(LogName log, ReadModel model) {
        this.log = log;
        this.model = model;
    }

    /**
     * Whose desk it is. People whose desks are equal have the same figures.
     *
     * @param scope the items that are counted
     * @param approves the items of the exports that the person may approve; null where the person approves none
     * @param approvesRules whether the person approves changes of how long categories keep items
     * @param person the ID of the person, whose own requests are not counted
     * @param own the piles that are the person's alone, by name
     */
    record Desk(Scope scope, Scope approves, boolean approvesRules, String person, Map<String, Pile> own) {
        static Desk of(Context context) {
            Person person = Access.person(context);
            boolean approver = person.may(Act.APPROVE_EXPORT);
            return new Desk(
                    Scope.of(person, Access.acts(context)),
                    approver ? Scope.of(person, Set.of(Act.APPROVE_EXPORT)) : null,
                    person.may(Act.APPROVE_RULE),
                    person.id(),
                    Piles.PERSONAL.stream().collect(Collectors.toMap(name -> name, name -> Piles.of(name, person)
                            .orElseThrow())));
        }
    }

    /**
     * The figures, as {@code GET /api/desk} answers them.
     *
     * @throws SQLException where the read model does not answer
     */
    ObjectNode of(Desk desk) throws SQLException {
        Scope scope = desk.scope();
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode piles = answer.putObject("piles");
        for (String pile : Piles.PILES.keySet().stream().sorted().toList()) {
            piles.put(pile, model.statistics().count(scope, Piles.PILES.get(pile), COUNT_MAX));
        }
        for (String pile : Piles.PERSONAL) {
            piles.put(pile, model.statistics().count(own(desk, pile), "true", COUNT_MAX));
        }
        answer.put(
                "handoversLate",
                model.statistics().count(own(desk, Piles.TO_ANSWER), Piles.offeredBefore(HANDOVER_LATE), COUNT_MAX));
        answer.put(
                "offeredLate",
                model.statistics().count(own(desk, Piles.OFFERED), Piles.offeredBefore(HANDOVER_LATE), COUNT_MAX));
        answer.put("returnedLate", model.statistics().count(scope, Piles.returnedLate(), COUNT_MAX));
        answer.put(
                "exportsToApprove",
                desk.approves() == null ? 0 : model.exports().waiting(log, desk.approves(), desk.person(), COUNT_MAX));
        answer.put(
                "rulesToApprove",
                desk.approvesRules()
                        ? RetentionRules.of(model.entries().retentionRules(log)).waiting(desk.person())
                        : 0);
        ObjectNode pipeline = answer.putObject("pipeline");
        for (String step : Piles.PIPELINE.keySet().stream().sorted().toList()) {
            pipeline.put(step, model.statistics().count(scope, Piles.PIPELINE.get(step), COUNT_MAX));
        }
        return answer.put("entries", model.followedSize(log));
    }

    private static Scope own(Desk desk, String pile) {
        Pile own = desk.own().get(pile);
        return desk.scope().and(own.sql(), own.values().toArray(String[]::new));
    }
}
