package org.liuhen.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.JsonBodies;
import org.liuhen.custody.event.DeviceEvent.DeviceKind;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.web.Problem;

/** What an administrator does with devices. Each change is on the record. */
public final class DevicesApi {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/api/devices";
    private static final int REASON_MAX = 1_000;
    private static final int BODY_MAX = 64 << 10;

    private final Devices devices;
    private final Access access;
    private final Marks marks;

    /**
     * When a device is marked for the administrator.
     *
     * @param unseenDays after so many days without a request
     * @param freeBytesMin where its own disk has fewer free bytes
     */
    public record Marks(int unseenDays, long freeBytesMin) {
        /** A week, and 10 GiB. */
        public static final Marks DEFAULT = new Marks(7, 10L << 30);

        /** Whether it is too long ago that a device was seen last, or could have been for the first time. */
        private boolean isUnseen(long millis) {
            return millis
                    < System.currentTimeMillis() - Duration.ofDays(unseenDays).toMillis();
        }
    }

    /** The list of devices to change, and the people who may carry them. */
    public DevicesApi(Devices devices, Access access, Marks marks) {
        this.devices = devices;
        this.access = access;
        this.marks = marks;
    }

    /** Adds the addresses below {@code /api/devices}. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        routes.get(PATH, this::list, Act.MANAGE_DEVICES);
        routes.post(PATH, this::add, Act.MANAGE_DEVICES);
        routes.post(PATH + "/{serial}/{act}", this::change, Act.MANAGE_DEVICES);
    }

    private void list(Context context) throws IOException {
        devices.refresh();
        Sightings.Known known = devices.sightings().known();
        ObjectNode answer =
                JSON.createObjectNode().put("unseenDays", marks.unseenDays()).put("freeBytesMin", marks.freeBytesMin());
        ArrayNode list = answer.putArray("devices");
        for (Device device : devices.all()) {
            ObjectNode one = list.addObject();
            one.put("serial", device.serial());
            one.put("kind", device.kind().name().toLowerCase(Locale.ROOT));
            one.put("unitCode", device.unitCode());
            one.put("state", device.state().name().toLowerCase(Locale.ROOT));
            one.put("officerNo", device.officerNo());
            ArrayNode certificates = one.putArray("certificates");
            for (Device.Certified certified : device.certificates()) {
                certificates
                        .addObject()
                        .put("sha256", certified.sha256())
                        .put(
                                "notAfter",
                                Instant.ofEpochMilli(certified.notAfterMillis()).toString());
            }
            Sightings.Sighting sighting = known.bySerial().get(device.serial());
            if (sighting != null) {
                addSighting(device, sighting, one);
            } else {
                one.put(
                        "unseen",
                        device.state() == Device.State.ENROLLED
                                && marks.isUnseen(Math.max(devices.certifiedMillis(device), known.begunMillis())));
            }
        }
        context.contentType("application/json").result(answer.toString());
    }

    /** When it was seen, and what it told. A device that may not send is not marked: nobody waits for it. */
    private void addSighting(Device device, Sightings.Sighting sighting, ObjectNode one) {
        boolean sends = device.state() == Device.State.ENROLLED;
        one.put("seenAt", Instant.ofEpochMilli(sighting.seenMillis()).toString())
                .put("unseen", sends && marks.isUnseen(sighting.seenMillis()));
        if (sighting.toldMillis() > 0) {
            one.putObject("told")
                    .put("at", Instant.ofEpochMilli(sighting.toldMillis()).toString())
                    .put("version", sighting.version())
                    .put("freeBytes", sighting.freeBytes())
                    .put("lowSpace", sends && sighting.freeBytes() < marks.freeBytesMin());
        }
    }

    private void add(Context context) throws IOException, FeedUnavailableException, Problem {
        JsonNode body = JsonBodies.read(context, BODY_MAX);
        DeviceKind kind;
        try {
            kind = DeviceKind.valueOf(body.path("kind").asText("").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException wrong) {
            throw new Problem(400, "IN-105", "kind is camera or dock");
        }
        if (!body.path("serial").isTextual()) {
            throw new Problem(400, "IN-105", "serial is missing: the serial number of the device");
        }
        String code = devices.add(
                body.get("serial").asText(),
                kind,
                body.path("unitCode").asText(null),
                Access.actor(context),
                body.path("reason").asText(null));
        context.status(201)
                .contentType("application/json")
                .result(JSON.createObjectNode().put("code", code).toString());
    }

    private void change(Context context) throws IOException, FeedUnavailableException, Problem {
        JsonNode body = JsonBodies.read(context, BODY_MAX);
        String reason = body.path("reason").asText("").strip();
        if (reason.isEmpty() || reason.length() > REASON_MAX) {
            throw new Problem(400, "IN-105", "reason has 1 to " + REASON_MAX + " characters: the record says why");
        }
        String serial = context.pathParam("serial");
        Actor by = Access.actor(context);
        switch (context.pathParam("act")) {
            case "suspend" -> devices.suspend(serial, by, reason);
            case "resume" -> devices.resume(serial, by, reason);
            case "revoke" -> devices.revoke(serial, by, reason);
            case "assign" -> devices.assign(serial, carrier(body), by, reason);
            case "return" -> devices.takeBack(serial, by, reason);
            default -> throw new Problem(404, "IN-112", "A device can be suspend, resume, revoke, assign or return");
        }
        context.status(200).contentType("application/json").result("{}");
    }

    /** Who shall carry it: somebody whom the station's own list of people has, where it has one. */
    private String carrier(JsonNode body) throws IOException, Problem {
        String officerNo = body.path("officerNo").asText(null);
        if (officerNo != null
                && access.listed()
                        .filter(people ->
                                people.stream().noneMatch(person -> person.id().equals(officerNo)))
                        .isPresent()) {
            throw new Problem(
                    409,
                    "DA-108",
                    "Nobody here has the number " + officerNo + ". Look at it, or admit the person first");
        }
        return officerNo;
    }
}
