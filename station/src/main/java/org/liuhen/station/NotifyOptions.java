package org.liuhen.station;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.liuhen.review.notify.Addresses;
import org.liuhen.review.notify.Channel;
import org.liuhen.review.notify.Mail;
import org.liuhen.review.notify.Webhook;
import picocli.CommandLine.Option;

/** On which ways people are told, outside the page, that something waits for them. Without any of these options nobody is. */
public final class NotifyOptions {
    private static final int PORT_MAX = 65_535;

    @Option(
            names = "--notify-page",
            description = "address of this page, to which notifications link, such as https://liuhen.example/")
    private URI page;

    @Option(
            names = "--notify-webhook",
            description = {
                "post notifications to this https address, signed as Standard Webhooks says; the secret comes from",
                "LIUHEN_WEBHOOK_SECRET (whsec_ and Base64 of 24 to 64 bytes)"
            })
    private URI webhook;

    @Option(names = "--notify-mail-host", description = "send notifications as e-mail by this SMTP server")
    private String host;

    @Option(names = "--notify-mail-port", description = "port of the SMTP server", defaultValue = "587")
    private int port = 587;

    @Option(
            names = "--notify-mail-no-tls",
            description = "do not ask the SMTP server for STARTTLS, which is required else; only on loopback",
            fallbackValue = "true")
    private boolean noTls;

    @Option(
            names = "--notify-mail-user",
            description = "user of the SMTP server; the password comes from LIUHEN_MAIL_PASSWORD")
    private String user;

    @Option(names = "--notify-mail-from", description = "address of the sender")
    private String from;

    @Option(
            names = "--notify-mail-to",
            description =
                    "address of a person, with {person} in the place of the number, such as {person}@mail.example")
    private String to;

    @Option(names = "--notify-language", description = "language of e-mail: zh or en", defaultValue = "zh")
    private String language = "zh";

    /**
     * The ways; none where nobody is to be told.
     *
     * @throws IllegalArgumentException where a setting is missing or wrong; the message says what to do
     */
    List<Channel> channels() {
        List<Channel> channels = new ArrayList<>();
        if (webhook == null && host == null) {
            if (page != null || from != null || to != null || user != null) {
                throw new IllegalArgumentException(
                        "Notifications have no way: give --notify-webhook or --notify-mail-host, or none of --notify-*");
            }
            return channels;
        }
        if (page == null || !Addresses.isSafe(page)) {
            throw new IllegalArgumentException("Notifications link to the page: --notify-page is its address, https, or"
                    + " http on loopback, such as https://liuhen.example/" + (page == null ? "" : ", not " + page));
        }
        if (!language.equals("zh") && !language.equals("en")) {
            throw new IllegalArgumentException("--notify-language is zh or en, not " + language);
        }
        URI to = page.getRawPath().isEmpty() ? page.resolve("/") : page;
        if (webhook != null) {
            channels.add(new Webhook(webhook, System.getenv(Configuration.WEBHOOK_SECRET), to));
        }
        if (host == null && (from != null || this.to != null || user != null || noTls)) {
            throw new IllegalArgumentException(
                    "E-mail has no server: give --notify-mail-host, or no other --notify-mail-…");
        }
        if (host != null) {
            if (host.isBlank()) {
                throw new IllegalArgumentException(
                        "--notify-mail-host is blank: name the SMTP server, or leave it out");
            }
            if (port < 1 || port > PORT_MAX) {
                throw new IllegalArgumentException("--notify-mail-port is from 1 to " + PORT_MAX);
            }
            channels.add(new Mail(
                    new Mail.Settings(
                            host,
                            port,
                            !noTls,
                            user,
                            System.getenv(Configuration.MAIL_PASSWORD),
                            from,
                            this.to,
                            language),
                    to));
        }
        return channels;
    }
}
