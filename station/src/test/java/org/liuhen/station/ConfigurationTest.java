package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.station.Configuration.ConfigurationException;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class ConfigurationTest {
    @TempDir
    private Path folder;

    private static CommandLine parsed(Map<String, String> environment, String... arguments)
            throws ConfigurationException {
        CommandLine all = Liuhen.commandLine();
        Configuration.apply(all, Liuhen.staying(all), arguments, environment);
        return all;
    }

    @Test
    void theListOfCommandsHasWholeSentences() {
        List<String> cut = new ArrayList<>();
        List<CommandLine> commands = new ArrayList<>(List.of(Liuhen.commandLine()));
        for (int i = 0; i < commands.size(); i++) {
            commands.addAll(commands.get(i).getSubcommands().values());
            String first = commands.get(i).getCommandSpec().usageMessage().description()[0];
            if (!first.matches("(?s).*[.:]")) {
                cut.add(first);
            }
        }
        assertEquals(List.of(), cut);
        assertTrue(commands.size() > 20, "all commands were looked at");
    }

    private String show(Map<String, String> environment, String... arguments) throws ConfigurationException {
        String[] shown = Stream.concat(Arrays.stream(arguments), Stream.of("--show-config"))
                .toArray(String[]::new);
        CommandLine all = parsed(environment, shown);
        StringWriter out = new StringWriter();
        all.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        assertEquals(0, all.execute(shown), out.toString());
        return out.toString();
    }

    private Path file(String text) throws Exception {
        return Files.writeString(folder.resolve("liuhen.properties"), text);
    }

    private static void has(String shown, String line) {
        assertTrue(shown.lines().anyMatch(line::equals), () -> line + " is not in\n" + shown);
    }

    @Test
    void whatIsNearerToTheCommandCounts() throws Exception {
        String file =
                file("retention-days=365\nsite=site-f\nport=1\nsm3=true\n").toString();
        Map<String, String> environment = Map.of("LIUHEN_OPTION_SITE", "site-e", "LIUHEN_OPTION_PORT", "2");
        String shown = show(environment, "station", "--config", file, "--port", "3");
        has(shown, "retention-days=365  # " + file);
        has(shown, "site=site-e  # environment, LIUHEN_OPTION_SITE");
        has(shown, "port=3  # command line");
        has(shown, "sm3=true  # " + file);
        has(shown, "s3-bucket=liuhen  # default");
    }

    @Test
    void whatIsPrintedIsAFileThatSetsTheSame() throws Exception {
        String shown = show(
                Map.of(),
                "station",
                "--data",
                "/var/lib/x",
                "--devices-name",
                "a,b",
                "--disposal-grace",
                "P8D",
                "--sm3");
        has(shown, "data=/var/lib/x  # command line");
        has(shown, "devices-name=a,b  # command line");
        String values = shown.lines()
                .map(line -> line.replaceFirst("  # .*", ""))
                .filter(line -> !line.startsWith("#") && !line.endsWith("="))
                .collect(Collectors.joining("\n"));
        Path file = file(values);
        shown.lines()
                .filter(line -> line.contains("command line"))
                .map(line -> line.replace("command line", file.toString()))
                .forEach(line -> {
                    try {
                        has(show(Map.of("LIUHEN_CONFIG", file.toString()), "station"), line);
                    } catch (ConfigurationException wrong) {
                        throw new AssertionError(wrong);
                    }
                });
    }

    @Test
    void theEnvironmentNamesTheFile() throws Exception {
        String file = file("site=辖区一所\n").toString();
        has(show(Map.of("LIUHEN_CONFIG", file), "station"), "site=辖区一所  # " + file);
    }

    @Test
    void oneFileServesAllProcesses() throws Exception {
        String file = file("postgres=jdbc:postgresql://db/liuhen\nretention-days=365\nkafka=k:9092\ns3=http://rgw\n")
                .toString();
        has(show(Map.of(), "review", "--config=" + file), "kafka=k:9092  # " + file);
        String withJobs = file("kafka=k:9092\ns3=http://rgw\nreaders=4\nprofiles=/etc/liuhen/profiles.json\n")
                .toString();
        has(show(Map.of(), "intake", "--config=" + withJobs), "kafka=k:9092  # " + withJobs);
    }

    @Test
    void aNameThatIsNoSettingIsRefused() throws Exception {
        String file = file("retention-day=365\n").toString();
        ConfigurationException unknown =
                assertThrows(ConfigurationException.class, () -> parsed(Map.of(), "station", "--config", file));
        assertEquals(
                "CF-101 " + file + " sets retention-day, which is no setting; is it retention-days?",
                unknown.getMessage());
        assertTrue(assertThrows(
                        ConfigurationException.class, () -> parsed(Map.of("LIUHEN_OPTION_SIZEMAX", "1"), "station"))
                .getMessage()
                .startsWith("CF-101 the environment variable LIUHEN_OPTION_SIZEMAX"));
    }

    @Test
    void aFileThatCannotBeReadIsRefused() throws Exception {
        String none = folder.resolve("none").toString();
        assertTrue(assertThrows(ConfigurationException.class, () -> parsed(Map.of(), "station", "--config", none))
                .getMessage()
                .startsWith("CF-102"));
        assertTrue(assertThrows(ConfigurationException.class, () -> parsed(Map.of(), "station", "--config"))
                .getMessage()
                .startsWith("CF-102"));
        String twice = file("site=a\nsite=b\n").toString();
        assertEquals(
                "CF-103 " + twice + " sets twice: site",
                assertThrows(ConfigurationException.class, () -> parsed(Map.of(), "station", "--config", twice))
                        .getMessage());
    }

    @Test
    void aValueOfTheWrongKindIsRefused() throws Exception {
        String file = file("port=eighty\n").toString();
        CommandLine all = parsed(Map.of(), "station", "--config", file, "--show-config");
        StringWriter err = new StringWriter();
        all.setErr(new PrintWriter(err));
        assertEquals(CommandLine.ExitCode.USAGE, all.execute("station", "--config", file, "--show-config"));
        assertTrue(err.toString().contains("--port"), err.toString());
    }

    @Test
    void theTimeZoneIsTheMachinesOrOneThatBrowsersKnow() throws Exception {
        has(show(Map.of(), "station"), "time-zone=" + ZoneId.systemDefault() + "  # default");
        has(
                show(Map.of("LIUHEN_OPTION_TIME_ZONE", "Asia/Urumqi"), "station"),
                "time-zone=Asia/Urumqi  # environment, LIUHEN_OPTION_TIME_ZONE");
        for (String unknown : List.of("Asia/Peking", "+08:00", "UTC+8", "asia/shanghai", "")) {
            CommandLine all = parsed(Map.of(), "station", "--time-zone", unknown, "--show-config");
            StringWriter err = new StringWriter();
            all.setErr(new PrintWriter(err));
            assertEquals(
                    CommandLine.ExitCode.USAGE,
                    all.execute("station", "--time-zone", unknown, "--show-config"),
                    unknown);
            assertTrue(
                    err.toString().contains("'--time-zone'") && err.toString().contains("\"" + unknown + "\" is no"),
                    err.toString());
        }
    }

    @Test
    void theZoneOfAMachineIsGivenANameThatBrowsersKnow() {
        Map<String, String> names = Map.of(
                "Asia/Shanghai",
                "Asia/Shanghai",
                "GMT+08:00",
                "Etc/GMT-8",
                "+08:00",
                "Etc/GMT-8",
                "UTC-03:00",
                "Etc/GMT+3",
                "GMT+14:00",
                "Etc/GMT-14",
                "Z",
                "UTC");
        names.forEach((machine, name) -> assertEquals(ZoneId.of(name), ZoneOptions.known(ZoneId.of(machine)), machine));
        for (String none : List.of("GMT+05:30", "+08:00:01", "-13:00")) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> ZoneOptions.known(ZoneId.of(none)));
            assertTrue(refused.getMessage().contains("--time-zone"), refused.getMessage());
        }
    }

    @Test
    void secretsAreNotShown() throws Exception {
        String shown = show(Map.of("AWS_SECRET_ACCESS_KEY", "tremendous", "PGPASSWORD", ""), "station");
        assertFalse(shown.contains("tremendous"));
        has(shown, "# AWS_SECRET_ACCESS_KEY: set, hidden");
        has(shown, "# PGPASSWORD: not set");
        String addresses = show(
                Map.of(),
                "review",
                "--kafka",
                "k",
                "--s3",
                "http://me:tremendous@rgw",
                "--postgres",
                "jdbc:postgresql://db/x?user=u&password=tremendous&ssl=true");
        assertFalse(addresses.contains("tremendous"), addresses);
        has(addresses, "postgres=jdbc:postgresql://db/x?user=u&password=hidden&ssl=true  # command line");
    }

    @Test
    void otherCommandsReadNoSettings() throws Exception {
        parsed(Map.of("LIUHEN_CONFIG", "/nowhere", "LIUHEN_OPTION_X", "1"), "verify", "--all");
    }

    /** A flag that a file sets and the command line repeats would else be switched off again (picocli, "toggling boolean flags"). */
    @Test
    void eachFlagStaysOnWhereItIsGivenTwice() {
        List<OptionSpec> flags = Liuhen.staying(Liuhen.commandLine()).stream()
                .flatMap(command -> command.getCommandSpec().options().stream())
                .filter(option -> option.arity().max() == 0 && !option.usageHelp() && !option.versionHelp())
                .toList();
        assertFalse(flags.isEmpty());
        flags.forEach(flag -> assertEquals("true", flag.fallbackValue(), flag.longestName()));
    }
}
