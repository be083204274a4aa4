package org.liuhen.ingest;

import java.util.Arrays;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.feed.Part;

/**
 * One item between two steps, with the events of the steps before. Savepoints hold items that wait for a step and name this class, so
 * neither its name nor its package can change.
 *
 * @param log the site's log
 * @param cause the canonical event that its way began with: {@code received} or {@code descriptionRequested}
 * @param events the canonical events of the steps so far, in order
 */
@SuppressWarnings("ArrayRecordComponent") // Flink carries it; nothing compares it
public record ItemOnItsWay(String log, byte[] cause, byte[][] events) {

    /** The same item, one step further. */
    ItemOnItsWay with(CustodyEvent... more) {
        byte[][] all = Arrays.copyOf(events, events.length + more.length);
        for (int i = 0; i < more.length; i++) {
            all[events.length + i] = CanonicalJson.encode(Part.INGEST_JOB.requireMakes(more[i]));
        }
        return new ItemOnItsWay(log, cause, all);
    }
}
