package org.liuhen.review.model;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.liuhen.access.Access;
import org.liuhen.access.Person;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.review.model.EntryQueries.LastSignIn;

/**
 * The people who can be told of something: those of the station's own list; with an OpenID provider those who have signed in, with unit and roles of
 * the last time. Without sign-in everybody whom somebody names, and nobody by office or role.
 *
 * @param people the people by number
 * @param anybody whether each number is a person
 */
public record Directory(Map<String, Person> people, boolean anybody) {
    /** What a number of a person looks like, wherever it comes from. */
    private static final Pattern NUMBER = Pattern.compile("[\\p{L}\\p{N}_.@-]{1,64}");

    /**
     * The people as they are now.
     *
     * @throws IOException where the list of people cannot be read
     * @throws SQLException where the read model does not answer
     */
    public static Directory of(Access access, ReadModel model, LogName log) throws IOException, SQLException {
        Map<String, Person> people = new TreeMap<>();
        Optional<Collection<Person>> listed = access.listed();
        if (listed.isPresent()) {
            listed.get().forEach(person -> people.put(person.id(), person));
        } else if (!access.isClaimed()) {
            for (LastSignIn last : model.entries().lastSignIns(log)) {
                people.put(last.actor(), last.person());
            }
        }
        people.keySet().removeIf(number -> !NUMBER.matcher(number).matches());
        return new Directory(people, access.isClaimed());
    }

    /** The person with this number; empty where nobody has it. */
    public Optional<Person> find(String number) {
        if (anybody && number != null && NUMBER.matcher(number).matches()) {
            return Optional.of(Person.claimed(number, null));
        }
        return number == null ? Optional.empty() : Optional.ofNullable(people.get(number));
    }
}
