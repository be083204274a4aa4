package org.liuhen.describe;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaptureTime;
import org.liuhen.custody.evidence.CaptureTime.Clock;
import org.liuhen.custody.evidence.RecordTime;

/**
 * When a recording or picture was made: a pure function of all claims by the sender, the file name, the container and the positions
 * (docs/metadata/times.md). Without a claim there is no time; the bounds are as wide as the uncertainty of the claims.
 */
final class CaptureTimes {
    /** The name of the rule with its version, which changes with the rule. */
    static final String RULE = "capture-time/1";

    /** The uncertainty of a claim: claims are whole seconds, and a recorder makes the name a moment before or after it begins. */
    private static final Duration UNCERTAINTY = Duration.ofSeconds(2);

    /** A time later than the item's declaration by more than this is not when it was recorded, if the clock is right. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    /** A receiver of satellites that was switched on with a recording has its first position by then; used where the length is not known. */
    private static final Duration FIX_AFTER = Duration.ofMinutes(15);

    /** The zone of local times that do not say their zone: the one of all of China (GB/T 7408). */
    private static final ZoneOffset LOCAL = ZoneOffset.ofHours(8);

    /** The recording began between these, by this source. */
    private record Span(Instant earliest, Instant latest, String source) {
        boolean meets(Span other) {
            return !earliest.isAfter(other.latest) && !latest.isBefore(other.earliest);
        }

        Span intersection(Span other) {
            return new Span(max(earliest, other.earliest), min(latest, other.latest), source + "; " + other.source);
        }

        Span union(Span other) {
            return new Span(min(earliest, other.earliest), max(latest, other.latest), source + "; " + other.source);
        }
    }

    /** A time in the container, and the ways to read it: as stated, or as a local time that was written as if it were UTC. */
    private record Claim(Span stated, Span asLocal, boolean hasZone) {
        Stream<Span> readings() {
            return Stream.of(stated, asLocal).filter(one -> one != null);
        }
    }

    private final List<Value> values;
    private final Item item;
    private final Long lengthMillis;
    private final Duration length;
    private final boolean picture;

    private CaptureTimes(List<Value> values, String mediaType, Item item) {
        this.values = values;
        this.item = item;
        this.picture = mediaType.startsWith("image/");
        this.lengthMillis = picture ? Long.valueOf(0) : lengthMillis();
        this.length = lengthMillis == null ? Duration.ZERO : Duration.ofMillis(lengthMillis);
    }

    /**
     * When the file was recorded; empty without a claim, or where it is no recording.
     *
     * @param values all that its file and its name say
     */
    static Optional<CaptureTime> of(List<Value> values, String mediaType, Item item) {
        if (!mediaType.matches("(video|audio|image)/.*|application/mp4")) {
            return Optional.empty();
        }
        try {
            return new CaptureTimes(values, mediaType, item).work();
        } catch (DateTimeException | ArithmeticException outOfBounds) { // a time in a file may be impossible
            return Optional.empty();
        }
    }

    private Optional<CaptureTime> work() {
        Optional<Span> satellites = satellites();
        Optional<Span> begun =
                Stream.of(bySender(), byName()).flatMap(Optional::stream).reduce(Span::union);
        List<Claim> container = container();
        if (begun.isPresent()) {
            Optional<Span> other = satellites.filter(
                    fixed -> !fixed.meets(begun.get()) && !fixed.meets(spread(begun.get(), CLOCKS_DIFFER)));
            if (other.isPresent()) { // the device's clock is wrong, and the satellites' is not
                return time(other.get(), Clock.SATELLITE);
            }
            Span agreed = container.stream()
                    .flatMap(Claim::readings)
                    .filter(reading -> reading.meets(begun.get()))
                    .findFirst()
                    .map(reading -> new Span(
                            begun.get().earliest,
                            begun.get().latest,
                            begun.get().source + "; agrees with " + reading.source))
                    .orElse(begun.get());
            return time(agreed, Clock.DEVICE);
        }
        Optional<Span> byContainer = decide(container);
        if (satellites.isPresent()) {
            Span narrowed = byContainer
                    .filter(stated -> stated.meets(satellites.get()))
                    .map(stated -> satellites.get().intersection(stated))
                    .orElse(satellites.get());
            return time(narrowed, Clock.SATELLITE);
        }
        return byContainer.flatMap(stated -> time(stated, Clock.DEVICE));
    }

    private Optional<CaptureTime> time(Span span, Clock clock) {
        if (!RecordTime.holds(span.earliest) || !RecordTime.holds(span.latest)) {
            return Optional.empty();
        }
        return Optional.of(new CaptureTime(
                span.earliest,
                span.latest,
                lengthMillis,
                clock,
                Reason.of(span.source, CaptureTime.SOURCE_CHARACTERS_MAX),
                RULE));
    }

    private Long lengthMillis() {
        CaptureClaims claims = item.capture();
        if (claims != null && claims.captureStart() != null && claims.captureEnd() != null) {
            return within(
                    Duration.between(claims.captureStart(), claims.captureEnd()).toMillis());
        }
        return values.stream()
                .filter(value -> value.name().equals("duration") || value.name().equals(Durations.DECLARED))
                .map(value -> millis(value.value()))
                .filter(millis -> millis != null)
                .findFirst()
                .orElse(null);
    }

    private static Long millis(String seconds) {
        try {
            return within(Math.round(Double.parseDouble(seconds) * 1_000));
        } catch (NumberFormatException none) {
            return null;
        }
    }

    private static Long within(long millis) {
        return millis > 0 && millis <= CaptureTime.LENGTH_MILLIS_MAX ? Long.valueOf(millis) : null;
    }

    private Optional<Span> bySender() {
        Instant start = item.capture() == null ? null : item.capture().captureStart();
        return Optional.ofNullable(start).map(at -> new Span(at.minus(UNCERTAINTY), at.plus(UNCERTAINTY), "sender"));
    }

    private Optional<Span> byName() {
        return values.stream()
                .filter(value -> value.name().equals("timeClaim") && isName(value) && !isUnknown(value))
                .map(value -> instant(value)
                        .map(at -> new Span(at.minus(UNCERTAINTY), at.plus(UNCERTAINTY), value.source()))
                        .orElse(null))
                .filter(span -> span != null)
                .findFirst();
    }

    private static boolean isName(Value value) {
        return value.source().startsWith("file name");
    }

    private static boolean isUnknown(Value value) {
        return value.unit() == null || value.unit().equals("unknown");
    }

    /** The first position with a time of the satellites: it began before that, and not longer before than it lasts. */
    private Optional<Span> satellites() {
        Set<String> tracks = values.stream()
                .filter(value -> value.name().equals("trackPoints"))
                .map(Value::source)
                .collect(Collectors.toCollection(HashSet::new));
        tracks.add("GPS/GPS Date Stamp");
        Duration before = picture
                ? CLOCKS_DIFFER
                : lengthMillis == null ? FIX_AFTER : length; // a phone may write its last position
        return values.stream()
                .filter(value -> value.name().equals("timeClaim")
                        && "utc".equals(value.unit())
                        && tracks.contains(value.source()))
                .flatMap(value -> instant(value).stream()
                        .map(at -> picture
                                ? new Span(at.minus(UNCERTAINTY), at.plus(before), value.source())
                                : new Span(at.minus(before).minus(UNCERTAINTY), at.plus(UNCERTAINTY), value.source())))
                .findFirst();
    }

    /** Times of the container. Some programs write there when a recording began, some when it ended. */
    private List<Claim> container() {
        Set<String> texts = new HashSet<>();
        List<Claim> claims = new ArrayList<>();
        for (Value value : values) {
            boolean counts = value.name().equals("timeClaim")
                    && !isName(value)
                    && !value.source().startsWith("GPS/")
                    && values.stream()
                            .noneMatch(track -> track.name().equals("trackPoints")
                                    && track.source().equals(value.source()))
                    && !value.source().toLowerCase(Locale.ROOT).contains("modif")
                    && texts.add(value.unit() + " " + value.value());
            if (counts) {
                claim(value).ifPresent(claims::add);
            }
        }
        return claims;
    }

    private Optional<Claim> claim(Value value) {
        boolean start = picture || value.source().endsWith("creationdate"); // Apple's, which is when it began
        Duration before = start ? Duration.ZERO : length;
        if (isUnknown(value)) {
            return local(value).map(at -> new Claim(span(at, before, value.source() + " as local time"), null, false));
        }
        return instant(value).map(at -> {
            Span stated = possible(span(at, before, value.source()));
            Instant local = at.minusSeconds(LOCAL.getTotalSeconds());
            Span asLocal = "utc".equals(value.unit()) ? span(local, before, value.source() + " as local time") : null;
            return new Claim(stated, asLocal, "offset".equals(value.unit()));
        });
    }

    private static Span span(Instant at, Duration before, String source) {
        return new Span(at.minus(before).minus(UNCERTAINTY), at.plus(UNCERTAINTY), source);
    }

    /** Null where it would have been recorded after it was declared. */
    private Span possible(Span span) {
        return span.earliest.isAfter(item.id().declaredAt().plus(CLOCKS_DIFFER)) ? null : span;
    }

    /**
     * What the container's times allow together: one with a zone decides; two that agree in one reading decide; else it may be any of their
     * readings.
     */
    private static Optional<Span> decide(List<Claim> claims) {
        Optional<Span> zoned = claims.stream()
                .filter(claim -> claim.hasZone && claim.stated != null)
                .map(Claim::stated)
                .findFirst();
        if (zoned.isPresent()) {
            return zoned;
        }
        for (Claim one : claims) {
            for (Claim other : claims.subList(claims.indexOf(one) + 1, claims.size())) {
                List<Span> agreed = one.readings()
                        .flatMap(a -> other.readings().filter(a::meets).map(a::intersection))
                        .toList();
                if (agreed.size() == 1) { // not two of the same kind, which agree in each of their readings
                    return Optional.of(agreed.get(0));
                }
            }
        }
        return claims.stream().limit(1).flatMap(Claim::readings).reduce(Span::union);
    }

    /** A time with a zone; nothing where the clock was never set. */
    private static Optional<Instant> instant(Value value) {
        return isSet(value) ? Times.instant(value.value()) : Optional.empty();
    }

    private static Optional<Instant> local(Value value) {
        return isSet(value) ? Times.local(value.value()).map(local -> local.toInstant(LOCAL)) : Optional.empty();
    }

    private static boolean isSet(Value value) {
        return !"unset".equals(value.unit()) && !Times.unsetClock(value.value()) && !Times.neverSet(value.value());
    }

    private static Span spread(Span span, Duration by) {
        return new Span(span.earliest.minus(by), span.latest.plus(by), span.source);
    }

    private static Instant min(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant max(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }
}
