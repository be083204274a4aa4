package org.liuhen.station;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.liuhen.access.Act;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.SignedNote.BadNoteException;
import org.liuhen.custody.log.Tiles;
import org.liuhen.describe.Profiles;
import org.liuhen.dock.CameraKind;
import org.liuhen.job.JobSettings;
import org.liuhen.review.follow.Cosigned;
import org.liuhen.review.http.Answers;

/**
 * What this process runs with, for administrators: its settings, the witnesses of the log, the profiles of file names and cameras. It changes
 * nothing and gives no secret: settings are changed in files.
 *
 * @param witnesses the witnesses of the log
 * @param profiles the profiles of file names, as they were read at the start
 * @param profilesFile where the site's own ones are
 */
record SettingsApi(EffectiveSettings settings, Witnesses witnesses, Profiles profiles, Path profilesFile) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * The witnesses of a log.
     *
     * @param keys the folder with the policy
     * @param key by which the log's head is opened
     * @param policy as it was read at the start
     * @param given whether there was a file to read it from
     * @param cosigned the newest cosignature of each that this process has seen
     */
    record Witnesses(
            LogStore store,
            LogName log,
            Path keys,
            SignedNote.Verifier key,
            Policy policy,
            boolean given,
            Supplier<Map<String, Cosigned>> cosigned) {}

    /** Adds the route. */
    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/api/settings", this::show, Act.MANAGE_NOTIFICATIONS);
    }

    private void show(Context context) throws IOException {
        Answers.json(context, answer());
    }

    /** All of it. What cannot be read is said in its part and hides no other one. */
    ObjectNode answer() throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("process", settings.process()).put("file", settings.file());
        ArrayNode all = answer.putArray("settings");
        settings.settings().forEach(one -> {
            ObjectNode setting = all.addObject().put("name", one.name()).put("value", one.value());
            setting.put("origin", one.origin().name()).put("where", one.where());
        });
        ArrayNode secrets = answer.putArray("secrets");
        new TreeMap<>(settings.secrets())
                .forEach((name, set) -> secrets.addObject().put("name", name).put("set", set));
        answer.set("witnesses", witnessed());
        ObjectNode names = answer.putObject("profiles");
        names.put("file", profilesFile.toAbsolutePath().toString()).put("there", profiles.ownRead());
        ArrayNode named = names.putArray("profiles");
        profiles.named().forEach(one -> named.addObject()
                .put("name", one.name())
                .put("about", one.about())
                .put("own", one.own()));
        ObjectNode cameras = answer.putObject("cameras").put("file", CameraKind.FILE);
        cameras.set("kinds", JSON.valueToTree(CameraKind.shipped()));
        return answer;
    }

    private ObjectNode witnessed() {
        ObjectNode answer = JSON.createObjectNode();
        Path file = witnesses.keys().resolve(JobSettings.POLICY);
        answer.put("file", file.toAbsolutePath().toString()).put("there", witnesses.given());
        Policy policy = witnesses.policy();
        answer.put("quorum", policy.quorum());
        ArrayNode groups = answer.putArray("groups");
        new TreeMap<>(policy.groups()).forEach((name, group) -> {
            ObjectNode one = groups.addObject().put("name", name).put("threshold", group.threshold());
            group.members().forEach(one.putArray("members")::add);
        });
        Map<String, Cosigned> newest = new TreeMap<>(witnesses.cosigned().get());
        Map<String, String> troubles = new TreeMap<>();
        long head = -1;
        try {
            Optional<byte[]> seen = witnesses.store().read(Tiles.WITNESSED); // before the head, which must not be older
            Optional<byte[]> published = witnesses.store().read(Tiles.CHECKPOINT);
            if (published.isPresent()) {
                head = Checkpoint.open(published.get(), witnesses.log().origin(), witnesses.key())
                        .size();
                answer.put("head", head);
            }
            if (published.isPresent()) { // before the first head nothing waits for witnesses
                answer.put("met", false);
            }
            if (published.isPresent() && seen.isPresent()) {
                SignedNote note = SignedNote.parse(seen.get());
                long size = Checkpoint.parse(note.text()).size();
                policy.cosignatures(note).forEach((name, at) -> newest.put(name, new Cosigned(size, at)));
                answer.put("met", policy.isWitnessed(note)).put("witnessed", size);
            }
            troubles.putAll(troubles());
        } catch (IOException | BadNoteException unread) {
            answer.put("trouble", String.valueOf(unread.getMessage()));
        }
        ArrayNode list = answer.putArray("witnesses");
        for (Map.Entry<String, Policy.Witness> one : new TreeMap<>(policy.witnesses()).entrySet()) {
            SignedNote.Verifier key = one.getValue().key();
            ObjectNode witness = list.addObject().put("name", one.getKey()).put("key", key.name());
            witness.put("keyId", String.format("%08x", key.keyHash()));
            witness.put("asked", one.getValue().url() != null);
            Cosigned last = newest.get(one.getKey());
            if (last != null) {
                witness.put("size", last.size()).put("at", last.at().toString());
                if (head >= 0) {
                    witness.put("behind", Math.max(0, head - last.size()));
                }
            }
            if (troubles.containsKey(one.getKey())) {
                witness.put("trouble", troubles.get(one.getKey()));
            }
        }
        return answer;
    }

    /** What is wrong with witnesses now, as the record job has written it, by their names. */
    private Map<String, String> troubles() throws IOException {
        Map<String, String> troubles = new TreeMap<>();
        Optional<byte[]> written = witnesses.store().read(Tiles.WITNESS_TROUBLES);
        if (written.isPresent()) {
            new String(written.get(), StandardCharsets.UTF_8).lines().forEach(line -> {
                int end = line.indexOf(": ");
                if (end > 0) {
                    troubles.put(line.substring(0, end), line.substring(end + 2));
                }
            });
        }
        return troubles;
    }
}
