package org.liuhen.review.notify;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.log.HttpCall;
import org.liuhen.review.model.Notification;

/**
 * Posts notifications to one address, signed as Standard Webhooks 1.0.0 says ({@code webhook-id}, {@code webhook-timestamp}, {@code
 * webhook-signature} with {@code v1}: HMAC-SHA256). Any 2xx takes it; a redirect is not followed; 410 ends it; {@code Retry-After} at 429 and 503 is
 * obeyed for up to an hour.
 */
public final class Webhook implements Channel {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(15);

    /** The body of the answer says nothing; what is longer is not read. */
    private static final int ANSWER_BYTES_MAX = 16 << 10;

    /** A receiver cannot ask for a longer pause. */
    private static final Duration PAUSE_MAX = Duration.ofHours(1);

    /** The three forms of a date in HTTP (RFC 9110, section 5.6.7). */
    private static final List<DateTimeFormatter> DATES = List.of(
            DateTimeFormatter.RFC_1123_DATE_TIME,
            new DateTimeFormatterBuilder()
                    .appendPattern("EEEE, dd-MMM-")
                    .appendValueReduced(ChronoField.YEAR, 2, 2, 2000)
                    .appendPattern(" HH:mm:ss 'GMT'")
                    .toFormatter(Locale.US)
                    .withZone(ZoneOffset.UTC),
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.US).withZone(ZoneOffset.UTC));

    private static final Set<Integer> BUSY = Set.of(429, 503);
    private static final int GONE = 410;
    private static final int SECRETS_MAX = 2;
    private static final int SECRET_BYTES_MIN = 24;
    private static final int SECRET_BYTES_MAX = 64;
    private static final String SECRET = "whsec_";

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT_WITHIN)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final URI address;
    private final URI page;
    private final List<SecretKeySpec> secrets;
    private final Duration within;

    /**
     * Posts to this address.
     *
     * @param address HTTPS, or HTTP on loopback
     * @param secrets one secret, or two with a space between them while the receiver changes to the other one: each {@code whsec_} and Base64 of 24 to
     *     64 bytes
     * @param page the address of the page, to which links lead
     * @throws IllegalArgumentException where address or secret are not so; the message says what to do and has no secret
     */
    public Webhook(URI address, String secrets, URI page) {
        this(address, secrets, page, ANSWER_WITHIN);
    }

    /** With another limit of time for one answer. */
    Webhook(URI address, String secrets, URI page, Duration within) {
        if (!Addresses.isSafe(address)) {
            throw new IllegalArgumentException("--notify-webhook is an https address, or an http address on loopback,"
                    + " without user and fragment, such as https://notify.example/liuhen; this one is at "
                    + address.getScheme() + "://" + address.getHost());
        }
        this.address = address;
        this.secrets = keys(secrets);
        this.page = page;
        this.within = within;
    }

    private static List<SecretKeySpec> keys(String secrets) {
        List<SecretKeySpec> keys = new ArrayList<>();
        for (String secret : secrets == null ? new String[0] : secrets.strip().split(" +", -1)) {
            byte[] bytes = new byte[0];
            if (secret.startsWith(SECRET)) {
                try {
                    bytes = Base64.getDecoder().decode(secret.substring(SECRET.length()));
                } catch (IllegalArgumentException noBase64) {
                    bytes = new byte[0]; // said below
                }
            }
            if (bytes.length < SECRET_BYTES_MIN || bytes.length > SECRET_BYTES_MAX) {
                keys.clear();
                break;
            }
            keys.add(new SecretKeySpec(bytes, "HmacSHA256"));
        }
        if (keys.isEmpty() || keys.size() > SECRETS_MAX) {
            throw new IllegalArgumentException("--notify-webhook needs the environment variable LIUHEN_WEBHOOK_SECRET:"
                    + " whsec_ and Base64 of 24 to 64 random bytes, such as echo whsec_$(openssl rand -base64 32) makes;"
                    + " two with a space between them while the receiver changes to another one");
        }
        return List.copyOf(keys);
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public String receiver() {
        return address.getHost();
    }

    @Override
    public void send(List<Notification> one) throws IOException, InterruptedException, GoneException {
        Notification notification = one.get(0);
        byte[] body = body(notification).toString().getBytes(StandardCharsets.UTF_8);
        long now = Instant.now().getEpochSecond();
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .header("User-Agent", "liuhen/" + EventContext.VERSION)
                .header("webhook-id", notification.id())
                .header("webhook-timestamp", Long.toString(now))
                .header("webhook-signature", signatures(notification.id(), now, body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<byte[]> answer;
        try {
            answer = HttpCall.begin(http, request, within, ANSWER_BYTES_MAX);
        } catch (IOException failed) { // its words may have the whole address, and the address a secret of the receiver
            throw new IOException(address.getHost() + " has not answered in full within " + within.toSeconds()
                    + " s, or not at all (" + failed.getClass().getSimpleName() + ")");
        }
        int status = answer.statusCode();
        if (status == GONE) {
            throw new GoneException(address.getHost() + " answers 410: it wants no notifications any more");
        }
        if (BUSY.contains(status)) {
            Optional<Duration> pause =
                    answer.headers().firstValue("Retry-After").flatMap(text -> pause(text, Instant.now()));
            if (pause.isPresent()) {
                throw new BusyException(
                        address.getHost() + " answers " + status + " and asks for a pause: nothing is sent to it for "
                                + pause.get().toSeconds() + " s",
                        pause.get());
            }
        }
        if (status / 100 != 2) {
            throw new IOException(address.getHost() + " answers " + status);
        }
    }

    /**
     * The pause that a receiver asks for (RFC 9110, section 10.2.3), from nothing to an hour; empty where the text is neither seconds nor a date.
     *
     * @param retryAfter the value of the header
     */
    static Optional<Duration> pause(String retryAfter, Instant now) {
        String text = retryAfter.strip();
        if (text.matches("[0-9]+")) {
            return Optional.of(text.length() > 9 ? PAUSE_MAX : bounded(Duration.ofSeconds(Long.parseLong(text))));
        }
        for (DateTimeFormatter date : DATES) {
            try {
                return Optional.of(bounded(Duration.between(now, Instant.from(date.parse(text)))));
            } catch (DateTimeException other) {
                // in the next form
            }
        }
        return Optional.empty();
    }

    private static Duration bounded(Duration pause) {
        return pause.isNegative() ? Duration.ZERO : pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
    }

    private ObjectNode body(Notification notification) {
        ObjectNode body = JSON.createObjectNode();
        body.put("id", notification.id()).put("kind", notification.kind()).put("person", notification.person());
        if (!notification.unit().isEmpty()) {
            body.put("unit", notification.unit());
        }
        return body.put("at", notification.at().toString())
                .put("link", notification.link(page).toString());
    }

    /** The header {@code webhook-signature}: one signature for each secret. */
    String signatures(String id, long timestamp, byte[] body) {
        StringJoiner all = new StringJoiner(" ");
        try {
            for (SecretKeySpec secret : secrets) {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(secret);
                mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
                all.add("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)));
            }
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible); // every JDK has HMAC-SHA256
        }
        return all.toString();
    }
}
