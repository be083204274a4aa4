package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.liuhen.review.notify.Channel;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Settings of notifications: a wrong one ends the start, and the message says what to do. */
class NotifyOptionsTest {
    @Command
    private static final class Holder {
        @CommandLine.Mixin
        private NotifyOptions options;
    }

    private static List<Channel> channels(String arguments) {
        Holder holder = new Holder();
        new CommandLine(holder).parseArgs(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
        return holder.options.channels();
    }

    @Test
    void withoutSettingsNobodyIsTold() {
        assertEquals(List.of(), channels(""));
    }

    @Test
    void mailNeedsAServerAndAddresses() {
        List<Channel> channels = channels("--notify-page https://x.example --notify-mail-host smtp.example"
                + " --notify-mail-from a@x.example --notify-mail-to {person}@x.example --notify-language en");
        assertEquals(List.of("mail"), channels.stream().map(Channel::name).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "--notify-page https://x.example, --notify-webhook",
        "--notify-mail-from a@x.example, --notify-mail-host",
        "--notify-webhook https://x.example, --notify-page",
        "--notify-webhook https://x.example --notify-page http://x.example, --notify-page",
        "--notify-webhook https://x.example --notify-page https://x.example/#/, --notify-page",
        "--notify-webhook https://x.example --notify-page https://x.example, LIUHEN_WEBHOOK_SECRET",
        "--notify-mail-host x --notify-page https://x.example --notify-language fr, --notify-language",
        "--notify-mail-host x --notify-page https://x.example --notify-mail-port 0, --notify-mail-port",
        "--notify-mail-host x --notify-page https://x.example --notify-mail-no-tls, --notify-mail-no-tls",
        "--notify-mail-host x --notify-page https://x.example, --notify-mail-to"
    })
    void aWrongSettingIsNamed(String arguments, String says) {
        IllegalArgumentException wrong = assertThrows(IllegalArgumentException.class, () -> channels(arguments));
        assertTrue(wrong.getMessage().contains(says), wrong.getMessage());
    }
}
