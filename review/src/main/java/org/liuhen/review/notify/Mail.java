package org.liuhen.review.notify;

import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.ResourceBundle;
import java.util.Timer;
import java.util.TimerTask;
import java.util.stream.Collectors;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.review.model.Notification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends notifications as e-mail, over one connection as long as there are some. A message says what kind of thing waits and has the link; nothing of
 * an item, for mail is read on its way. What waits for one person at the same moment is one message.
 */
public final class Mail implements Channel {
    private static final Logger LOG = LoggerFactory.getLogger(Mail.class);
    private static final String STEP_MILLIS = "15000";

    /** From the connection to the answer, however many bytes come now and then. */
    private static final Duration WITHIN = Duration.ofSeconds(60);

    /** An SMTP server's answers and its certificates are a few KiB. */
    private static final long ANSWERS_MAX = 1 << 20;

    private static final String PERSON = "{person}";

    /** The first one waits so long for others. */
    private static final Duration GATHERS = Duration.ofSeconds(30);

    /** So many are listed in one message; the rest is counted. */
    private static final int LISTED_MAX = 50;

    /** Moments in the zone of the site, with its offset: no page stands beside a message. */
    private static final DateTimeFormatter CHINESE_TIME = DateTimeFormatter.ofPattern("uuuu年M月d日 HH:mm 'UTC'xxx");

    private static final DateTimeFormatter ENGLISH_TIME =
            DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'xxx", Locale.ENGLISH);

    /** What may stand in an address. A number with other characters gets no mail. */
    private static final String LOCAL_PART = "[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?";

    private static final ResourceBundle.Control FILES =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    private final String host;
    private final Session session;
    private final InternetAddress from;
    private final String to;
    private final URI page;
    private final ResourceBundle words;
    private final DateTimeFormatter time;
    private final BoundedSockets sockets = new BoundedSockets(ANSWERS_MAX);
    private final Timer timer = new Timer("notify-mail-limit", true);
    private final Duration within;
    private Transport transport; // null where there is no connection

    /**
     * Where mail is given away.
     *
     * @param host the SMTP server
     * @param port its port
     * @param tls whether STARTTLS is required; without it the server has to be on loopback
     * @param user the user of the server, or null where it asks for none
     * @param password the user's password, or null
     * @param from the address of the sender
     * @param to the address of a person, with <code>{person}</code> in the place of the number
     * @param language of subject and text: {@code zh} or {@code en}
     */
    public record Settings(
            String host, int port, boolean tls, String user, String password, String from, String to, String language) {
        @Override
        public String toString() {
            return "smtp " + host + ":" + port;
        }
    }

    /**
     * Sends mail by these settings.
     *
     * @param page the address of the page, to which links lead
     * @throws IllegalArgumentException where a setting is wrong; the message says what to do
     */
    public Mail(Settings settings, URI page) {
        this(settings, page, WITHIN);
    }

    /** With another limit of time for one message. */
    Mail(Settings settings, URI page, Duration within) {
        if (!settings.tls() && !Addresses.isLoopback(settings.host())) {
            throw new IllegalArgumentException(
                    "--notify-mail-no-tls is for a mail server on this machine alone, such as" + " 127.0.0.1, not for "
                            + settings.host());
        }
        if (settings.user() != null
                && (settings.password() == null || settings.password().isEmpty())) {
            throw new IllegalArgumentException(
                    "--notify-mail-user needs the environment variable LIUHEN_MAIL_PASSWORD with the user's password");
        }
        if (settings.to() == null
                || settings.to().split("\\{person}", -1).length != 2
                || isNoAddress(settings.to().replace(PERSON, "044001"))) {
            throw new IllegalArgumentException("--notify-mail-to is the address of a person, with " + PERSON
                    + " in the place of the number, such as " + PERSON + "@mail.example.gov.cn");
        }
        if (settings.from() == null || isNoAddress(settings.from())) {
            throw new IllegalArgumentException(
                    "--notify-mail-from is the address of the sender, such as liuhen@mail.example.gov.cn");
        }
        this.within = within;
        this.host = settings.host();
        this.page = page;
        this.to = settings.to();
        this.from = address(settings.from());
        this.time = (settings.language().equals("zh") ? CHINESE_TIME : ENGLISH_TIME).withZone(ZoneId.systemDefault());
        this.words = ResourceBundle.getBundle(
                "org.liuhen.review.notify.mail",
                settings.language().equals("zh") ? Locale.CHINESE : Locale.ROOT,
                FILES);
        Properties properties = new Properties();
        properties.put("mail.transport.protocol", "smtp");
        properties.put("mail.smtp.host", settings.host());
        properties.put("mail.smtp.port", Integer.toString(settings.port()));
        properties.put("mail.smtp.starttls.enable", Boolean.toString(settings.tls()));
        properties.put("mail.smtp.starttls.required", Boolean.toString(settings.tls()));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.auth", Boolean.toString(settings.user() != null));
        properties.put("mail.smtp.connectiontimeout", STEP_MILLIS);
        properties.put("mail.smtp.timeout", STEP_MILLIS);
        properties.put("mail.smtp.quitwait", "false");
        properties.put("mail.smtp.socketFactory", sockets);
        properties.put("mail.smtp.socketFactory.fallback", "false");
        session = Session.getInstance(
                properties,
                settings.user() == null
                        ? null
                        : new Authenticator() {
                            @Override
                            protected PasswordAuthentication getPasswordAuthentication() {
                                return new PasswordAuthentication(settings.user(), settings.password());
                            }
                        });
    }

    private static boolean isNoAddress(String text) {
        return !text.matches("[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,253}") || address(text) == null;
    }

    /** The address; null where it is none. */
    private static InternetAddress address(String text) {
        try {
            return new InternetAddress(text, true);
        } catch (MessagingException wrong) {
            return null;
        }
    }

    @Override
    public String name() {
        return "mail";
    }

    @Override
    public String receiver() {
        return host;
    }

    @Override
    public Duration gathers() {
        return GATHERS;
    }

    @Override
    public void send(List<Notification> all) throws IOException, RefusedException {
        String person = all.get(0).person();
        if (!person.matches(LOCAL_PART)) {
            throw new RefusedException("this number cannot stand in an address");
        }
        InternetAddress address = address(to.replace(PERSON, person));
        if (address == null) {
            throw new RefusedException("this number makes no address");
        }
        Limit limit = new Limit();
        try {
            MimeMessage message = message(all, address);
            if (transport == null || !transport.isConnected()) {
                transport = session.getTransport();
                transport.connect();
            }
            transport.sendMessage(message, message.getAllRecipients());
        } catch (MessagingException failed) {
            rest();
            if (limit.isOver()) {
                throw new IOException(
                        "the mail server " + host + " has not taken it within " + within.toSeconds() + " s as a whole",
                        failed);
            }
            String words = MailFailure.words(failed, host);
            if (MailFailure.isNoSuchAddress(failed)) {
                throw new RefusedException("no such address: " + words);
            }
            throw new IOException(words, failed);
        } finally {
            limit.cancel();
        }
    }

    /** Cuts the connection when the time of one exchange is over. */
    private final class Limit extends TimerTask {
        private volatile boolean over;

        Limit() {
            sockets.begin();
            timer.schedule(this, within.toMillis());
        }

        @Override
        public void run() {
            over = true;
            sockets.cut();
        }

        boolean isOver() {
            return over;
        }
    }

    private MimeMessage message(List<Notification> all, InternetAddress recipient) throws MessagingException {
        String messageId = "<" + id(all) + "@"
                + from.getAddress().substring(from.getAddress().indexOf('@') + 1) + ">";
        MimeMessage message = new MimeMessage(session) {
            @Override
            protected void updateMessageID() throws MessagingException {
                setHeader("Message-ID", messageId);
            }
        };
        message.setFrom(from);
        message.setRecipient(Message.RecipientType.TO, recipient);
        String what = all.size() == 1 ? kind(all.get(0).kind()) : said("many", all.size());
        String subject = words.getString("subject").replace("{what}", what);
        message.setSubject(subject, StandardCharsets.UTF_8.name());
        message.setText(
                subject + "\n\n" + (all.size() == 1 ? all.get(0).link(page) + "\n\n" : list(all))
                        + words.getString("foot") + "\n",
                StandardCharsets.UTF_8.name());
        message.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: nobody answers that he is away
        message.saveChanges();
        return message;
    }

    /** The ID of one alone; of several one that follows from theirs, so that the same ones sent again have the same. */
    private static String id(List<Notification> all) {
        String ids = all.stream().map(Notification::id).collect(Collectors.joining("\n"));
        return all.size() == 1
                ? ids
                : "msg_"
                        + Sha256Digest.of(ids.getBytes(StandardCharsets.UTF_8))
                                .hex()
                                .substring(0, 32);
    }

    /** What waits, by kinds, with a time and a link for each; the rest as a number. */
    private String list(List<Notification> all) {
        Map<String, StringBuilder> kinds = new LinkedHashMap<>();
        for (Notification one : all.subList(0, Math.min(LISTED_MAX, all.size()))) {
            kinds.computeIfAbsent(kind(one.kind()), said -> new StringBuilder(said))
                    .append("\n" + time.format(one.at()) + "  " + one.link(page));
        }
        StringBuilder list = new StringBuilder();
        kinds.values().forEach(kind -> list.append(kind).append("\n\n"));
        if (all.size() > LISTED_MAX) {
            list.append(said("rest", all.size() - LISTED_MAX)).append("\n" + page.resolve(Notification.TO_DO) + "\n\n");
        }
        return list.toString();
    }

    private String said(String key, int count) {
        return words.getString(key).replace("{count}", Integer.toString(count));
    }

    /** The words for a kind; general ones for a kind of another version, so that it holds up nothing that goes with it. */
    private String kind(String kind) {
        return words.getString(words.containsKey(kind) ? kind : "other");
    }

    @Override
    public void rest() {
        if (transport != null) {
            Limit limit = new Limit();
            try {
                transport.close();
            } catch (MessagingException gone) {
                LOG.debug("the connection to the mail server was gone", gone);
            } finally {
                limit.cancel();
            }
            transport = null;
        }
    }
}
