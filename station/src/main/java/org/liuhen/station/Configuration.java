package org.liuhen.station;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.liuhen.cli.Client;
import org.liuhen.job.JobSettings;
import org.liuhen.station.EffectiveSettings.Origin;
import org.liuhen.station.EffectiveSettings.Setting;
import org.liuhen.storage.config.VaultSettings;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/**
 * The settings of the commands that stay (station, intake, review, witness, monitor, dock run). Each is an option; its value comes from the
 * command line, else from the environment variable {@code LIUHEN_OPTION_} and its name ({@code --retention-days}: {@code
 * LIUHEN_OPTION_RETENTION_DAYS}), else from a file ({@code --config}, a properties file in UTF-8 with {@code retention-days=365}), else it is
 * the default. One file may serve all processes of a site: a command passes over settings of the others, and refuses those of none.
 */
final class Configuration implements IDefaultValueProvider {
    private static final String PREFIX = "LIUHEN_OPTION_";
    private static final String CONFIG = "--config";
    private static final String CONFIG_VARIABLE = "LIUHEN_CONFIG";

    /** With which notifications are signed. */
    static final String WEBHOOK_SECRET = "LIUHEN_WEBHOOK_SECRET";

    /** The password of the user of the mail server. */
    static final String MAIL_PASSWORD = "LIUHEN_MAIL_PASSWORD";

    /** Secrets have no option: what a command line holds is seen by every user of the machine. */
    private static final List<String> SECRETS = List.of(
            VaultSettings.ACCESS_KEY,
            VaultSettings.SECRET_KEY,
            Client.CONSOLE,
            "LIUHEN_KEY_PASSWORD",
            MAIL_PASSWORD,
            "LIUHEN_OIDC_SECRET",
            WEBHOOK_SECRET,
            "PGPASSWORD");

    private static final String WEBHOOK = "notify-webhook";

    /** How an address begins: a scheme, such as {@code https:} or {@code jdbc:}. */
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:");

    /** The parts of an address. The fragment and the parameters are cut first: an {@code @} in them is before no host. */
    private static final Pattern PARTS = Pattern.compile(
            "(?s)(?<scheme>(?:jdbc:)?[A-Za-z][A-Za-z0-9+.-]*:)(?://(?<authority>[^/?#]*))?(?<path>[^?#]*)(?:\\?(?<query>[^#]*))?(?:#(?<fragment>.*))?");

    /** The hosts of an address: one, or several of a database, each with or without a port. */
    private static final Pattern HOSTS = Pattern.compile(
            "(?U)(?:\\[[0-9A-Fa-f:.]+]|[\\w.-]*)(?::[0-9]{0,5})?(?:,(?:\\[[0-9A-Fa-f:.]+]|[\\w.-]*)(?::[0-9]{0,5})?)*");

    /** Parameters of an address that hold no secret. */
    private static final Pattern PLAIN_PARAMETER = Pattern.compile(
            "(user|ssl|sslmode|connectTimeout|socketTimeout|tcpKeepAlive|targetServerType|currentSchema|ApplicationName)=[\\w.-]*");

    private final Map<String, String> environment;
    private final String source;
    private final Map<String, String> file;

    /** What every command that stays has beside its own options. */
    @SuppressWarnings(
            "UnusedVariable") // the first is needed before options are parsed, the second instead of the command
    static final class Options {
        @Option(
                names = CONFIG,
                description = "properties file with settings; also " + CONFIG_VARIABLE,
                paramLabel = "FILE")
        private Path config;

        @Option(
                names = "--show-config",
                description = "print each setting with its value and where that comes from, and end",
                fallbackValue = "true")
        private boolean show;
    }

    /** The settings cannot be read, or name something that is no setting (CF-101 to CF-103). */
    static final class ConfigurationException extends Exception {
        ConfigurationException(String message) {
            super(message);
        }
    }

    private Configuration(Map<String, String> environment, String source, Map<String, String> file) {
        this.environment = environment;
        this.source = source;
        this.file = file;
    }

    /**
     * Gives these commands their settings.
     *
     * @param all the whole command line, whose arguments are not parsed yet
     * @param staying the commands that have settings
     * @throws ConfigurationException CF-101: a name that is no setting of any of them; CF-102: the file cannot be read; CF-103: a name twice
     */
    static void apply(CommandLine all, List<CommandLine> staying, String[] arguments, Map<String, String> environment)
            throws ConfigurationException {
        boolean asked = staying.stream().anyMatch(command -> isNamed(command, arguments));
        for (CommandLine command : staying) {
            command.getCommandSpec().addMixin("configuration", CommandSpec.forAnnotatedObject(new Options()));
        }
        if (!asked) {
            return;
        }
        String path = fileOf(arguments, environment);
        Configuration read = new Configuration(environment, path, path == null ? Map.of() : read(Path.of(path)));
        Set<String> known = staying.stream()
                .flatMap(command -> command.getCommandSpec().options().stream())
                .map(Configuration::nameOf)
                .collect(Collectors.toCollection(TreeSet::new));
        known.addAll(JobSettings.NAMES);
        read.requireKnown(known);
        staying.forEach(command -> command.setDefaultValueProvider(read));
        CommandLine.IExecutionStrategy run = all.getExecutionStrategy();
        all.setExecutionStrategy(parsed -> {
            CommandLine.ParseResult last = parsed;
            while (last.hasSubcommand()) {
                last = last.subcommand();
            }
            if (!last.hasMatchedOption("--show-config")) {
                return run.execute(parsed);
            }
            read.print(last, last.commandSpec().commandLine().getOut());
            return CommandLine.ExitCode.OK;
        });
    }

    private static boolean isNamed(CommandLine command, String[] arguments) {
        List<String> names = new ArrayList<>();
        for (CommandLine one = command; one.getParent() != null; one = one.getParent()) {
            names.add(0, one.getCommandName());
        }
        return arguments.length >= names.size()
                && List.of(arguments).subList(0, names.size()).equals(names);
    }

    private static String fileOf(String[] arguments, Map<String, String> environment) throws ConfigurationException {
        String named = environment.get(CONFIG_VARIABLE);
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].startsWith(CONFIG + "=")) {
                named = arguments[i].substring(CONFIG.length() + 1);
            } else if (arguments[i].equals(CONFIG)) {
                if (i + 1 == arguments.length) {
                    throw new ConfigurationException("CF-102 " + CONFIG + " needs the path of a file");
                }
                named = arguments[i + 1];
            }
        }
        return named == null || named.isEmpty() ? null : named;
    }

    private static Map<String, String> read(Path path) throws ConfigurationException {
        Map<String, String> settings = new TreeMap<>();
        Set<String> twice = new TreeSet<>();
        Properties properties = new Properties() {
            @Override
            public synchronized Object put(Object name, Object value) {
                if (settings.put((String) name, ((String) value).strip()) != null) {
                    twice.add((String) name);
                }
                return null;
            }
        };
        try (Reader in = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException wrong) {
            throw new ConfigurationException("CF-102 the settings cannot be read: " + path + ": " + wrong.getMessage());
        }
        if (!twice.isEmpty()) {
            throw new ConfigurationException("CF-103 " + path + " sets twice: " + String.join(", ", twice));
        }
        return settings;
    }

    private void requireKnown(Set<String> known) throws ConfigurationException {
        for (String name : file.keySet()) {
            if (!known.contains(name)) {
                throw new ConfigurationException(
                        "CF-101 " + source + " sets " + name + ", which is no setting" + likeOneOf(known, name));
            }
        }
        Set<String> variables = known.stream().map(Configuration::variableOf).collect(Collectors.toSet());
        for (String name : environment.keySet()) {
            if (name.startsWith(PREFIX) && !variables.contains(name)) {
                throw new ConfigurationException(
                        "CF-101 the environment variable " + name + " is no setting" + likeOneOf(variables, name));
            }
        }
    }

    /** The name that differs least, for who wrote it wrong. */
    private static String likeOneOf(Set<String> known, String name) {
        String near = null;
        int fewest = name.length() / 3 + 1;
        for (String one : new TreeSet<>(known)) {
            int edits = edits(one, name);
            if (edits < fewest) {
                fewest = edits;
                near = one;
            }
        }
        return near == null ? ". The command's --help lists them" : "; is it " + near + "?";
    }

    private static int edits(String one, String other) {
        int[] before = new int[other.length() + 1];
        for (int j = 0; j < before.length; j++) {
            before[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] now = new int[before.length];
            now[0] = i;
            for (int j = 1; j < now.length; j++) {
                int changed = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                now[j] = Math.min(Math.min(now[j - 1], before[j]) + 1, before[j - 1] + changed);
            }
            before = now;
        }
        return before[before.length - 1];
    }

    private static String nameOf(OptionSpec option) {
        return option.longestName().replaceFirst("^--", "");
    }

    private static String variableOf(String name) {
        return PREFIX + name.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    @Override
    public String defaultValue(ArgSpec argument) {
        if (!argument.isOption()) {
            return null;
        }
        String name = nameOf((OptionSpec) argument);
        String value = environment.get(variableOf(name));
        return value != null ? value : file.get(name);
    }

    /** The settings that the process of this command runs with; none where they were not read for it. */
    static EffectiveSettings of(CommandSpec command) {
        CommandLine line = command.commandLine();
        return line != null && line.getDefaultValueProvider() instanceof Configuration read
                ? read.effective(line.getParseResult())
                : EffectiveSettings.NONE;
    }

    private EffectiveSettings effective(CommandLine.ParseResult parsed) {
        Map<String, Setting> settings = new TreeMap<>();
        for (OptionSpec option : parsed.commandSpec().options()) {
            String name = nameOf(option);
            if (!option.usageHelp() && !option.versionHelp() && !name.equals("show-config")) {
                Object value = option.getValue();
                String shown = value == null ? "" : hidden(name, text(value));
                settings.put(name, setting(name, shown, parsed.hasMatchedOption(option)));
            }
        }
        Map<String, Boolean> secrets = new TreeMap<>();
        for (String secret : SECRETS) {
            secrets.put(secret, !secret(secret).isEmpty());
        }
        return new EffectiveSettings(
                parsed.commandSpec().name(), source, List.copyOf(settings.values()), Map.copyOf(secrets));
    }

    /** A secret, from where it is asked for; empty where there is none. */
    private String secret(String name) {
        return VaultSettings.KEYS.contains(name)
                ? VaultSettings.key(name, environment)
                : environment.getOrDefault(name, "");
    }

    private Setting setting(String name, String shown, boolean onCommandLine) {
        if (onCommandLine) {
            return new Setting(name, shown, Origin.COMMAND_LINE, "");
        }
        return environment.containsKey(variableOf(name))
                ? new Setting(name, shown, Origin.ENVIRONMENT, variableOf(name))
                : file.containsKey(name)
                        ? new Setting(name, shown, Origin.FILE, source)
                        : new Setting(name, shown, Origin.DEFAULT, "");
    }

    private void print(CommandLine.ParseResult parsed, PrintWriter out) {
        EffectiveSettings effective = effective(parsed);
        for (Setting one : effective.settings()) {
            String origin =
                    switch (one.origin()) {
                        case COMMAND_LINE -> "command line";
                        case ENVIRONMENT -> "environment, " + one.where();
                        case FILE -> one.where();
                        case DEFAULT -> "default";
                    };
            out.println(one.name() + "=" + one.value() + "  # " + origin);
        }
        for (String secret : SECRETS) {
            out.println("# " + secret + ": " + (effective.secrets().get(secret) ? "set, hidden" : "not set"));
        }
        out.flush();
    }

    /**
     * A value without what an address may hold of a secret (RFC 3986): the user and the password before the host, the values of all parameters
     * but those that are known to be none, the fragment; and of a webhook, whose path is often its password, all but the host. What is no valid
     * address may have a secret in any place, and only its scheme is shown.
     */
    private static String hidden(String name, String value) {
        Matcher parts = PARTS.matcher(value);
        if (!ADDRESS.matcher(value).lookingAt() || !parts.matches()) {
            return value.replaceFirst("(?s)(:|//).*@.*", "$1hidden")
                    .replaceFirst("(?s)(:/[^?#]*[?#]).*", "$1hidden")
                    .replaceAll("(?i)((?:password|passwd|secret|token)\\s*=)[^&;,]*", "$1hidden");
        }
        String authority = parts.group("authority");
        if (authority == null) { // host:9092, jdbc:postgresql:database
            String scheme = value.substring(0, value.indexOf(':') + 1);
            return name.equals(WEBHOOK)
                            || value.contains("@")
                            || parts.group("path").contains("=")
                    ? scheme + "hidden"
                    : parts.group("scheme") + parts.group("path") + hiddenTail(parts);
        }
        int user = authority.lastIndexOf('@');
        String host = authority.substring(user + 1);
        if (!HOSTS.matcher(host).matches()) {
            return parts.group("scheme") + "//hidden";
        }
        String rest = value.substring(parts.end("authority"));
        if (name.equals(WEBHOOK)) {
            return parts.group("scheme") + "//" + host + (user < 0 && rest.isEmpty() ? "" : "/hidden");
        }
        String path = parts.group("path").matches("(?s).*[@=].*") ? "/hidden" : parts.group("path");
        return parts.group("scheme") + (user < 0 ? "//" : "//hidden@") + host + path + hiddenTail(parts);
    }

    /** The parameters and the fragment of an address. */
    private static String hiddenTail(Matcher parts) {
        String query = parts.group("query") == null
                ? ""
                : Arrays.stream(parts.group("query").split("&", -1))
                        .map(parameter -> PLAIN_PARAMETER.matcher(parameter).matches()
                                ? parameter
                                : parameter.replaceFirst("(?s)(?<==).*|^[^=]*$", "hidden"))
                        .collect(Collectors.joining("&", "?", ""));
        return query + (parts.group("fragment") == null ? "" : "#hidden");
    }

    private static String text(Object value) {
        Collection<?> many = value instanceof Collection<?> all
                ? all
                : value.getClass().isArray() ? List.of((Object[]) value) : List.of(value);
        return many.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
