package org.liuhen.intake;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.liuhen.access.Access;
import org.liuhen.access.Act;
import org.liuhen.access.BearerTokens;
import org.liuhen.access.Person;
import org.liuhen.access.RefusalEntries;
import org.liuhen.custody.event.DeviceEvent.DeviceAlarmed;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.event.SupervisionEvent.AccessDenied;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.web.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Authenticates the sender of a request, and records denials. The same denial of one address is recorded once a minute, with how often it came, so
 * that no client fills the record.
 */
public final class Senders {
    private static final Logger LOG = LoggerFactory.getLogger(Senders.class);
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
    private static final String BEARER = "Bearer ";
    private static final Set<String> RECORDED_CODES = Set.of("IN-121", "IN-122");
    private static final Duration REFUSAL_RECORDED_EVERY = Duration.ofMinutes(1);
    private static final Duration PLACES_WINDOW = Duration.ofMinutes(1);
    private static final int CHANGES_ALARM = 2;
    private static final int CHANGES_SUSPEND = 4;
    private static final int REMEMBERED_MAX = 10_000;
    private static final int NAME_MAX = 100;
    private static final int PATH_MAX = 200;
    private static final int HANDSHAKE_MAX = 300;

    private static final String PREFIX = "(/[A-Za-z0-9._~-]{1,64}){1,8}/?";

    private final Feed feed;
    private final LogName site;
    private final Devices devices;
    private final BearerTokens tokens;
    private final boolean proofRequired;
    private final Map<String, Places> places;
    private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();
    private final RefusalEntries unauthenticated = new RefusalEntries();
    private final Map<String, LastRecording> lastRecordings = new ConcurrentHashMap<>();

    /** Where a device was seen last, and when it changed its place within the last minute. */
    private record Places(String last, List<Instant> changes) {}

    /** The recording with the largest number that a device declared since this process started. */
    private record LastRecording(long sequence, Instant begun) {}

    /** When the same denial was recorded, and how often it came since. */
    private record Refusal(Instant recorded, int repeats) {}

    private Senders(
            Feed feed,
            LogName site,
            Devices devices,
            BearerTokens tokens,
            boolean proofRequired,
            Map<String, Places> places) {
        this.feed = feed;
        this.site = site;
        this.devices = devices;
        this.tokens = tokens;
        this.proofRequired = proofRequired;
        this.places = places;
    }

    /**
     * Senders that must authenticate, by a certificate or a token.
     *
     * @param tokens verifies officers' tokens, or null where the site has none
     */
    public static Senders proved(Feed feed, LogName site, Devices devices, BearerTokens tokens) {
        return new Senders(feed, site, devices, tokens, true, new ConcurrentHashMap<>());
    }

    /** Persons at the page, whom {@link Access} has authenticated. Where the page asks for no sign-in, the record says {@code claimed}. */
    public static Senders atThePage(Feed feed, LogName site, Devices devices) {
        return new Senders(feed, site, devices, null, false, new ConcurrentHashMap<>());
    }

    /** The sender of this request. IN-120: nothing authenticates one. The denial is recorded. */
    Sender identify(Context context) throws IOException, FeedUnavailableException, Problem {
        if (!proofRequired) {
            Person person = Access.person(context);
            return person == null || person.credential().equals("claimed")
                    ? Sender.CLAIMED
                    : new Sender(person.actor(Act.UPLOAD), null, null, false);
        }
        String bearer = context.header("Authorization");
        X509Certificate[] shown = (X509Certificate[]) context.req().getAttribute(CERTIFICATES);
        try {
            if (shown != null && shown.length > 0) {
                Sender sender = devices.sender(shown[0]);
                detectTwoPlaces(sender, context.req().getRemoteAddr());
                devices.sightings().seen(sender.actor().id());
                return sender;
            }
            if (bearer != null && bearer.startsWith(BEARER) && tokens != null) {
                return Sender.officer(tokens.officer(bearer.substring(BEARER.length())));
            }
        } catch (Problem refused) {
            throw denyUnauthenticated(context, actorOf(shown, context), refused);
        }
        Problem missing = new Problem(
                401,
                "IN-120",
                "Authentication is required: a device's certificate" + (tokens == null ? "" : " or a bearer token")
                        + ". Enrol the device: liuhen dock enrol");
        throw denyUnauthenticated(context, actorOf(shown, context), missing);
    }

    /**
     * The path at which the sender of this request finds what has this path here: a proxy may serve the page below a path of its own
     * (X-Forwarded-Prefix).
     */
    String address(Context context, String path) {
        String prefix = proofRequired ? null : context.header("X-Forwarded-Prefix");
        return prefix != null && prefix.matches(PREFIX) ? prefix.replaceFirst("/$", "") + path : path;
    }

    /** Handles the request of an authenticated sender. */
    interface SenderHandler {
        void handle(Context context, Sender sender) throws IOException, FeedUnavailableException, Problem;
    }

    /** Authenticates the sender, then handles the request. A denial because something is another sender's (IN-121, IN-122) is recorded. */
    Handler withSender(SenderHandler handler) {
        return context -> {
            Sender sender = identify(context);
            try {
                handler.handle(context, sender);
            } catch (Problem refused) {
                if (RECORDED_CODES.contains(refused.code())) {
                    throw recordRefusal(context, sender, null, refused);
                }
                throw refused;
            }
        };
    }

    /** The actor for a denial: the name in the certificate, or the address. */
    private static Actor actorOf(X509Certificate[] shown, Context context) {
        if (shown == null || shown.length == 0) {
            return new Actor(Actor.Kind.DEVICE, context.req().getRemoteAddr(), null, "none");
        }
        String name = shown[0].getSubjectX500Principal().getName();
        String id = Reason.of(name.replaceAll("[^\\p{L}\\p{N}=,. /_:-]", "?"), NAME_MAX);
        return new Actor(
                Actor.Kind.DEVICE,
                name.isBlank() ? "nameless" : id,
                null,
                "mtls " + DeviceAuthority.digest(shown[0]).hex());
    }

    /**
     * Detects that one key is used at two addresses. A device that moves to another network changes its address once; two changes within a minute are
     * an alarm (IN-140), four suspend the device (IN-128) until an administrator resumes it.
     */
    private void detectTwoPlaces(Sender sender, String address) throws IOException, FeedUnavailableException, Problem {
        Instant now = Instant.now();
        String serial = sender.actor().id();
        int changes;
        String last;
        synchronized (places) {
            Places before = places.getOrDefault(serial, new Places(address, List.of()));
            last = before.last();
            if (last.equals(address)) {
                places.putIfAbsent(serial, before);
                return;
            }
            List<Instant> recent = new ArrayList<>(before.changes());
            recent.removeIf(change -> change.isBefore(now.minus(PLACES_WINDOW)));
            recent.add(now);
            places.put(serial, new Places(address, List.copyOf(recent)));
            changes = recent.size();
        }
        if (changes < CHANGES_ALARM) {
            return;
        }
        String finding = "the same key sent from " + last + " and from " + address + ", " + changes + " changes within "
                + PLACES_WINDOW.toSeconds() + " s";
        alarm(serial, "IN-140", finding);
        if (changes >= CHANGES_SUSPEND) {
            devices.suspend(serial, Actor.component("intake"), "IN-140 " + finding);
            throw new Problem(
                    403,
                    "IN-128",
                    "The device is suspended: its key was used in two places. Keep your files"
                            + " and ask the administrator");
        }
    }

    /** Records that a device should be checked. */
    void alarm(String serial, String code, String finding) throws FeedUnavailableException {
        Instant now = Instant.now();
        EventContext context = EventContext.of(
                EventContext.idFor(DeviceAlarmed.class, serial + "/" + code + "/" + now),
                null,
                now,
                Actor.component("intake"),
                null,
                "intake");
        feed.append(site, new DeviceAlarmed(context, serial, code, finding));
        LOG.warn("{} {}: {}", code, serial, finding);
    }

    /** Records that a sender was denied, and returns the problem to throw. */
    Problem recordRefusal(Context context, Sender sender, EvidenceId id, Problem refused)
            throws FeedUnavailableException {
        if (!sender.proved()) {
            return denyUnauthenticated(
                    context, new Actor(Actor.Kind.DEVICE, context.req().getRemoteAddr(), null, "claimed"), refused);
        }
        record(
                sender.actor(),
                id,
                context.req().getRemoteAddr(),
                requestLine(context),
                refused.code() + " " + refused.getMessage());
        return refused;
    }

    private static String requestLine(Context context) {
        return context.method() + " " + Reason.of(context.path(), PATH_MAX);
    }

    private Problem denyUnauthenticated(Context context, Actor actor, Problem refused) throws FeedUnavailableException {
        recordUnauthenticated(
                actor,
                context.req().getRemoteAddr(),
                requestLine(context),
                refused.code(),
                refused.code() + " " + refused.getMessage());
        return refused;
    }

    /** Records a failed TLS handshake (IN-125), such as of a peer that has not the key of its certificate. */
    void handshakeFailed(String address, String why) {
        try {
            recordUnauthenticated(
                    new Actor(Actor.Kind.DEVICE, address, null, "none"),
                    address,
                    "TLS handshake",
                    "IN-125",
                    "IN-125 " + Reason.of(why.replaceAll("\\p{Cntrl}", " "), HANDSHAKE_MAX));
        } catch (FeedUnavailableException | RuntimeException away) { // no client waits for an answer here
            LOG.warn("a failed handshake of {} is not on the record: {}", address, away.getMessage());
        }
    }

    /** Records a denial by its address and code alone; the name in an unproved certificate makes no second entry. */
    private void recordUnauthenticated(Actor actor, String address, String act, String code, String reason)
            throws FeedUnavailableException {
        Optional<String> end = unauthenticated.entry(address, code);
        if (end.isPresent()) {
            deny(address + "\n" + code, null, Instant.now(), actor, act, reason + end.get());
        }
    }

    private void deny(String which, EvidenceId id, Instant now, Actor actor, String act, String reason)
            throws FeedUnavailableException {
        EventContext context = EventContext.of(
                EventContext.idFor(AccessDenied.class, which + "\n" + now), id, now, actor, null, "intake");
        feed.append(site, new AccessDenied(context, act, reason));
        LOG.warn("refused {}: {}: {}", actor.id(), act, reason);
    }

    private void record(Actor actor, EvidenceId id, String address, String act, String reason)
            throws FeedUnavailableException {
        Instant now = Instant.now();
        String which = actor.id() + "\n" + address + "\n" + reason;
        Refusal same = refusals.get(which);
        if (same != null && Duration.between(same.recorded(), now).compareTo(REFUSAL_RECORDED_EVERY) < 0) {
            refusals.put(which, new Refusal(same.recorded(), same.repeats() + 1));
            return;
        }
        if (refusals.size() > REMEMBERED_MAX) {
            refusals.clear();
        }
        refusals.put(which, new Refusal(now, 0));
        String repeated = same == null || same.repeats() == 0 ? "" : "; and " + same.repeats() + " times before it";
        deny(which, id, now, actor, act, reason + " (from " + address + repeated + ")");
    }

    /**
     * Refuses claims for another sender, and claims for a device that has a key of its own (IN-121).
     *
     * @return the sender, with what the list of devices says of the camera that it sends for
     */
    Sender admit(Sender sender, UploadMetadata metadata) throws FeedUnavailableException, Problem {
        sender.requireMayClaim(metadata.capture());
        Actor actor = sender.actor(metadata.capture());
        if (!sender.proved() && actor.kind() == Actor.Kind.DEVICE && devices != null && devices.hasKey(actor.id())) {
            throw new Problem(403, "IN-121", "This device has a key of its own and sends only with it");
        }
        if (sender.isDevice()) {
            detectSequenceSetBack(sender, metadata.capture());
            return devices.sendingFor(sender, metadata.capture().deviceSerial());
        }
        return sender;
    }

    /** A device counts its recordings: one that begins later has the larger number. Else its clock or its counter was set back. */
    private void detectSequenceSetBack(Sender sender, CaptureClaims claims) throws FeedUnavailableException {
        if (claims.sequence() == null || claims.captureStart() == null) {
            return;
        }
        String serial = claims.deviceSerial() == null ? sender.actor().id() : claims.deviceSerial();
        LastRecording now = new LastRecording(claims.sequence(), claims.captureStart());
        LastRecording last = lastRecordings.putIfAbsent(serial, now);
        if (last == null) {
            return;
        }
        boolean larger = now.sequence() > last.sequence();
        if (larger && !now.begun().isBefore(last.begun())) {
            lastRecordings.put(serial, now);
        } else if (larger || (now.sequence() < last.sequence() && now.begun().isAfter(last.begun()))) {
            alarm(
                    serial,
                    "IN-142",
                    "its recording " + now.sequence() + " began at " + now.begun() + ", its recording "
                            + last.sequence() + " at " + last.begun() + ": a counter or a clock was set back");
        }
    }

    /** Notes what a device told of itself. */
    void told(Sender device, String version, long freeBytes) {
        devices.sightings().told(device.actor().id(), version, freeBytes);
    }

    /** Whether a sender that was identified before may go on sending. */
    boolean maySend(Sender sender) {
        return devices == null || devices.maySend(sender);
    }
}
