package org.liuhen.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;
import org.liuhen.custody.event.DeviceEvent.ClockMeasured;
import org.liuhen.custody.event.DeviceEvent.CopyErased;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.RecordTime;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Upload;
import org.liuhen.web.Problem;

/** What a dock reports beside files: how far a camera's clock is off, that a copy is about to be erased, and how the dock itself is. */
public final class SenderReports {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TEXT_MAX = 500;
    private static final Pattern VERSION = Pattern.compile("\\P{C}{1,64}");
    private static final long BYTES_MAX = 1L << 53; // the largest that readers of JSON agree on
    private static final long MILLIS_MAX = 2 * RecordTime.MAX.toEpochMilli();

    private final UploadService uploads;
    private final Feed feed;
    private final LogName site;
    private final Senders senders;

    /** Takes reports about these uploads and their devices, and appends them to this feed. */
    public SenderReports(UploadService uploads, Feed feed, LogName site, Senders senders) {
        this.uploads = uploads;
        this.feed = feed;
        this.site = site;
        this.senders = senders;
    }

    /** Adds {@code POST /clocks}, {@code POST /erased/ID} and {@code POST /status}. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        routes.post("/clocks", senders.withSender(this::clock));
        routes.post("/erased/{id}", senders.withSender(this::erased));
        routes.post("/status", senders.withSender(this::status));
    }

    private void clock(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        JsonNode body = body(context);
        String serial = body.path("deviceSerial").asText("");
        new CaptureClaims(null, null, null, serial, null, null, null); // the same characters as in claims
        Long offset = number(body, "offsetMillis");
        if (offset == null || !body.path("method").isTextual()) {
            throw new Problem(400, "IN-105", "Send offsetMillis (device minus dock) and method");
        }
        Instant measuredAt;
        try {
            measuredAt = RecordTime.require(
                    "measuredAt", Instant.parse(body.path("measuredAt").asText("")));
        } catch (DateTimeException | IllegalArgumentException wrong) {
            throw new Problem(
                    400,
                    "IN-105",
                    "measuredAt is a time in UTC such as 2026-11-24T08:00:00Z, in the years 1970 to 9999");
        }
        Actor actor = sender.proved() ? sender.actor() : new Actor(Actor.Kind.DEVICE, serial, null, "claimed");
        EventContext about = EventContext.of(
                EventContext.idFor(ClockMeasured.class, actor.id() + "\n" + serial + "\n" + measuredAt),
                null,
                measuredAt,
                actor,
                null,
                "dock");
        ClockMeasured measured = new ClockMeasured(
                about,
                serial,
                offset,
                number(body, "uncertaintyMillis"),
                number(body, "driftMillis"),
                text(body, "method"));
        if (!sender.mayReportOn(serial)) {
            throw new Problem(403, "IN-121", "Only a dock, or the device itself, reports its clock");
        }
        feed.append(site, measured);
        context.status(204);
    }

    private void erased(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem {
        JsonNode body = body(context);
        EvidenceId id = Tus.id(context);
        recordErasure(sender, id, new Sha256Digest(body.path("sha256").asText("")), text(body, "copy"));
        context.status(204);
    }

    /** Takes what a device says of itself, for the administrator's list; it is not on the record. IN-121: only a device has that. */
    private void status(Context context, Sender sender) throws IOException, Problem {
        JsonNode body = body(context);
        String version = body.path("version").asText("");
        if (version.isBlank() || !VERSION.matcher(version).matches()) {
            throw new Problem(400, "IN-105", "version has 1 to 64 characters that can be seen");
        }
        JsonNode free = body.path("freeBytes");
        if (!free.isIntegralNumber() || !free.canConvertToLong() || free.asLong() < 0 || free.asLong() > BYTES_MAX) {
            throw new Problem(400, "IN-105", "freeBytes is a number of bytes from 0 to " + BYTES_MAX);
        }
        if (!sender.isDevice()) {
            throw new Problem(403, "IN-121", "Only a device tells its version and its free space");
        }
        senders.told(sender, version, free.asLong());
        context.status(204);
    }

    /** Records that a client is about to erase its copy. IN-137: it is another file. IN-117: there is no receipt of the item. */
    private void recordErasure(Sender sender, EvidenceId id, Sha256Digest sha256, String copy)
            throws IOException, FeedUnavailableException, Problem {
        Upload upload = uploads.requireItem(sender, id);
        EvidenceId item = uploads.itemOf(id);
        if (!Declaration.in(upload).sha256().equals(sha256)) {
            throw new Problem(
                    409, "IN-137", "The copy has another digest than the item. Keep it, and inform the administrator");
        }
        if (!uploads.receipts().contains(item)) {
            throw new Problem(409, "IN-117", "There is no receipt of this item. Keep your copy");
        }
        String camera = Declaration.in(upload).capture().deviceSerial();
        Actor actor = sender.proved()
                ? sender.actor()
                : Declaration.in(upload).context().actor();
        EventContext erased = EventContext.of(
                EventContext.idFor(CopyErased.class, id + "\n" + copy), item, Instant.now(), actor, null, "intake");
        feed.append(site, new CopyErased(erased, camera == null ? actor.id() : camera, sha256, copy));
    }

    /** A difference of two times that the record can hold, in milliseconds; null where there is none. */
    private static Long number(JsonNode body, String name) throws Problem {
        JsonNode number = body.path(name);
        if (!number.isIntegralNumber()) {
            return null;
        }
        if (!number.canConvertToLong() || number.asLong() > MILLIS_MAX || number.asLong() < -MILLIS_MAX) {
            throw new Problem(400, "IN-105", name + " is at most " + MILLIS_MAX + " milliseconds either way");
        }
        return number.asLong();
    }

    private static String text(JsonNode body, String name) throws Problem {
        String text = body.path(name).asText("");
        if (text.isBlank() || !text.equals(Reason.of(text, TEXT_MAX))) {
            throw new Problem(
                    400, "IN-105", name + " has 1 to " + TEXT_MAX + " characters, none of them control characters");
        }
        return text;
    }

    private static JsonNode body(Context context) throws IOException, Problem {
        try {
            JsonNode body = JSON.readTree(context.bodyInputStream().readNBytes(16 << 10));
            if (body != null && body.isObject()) {
                return body;
            }
        } catch (JsonProcessingException notJson) {
            // the same refusal as for JSON that is no object
        }
        throw new Problem(400, "IN-105", "The body is a JSON object");
    }
}
