package org.liuhen.ingest.describe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.ingest.describe.ParserPool.ParserDiedException;
import org.liuhen.ingest.describe.Request.Mode;
import org.liuhen.ingest.verify.ReadBack;

/** Describes files in parser processes. It always answers; what went wrong is in the answer. */
public final class Describer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long FETCHED_BYTES_MAX = 64 << 20;
    private static final int FETCHES_MAX = 5_000;

    private final ParserPool pool;
    private final Profiles profiles;

    /** Fetches a part of the original into its skeleton. */
    @FunctionalInterface
    public interface Fetch {
        /** The bytes from the first to before the last. */
        void part(long from, long to) throws IOException;
    }

    /**
     * A describer.
     *
     * @param processes at most so many parser processes at a time
     * @param scratch where they keep their temporary files
     * @param profiles what the names of files say
     */
    public Describer(int processes, Path scratch, Profiles profiles) {
        this.pool = new ParserPool(processes, scratch);
        this.profiles = profiles;
    }

    /**
     * Describes the file in this skeleton.
     *
     * @param sender who sent it
     * @param derived an empty folder; what is made from the file, such as its track, is put there
     * @param fetch gets the parts with positions that the skeleton lacks
     */
    public Description describe(Path skeleton, Path derived, FileName name, Actor sender, ReadBack read, Fetch fetch)
            throws InterruptedException, IOException {
        Request request = new Request(
                Mode.ALL,
                skeleton.toString(),
                derived.toString(),
                name.value(),
                read.kind(),
                read.holes().isEmpty(),
                read.damage(),
                read.sizeBytes());
        List<String> deaths = new ArrayList<>();
        ObjectNode answer = ask(request, deaths);
        if (answer == null) {
            answer = ask(request.in(Mode.WITHOUT_TIKA), deaths);
        }
        if (answer == null) {
            answer = JSON.createObjectNode().put("mediaType", TikaReader.UNKNOWN_TYPE);
            answer.putArray("values");
            answer.putArray("failures");
        } else if (!answer.path(ParserWorker.WANTED).isEmpty()) {
            addTrack(answer, request, read, fetch);
        }
        answer.remove(ParserWorker.WANTED);
        answer.put("isolation", Isolation.here().words());
        for (String death : deaths) {
            answer.withArray("failures").add(death);
        }
        Description file = JSON.treeToValue(answer, Description.class);
        List<Value> values = new ArrayList<>(file.values());
        values.addAll(profiles.values(name.value()));
        values.addAll(Conflicts.among(values, file.mediaType(), sender));
        return file.with(values);
    }

    private ObjectNode ask(Request request, List<String> deaths) throws InterruptedException {
        try {
            return (ObjectNode) pool.parse(request);
        } catch (ParserDiedException died) {
            deaths.add(died.getMessage());
            return null;
        }
    }

    private void addTrack(ObjectNode answer, Request request, ReadBack read, Fetch fetch)
            throws InterruptedException, IOException {
        long fetched = 0;
        int fetches = 0;
        for (JsonNode part : answer.get(ParserWorker.WANTED)) {
            for (long[] hole : read.missing(part.get(0).asLong(), part.get(1).asLong())) {
                fetched += hole[1] - hole[0];
                if (fetched > FETCHED_BYTES_MAX || ++fetches > FETCHES_MAX) {
                    answer.withArray("failures")
                            .add("positions: more than " + FETCHED_BYTES_MAX + " bytes or " + FETCHES_MAX
                                    + " parts of the file would have to be read; the track ends early");
                    break;
                }
                fetch.part(hole[0], hole[1]);
            }
            if (fetched > FETCHED_BYTES_MAX || fetches > FETCHES_MAX) {
                break;
            }
        }
        List<String> deaths = new ArrayList<>();
        ObjectNode track = ask(request.in(Mode.TRACK), deaths);
        if (track != null) {
            answer.withArray("values").addAll((com.fasterxml.jackson.databind.node.ArrayNode) track.get("values"));
            answer.withArray("failures").addAll((com.fasterxml.jackson.databind.node.ArrayNode) track.get("failures"));
        }
        deaths.forEach(answer.withArray("failures")::add);
    }

    /** What keeps parser processes from the rest of this machine, in words. */
    public static String isolation() {
        return Isolation.here().words();
    }

    @Override
    public void close() {
        pool.close();
    }
}
