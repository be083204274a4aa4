package org.liuhen.access;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a page learns of the person who is signed in. */
final class PersonJson {
    /** For so long after a reset of credentials each session shows it to the person. */
    private static final Duration RESET_SHOWN_FOR = Duration.ofDays(14);

    private final PeopleList people;

    /**
     * Describes persons.
     *
     * @param people the station's own list; null where there is none
     */
    PersonJson(PeopleList people) {
        this.people = people;
    }

    /** Number, unit, roles, acts, and the last reset of the credentials. */
    void put(Person person, ObjectNode node) throws IOException {
        node.put("id", person.id()).put("unitCode", person.unitCode());
        ArrayNode roles = node.putArray("roles");
        person.roles().stream().sorted().forEach(role -> roles.add(role.word()));
        ArrayNode acts = node.putArray("acts");
        node.put("mustEnrol", person.mustEnrol());
        for (Act act : Act.values()) {
            if (person.may(act) && (!person.mustEnrol() || act == Act.OWN_ACCOUNT)) {
                acts.add(act.name());
            }
        }
        if (people != null) {
            Optional<ListedPerson.Reset> reset = people.find(person.id()).map(ListedPerson::reset);
            if (reset.isPresent()
                    && Instant.parse(reset.get().at()).plus(RESET_SHOWN_FOR).isAfter(Instant.now())) {
                putReset(reset.get(), node);
            }
        }
    }

    /** Who reset the credentials and when; nothing where nobody did. */
    static void putReset(ListedPerson.Reset reset, ObjectNode node) {
        if (reset != null) {
            node.putObject("reset")
                    .put("proposedBy", reset.proposedBy())
                    .put("approvedBy", reset.approvedBy())
                    .put("at", reset.at());
        }
    }
}
