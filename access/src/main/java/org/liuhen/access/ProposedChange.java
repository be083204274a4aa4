package org.liuhen.access;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CanonicalJson.MalformedEventException;
import org.liuhen.custody.event.PeopleEvent;

/**
 * A change of the list of people that was proposed and is not decided, as it is stored.
 *
 * @param event the event of the proposal, in canonical JSON
 * @param name the person's name, which is in the list alone
 * @param half SHA-256 of the half of the first password that the proposer was shown, or null where there is none
 * @param verdict {@code approve} or {@code refuse} as soon as a decision began; null before
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
record ProposedChange(String event, String name, String half, String verdict) {
    static ProposedChange of(PeopleEvent proposed, String name, String half) {
        return new ProposedChange(new String(CanonicalJson.encode(proposed), StandardCharsets.UTF_8), name, half, null);
    }

    /** The event of the proposal. */
    PeopleEvent proposed() throws IOException {
        try {
            return (PeopleEvent) CanonicalJson.decode(event.getBytes(StandardCharsets.UTF_8));
        } catch (MalformedEventException damaged) {
            throw new IOException("The list of people holds a damaged proposal", damaged);
        }
    }

    ProposedChange withVerdict(String begun) {
        return new ProposedChange(event, name, half, begun);
    }
}
