package org.liuhen.review.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.Person;
import org.liuhen.access.Role;
import org.liuhen.custody.event.SupervisionEvent.NoteAdded;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Text;
import org.liuhen.custody.evidence.Units;
import org.liuhen.review.http.Answers;
import org.liuhen.review.model.Directory;
import org.liuhen.review.model.EntryQueries.LastSignIn;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.model.Scope;
import org.liuhen.review.model.Search;
import org.liuhen.review.projection.NamedPeople;
import org.liuhen.web.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The people and units to whom an item can be handed over. Where the station has a list of people, the list says so. With an OpenID provider, unit
 * and roles at the last sign-in say so. Without sign-in every person is taken and no unit, for nobody has one.
 */
final class Recipients {
    private static final Logger LOG = LoggerFactory.getLogger(Recipients.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ID_CHARACTERS_MAX = 64;
    private static final int NAMES_MAX = 100;
    private static final int PROPOSED_MAX = 10;

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

    /**
     * The code of a unit of which somebody other than the giver must be able to accept a handover.
     *
     * @throws Problem with code RV-105 where it is no code of a unit, with RV-147 where nobody of the unit can take anything over
     * @throws SQLException where the read model does not answer
     * @throws IOException where the list of people cannot be read
     */
    String requireUnit(String toUnit, String giver) throws Problem, IOException, SQLException {
        if (toUnit.length() > ID_CHARACTERS_MAX || Units.prefix(toUnit).isEmpty() || Text.hasHidden(toUnit)) {
            throw new Problem(
                    400, "RV-105", "toUnit is the code of the unit that shall take it over. Zeros alone are no unit");
        }
        if (offices(giver).stream().noneMatch(own -> Units.within(own, toUnit))) {
            String why = access.isClaimed()
                    ? "Without sign-in nobody has a unit. Name a person"
                    : "Nobody of the unit " + toUnit
                            + ", or of one below it, can take anything over. Look at the code, "
                            + "or ask the administrator"
                            + (access.unitsThatMay(Act.ANSWER_HANDOVER, giver).isPresent()
                                    ? ""
                                    : "; whoever shall take it over has to sign in once before");
            throw new Problem(409, "RV-147", why);
        }
        return toUnit;
    }

    /** The units of those who can accept a handover, without this person. */
    private Set<String> offices(String without) throws IOException, SQLException {
        Optional<SortedSet<String>> listed = access.unitsThatMay(Act.ANSWER_HANDOVER, without);
        if (listed.isPresent() || access.isClaimed()) {
            return listed.orElseGet(TreeSet::new);
        }
        Set<String> units = new TreeSet<>();
        for (LastSignIn last : model.entries().lastSignIns(log)) {
            if (!Units.prefix(last.unitCode()).isEmpty()
                    && !last.actor().equals(without)
                    && last.person().may(Act.ANSWER_HANDOVER)) {
                units.add(last.unitCode());
            }
        }
        return units;
    }

    /**
     * Those of the station's own list, for the form of a handover; none where the station has no list. And the units of which somebody can accept,
     * with their names.
     */
    void list(Context context) throws IOException, SQLException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode recipients = answer.putArray("recipients");
        access.whoMay(Act.ANSWER_HANDOVER)
                .forEach((number, name) ->
                        recipients.addObject().put("officerNo", number).put("name", name));
        Set<String> offices = offices(Access.person(context).id());
        SortedMap<String, String> names = model.entries().unitNames(log);
        Set<String> codes = new TreeSet<>(offices);
        TreeSet<String> prefixes = offices.stream().map(Units::prefix).collect(Collectors.toCollection(TreeSet::new));
        for (String code : names.keySet()) { // thousands of names: each is looked up, not compared with each office
            String prefix = Units.prefix(code);
            String first = prefixes.ceiling(prefix);
            if (!prefix.isEmpty() && first != null && first.startsWith(prefix)) {
                codes.add(code);
            }
        }
        ArrayNode units = answer.putArray("units");
        codes.forEach(code -> units.addObject().put("unitCode", code).put("unitName", names.get(code)));
        context.header("Cache-Control", "no-store");
        Answers.json(context, answer);
    }

    /**
     * The names of the people of these numbers, so that they stand beside them, and of those near the asker's unit whose number or name {@code like}
     * is a part of, so that a note can name them; the station's own list has them.
     *
     * @throws Problem with code RV-105 where more than {@value #NAMES_MAX} numbers are asked for, or {@code like} is too long
     */
    void names(Context context) throws Problem, IOException {
        Set<String> numbers = Set.copyOf(context.queryParams("of"));
        String like = context.queryParam("like");
        if (numbers.size() > NAMES_MAX || (like != null && like.length() > ID_CHARACTERS_MAX)) {
            throw new Problem(
                    400,
                    "RV-105",
                    "of is a number, at most " + NAMES_MAX + " times; like has at most " + ID_CHARACTERS_MAX
                            + " characters");
        }
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode people = answer.putObject("people");
        access.names(numbers).forEach(people::put);
        if (like != null && !like.isBlank() && seesPeople(Access.person(context))) {
            access.like(like.strip(), Access.person(context).unitCode(), PROPOSED_MAX)
                    .forEach(people::put);
        }
        Answers.json(context, answer);
    }

    /**
     * Those whom a note names and who are not told: nobody has the number, or he may not see the item. Empty where the writer does not go through
     * the list of people, and where nobody can say it now: the note is recorded all the same.
     */
    Optional<List<String>> notTold(Person writer, NoteAdded note) {
        Set<String> named = NamedPeople.in(note.words());
        if (!seesPeople(writer) || named.isEmpty()) {
            return Optional.empty();
        }
        try {
            Directory people = Directory.of(access, model, log);
            List<String> none = new ArrayList<>();
            for (String number : named) {
                Optional<Person> person = people.find(number);
                if (person.isEmpty() || !sees(person.get(), note.context().evidenceId())) {
                    none.add(number);
                }
            }
            return Optional.of(none);
        } catch (IOException | SQLException unknown) {
            LOG.warn("nobody can say whom a note reaches: {}", unknown.getMessage());
            return Optional.empty();
        }
    }

    private boolean sees(Person person, EvidenceId item) throws SQLException {
        return !model.items()
                .search(new Search(log, Scope.of(person, Set.of(Act.VIEW))).id(item.value()))
                .isEmpty();
    }

    /** Whether somebody is of the police and may name people: whoever sees what was handed over alone does not go through the list of its people. */
    private static boolean seesPeople(Person person) {
        return person.roles().stream().anyMatch(role -> role.may(Act.NOTE) && role.reach() != Role.Reach.HANDED);
    }

    private boolean lastSignedInAsRecipient(String officer) throws SQLException, IOException {
        return canAnswer(model.entries().lastRoles(log, officer).orElse("[]"));
    }

    private static boolean canAnswer(String roles) throws IOException {
        for (JsonNode role : JSON.readTree(roles)) {
            if (Role.of(role.asText())
                    .filter(one -> one.may(Act.ANSWER_HANDOVER))
                    .isPresent()) {
                return true;
            }
        }
        return false;
    }
}
