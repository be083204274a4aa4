package org.liuhen.station;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Checkpoint;
import org.liuhen.custody.log.LogStore;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.custody.log.Tiles;
import org.liuhen.describe.Profiles;
import org.liuhen.review.follow.Cosigned;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What administrators are told of a process: each setting with its origin, the witnesses as they are, and no secret in any form. */
class SettingsApiTest {
    private static final LogName SITE = new LogName("site-1");
    private static final List<String> FORMS = List.of(
            "https://%s@host.example/x",
            "https://user:%s@host.example/x",
            "https://user:a@%s@host.example/x",
            "https://user:a b/%s@host.example/x",
            "user:%s@host.example:9092",
            "https://host.example/x?key=%s",
            "https://host.example/x?%s",
            "https://host.example/x?user=u&key=a%%26%s&ssl=true",
            "https://host.example/x?user=%s!",
            "https://host.example/x#%s",
            "https://host.example/x?a=b#%s",
            "jdbc:postgresql://host.example/x?user=u&password=%s&ssl=true",
            "jdbc:postgresql://host.example/x?sslpassword=a;%s",
            "jdbc:postgresql:x?password=a,%s",
            "HTTPS://user:%s@host.example",
            "host=x password = %s",
            "jdbc:postgresql://db/x?user=u&password=pa@%s",
            "https://host.example/x?password=a@%s",
            "https://host.example?key=a@%s",
            "https://host.example/send/a@%s",
            "https://host.example/x#a@%s",
            "https://host.example#a@%s",
            "https://user:pa@%s@host.example/x",
            "https://user:pa#%s@host.example/x",
            "https://user:pa?%s@host.example",
            "https://user:%s/pa@host.example",
            "https://user:%s@[2001:db8::1]:8443/x",
            "https://[2001:db8::1]:8443/x?key=pa@%s",
            "jdbc:postgresql://user:%s@a:1,b:2/db",
            "jdbc:postgresql://a:1,b:2/db?user=u&password=pa@%s",
            "jdbc:sqlserver://db;user=u;password=%s",
            "jdbc:postgresql:x?password=pa@%s",
            "jdbc:h2:x;password=%s",
            "user:pa@%s@host.example",
            "user:pa/%s@host.example",
            "user:pa?%s@host.example",
            "1_user:%s@host.example:9092",
            "u:%s@host.example",
            "//user:%s@host.example",
            "x,https://user:%s@host.example",
            "x,https://host.example/y?key=%s",
            "https://a.example,https://user:%s@b.example");

    @TempDir
    private Path folder;

    private Vault vault;

    @BeforeEach
    void open() throws Exception {
        vault = VaultSettings.directory(folder.resolve("vault"), false).open();
    }

    @AfterEach
    void close() throws Exception {
        vault.close();
    }

    private JsonNode told(EffectiveSettings settings) throws Exception {
        SignedNote.Verifier key =
                signer(SITE.origin(), SignedNote.Algorithm.ED25519).verifier();
        return api(settings, vault.log(SITE), key, Policy.of(key), Map.of()).answer();
    }

    private SettingsApi api(
            EffectiveSettings settings,
            LogStore store,
            SignedNote.Verifier key,
            Policy policy,
            Map<String, Cosigned> before)
            throws Exception {
        Path profiles = folder.resolve("profiles.json");
        return new SettingsApi(
                settings,
                new SettingsApi.Witnesses(
                        store, SITE, folder, key, policy, WitnessPolicy.isGiven(folder), () -> before),
                Profiles.read(profiles),
                profiles);
    }

    private static SignedNote.Signer signer(String name, SignedNote.Algorithm algorithm) {
        return new SignedNote.Signer(name, algorithm, new Ed25519PrivateKeyParameters(new SecureRandom()));
    }

    /** The settings of a command line, as the command itself asks for them. */
    private static EffectiveSettings parsed(String command, Map<String, String> environment, List<String> arguments)
            throws Exception {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(arguments);
        CommandLine line = Liuhen.commandLine();
        String[] words = all.toArray(String[]::new);
        Configuration.apply(line, Liuhen.staying(line), words, environment);
        line.parseArgs(words);
        return Configuration.of(line.getSubcommands().get(command).getCommandSpec());
    }

    private static List<OptionSpec> options(String command) {
        return Liuhen.commandLine().getSubcommands().get(command).getCommandSpec().options().stream()
                .filter(option -> Set.of(String.class, URI.class, Path.class).contains(option.auxiliaryTypes()[0])
                        && !option.longestName().equals("--config"))
                .toList();
    }

    private static Map<String, JsonNode> byName(JsonNode told) {
        Map<String, JsonNode> byName = new TreeMap<>();
        told.get("settings").forEach(one -> byName.put(one.get("name").asText(), one));
        return byName;
    }

    /** Every option that takes a text, with a secret in every form that an address has a place for, from every place that settings come from. */
    @Test
    void noValueOfAnOptionTellsASecret() throws Exception {
        int tried = 0;
        for (String command : List.of("station", "review")) {
            List<String> needed =
                    command.equals("review") ? List.of("--postgres", "jdbc:postgresql://db/x") : List.of();
            for (String form : FORMS) { // in all options at once: a command line takes long to make
                String value = String.format(form, "tremendous");
                List<String> arguments = new ArrayList<>();
                for (OptionSpec option : options(command)) {
                    if (option.auxiliaryTypes()[0] != URI.class || isUri(value)) {
                        arguments.addAll(List.of(option.longestName(), value));
                        tried++;
                    }
                }
                assertFalse(parsed(command, Map.of(), arguments).toString().contains("tremendous"), value);
            }
            for (OptionSpec option : options(command)) {
                String name = option.longestName().substring(2);
                List<String> others = name.equals("postgres") ? List.of() : needed;
                String value = "https://user:tremendous@host.example/x?key=tremendous#tremendous";
                String variable = "LIUHEN_OPTION_" + name.replace('-', '_').toUpperCase(Locale.ROOT);
                JsonNode told = told(parsed(command, Map.of(variable, value), others));
                assertFalse(told.toString().contains("tremendous"), () -> name + ": " + told);
                assertTrue(
                        byName(told).get(name).get("value").asText().contains("hidden"),
                        () -> "what is hidden is still told to be set: " + name);
            }
        }
        assertTrue(tried > 300, tried + " values");
    }

    private static boolean isUri(String value) {
        try {
            return URI.create(value) != null;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    private String shown(String option, String value) throws Exception {
        JsonNode told =
                told(parsed(option.equals("postgres") ? "review" : "station", Map.of(), List.of("--" + option, value)));
        return byName(told).get(option).get("value").asText();
    }

    @Test
    void aWebhookIsToldByItsHostAlone() throws Exception {
        for (String rest : List.of(
                "/cgi-bin/tremendous/send", "/send?key=a@tremendous", "/send/a@tremendous", "?a@b", "#a@b", "/")) {
            assertEquals("https://qyapi.example/hidden", shown("notify-webhook", "https://qyapi.example" + rest), rest);
        }
        assertEquals("https://qyapi.example/hidden", shown("notify-webhook", "https://u:p@qyapi.example"));
        assertEquals("https://qyapi.example", shown("notify-webhook", "https://qyapi.example"), "all letters of it");
        assertEquals("https://[::1]:81/hidden", shown("notify-webhook", "https://[::1]:81/x"));
    }

    @Test
    void whatIsNoSecretOfAnAddressIsShown() throws Exception {
        for (String address : List.of(
                "jdbc:postgresql://db/x", "jdbc:postgresql://a:1,[::1]:2/db?user=u&ssl=true", "jdbc:postgresql:x")) {
            assertEquals(address, shown("postgres", address));
        }
        assertEquals(
                "jdbc:postgresql://db:5432/x?user=u&password=hidden",
                shown("postgres", "jdbc:postgresql://db:5432/x?user=u&password=pa@tremendous"));
        assertEquals("jdbc:postgresql://hidden@a:1,b:2/db", shown("postgres", "jdbc:postgresql://u:pa@ss@a:1,b:2/db"));
    }

    @Test
    void aSecretOfTheEnvironmentIsToldToBeSetAndNotMore() throws Exception {
        Map<String, String> environment = new HashMap<>();
        EffectiveSettings without = parsed("station", Map.of(), List.of());
        assertTrue(without.secrets().size() >= 8, without.secrets().toString());
        without.secrets().keySet().forEach(name -> environment.put(name, "tremendous-" + name));
        JsonNode told = told(parsed("station", environment, List.of()));
        assertFalse(told.toString().contains("tremendous"), told.toString());
        told.get("secrets").forEach(one -> assertTrue(one.get("set").asBoolean(), one.toString()));
        told(without).get("secrets").forEach(one -> assertFalse(one.get("set").asBoolean(), one.toString()));
    }

    @Test
    void aKeyOfTheStoreThatIsASystemPropertyIsToldToBeSet() throws Exception {
        System.setProperty("AWS_SECRET_ACCESS_KEY", "tremendous");
        try {
            JsonNode told = told(parsed("station", Map.of(), List.of()));
            assertFalse(told.toString().contains("tremendous"), told.toString());
            told.get("secrets")
                    .forEach(one -> assertEquals(
                            one.get("name").asText().equals("AWS_SECRET_ACCESS_KEY"),
                            one.get("set").asBoolean(),
                            one.toString()));
        } finally {
            System.clearProperty("AWS_SECRET_ACCESS_KEY");
        }
    }

    @Test
    void eachSettingIsToldWithItsOrigin() throws Exception {
        Path file = Files.writeString(folder.resolve("liuhen.properties"), "retention-days=365\nsite=site-f\n");
        JsonNode told = told(parsed(
                "station",
                Map.of("LIUHEN_OPTION_SITE", "site-e", "LIUHEN_CONFIG", file.toString()),
                List.of("--port", "3")));
        assertEquals("station", told.get("process").asText());
        assertEquals(file.toString(), told.get("file").asText());
        Map<String, JsonNode> all = byName(told);
        Map.of(
                        "retention-days", "365 FILE " + file,
                        "site", "site-e ENVIRONMENT LIUHEN_OPTION_SITE",
                        "port", "3 COMMAND_LINE ",
                        "sm3", "false DEFAULT ")
                .forEach((name, expected) -> {
                    JsonNode one = all.get(name);
                    assertEquals(
                            expected,
                            one.get("value").asText() + " " + one.get("origin").asText() + " "
                                    + one.get("where").asText(),
                            name);
                });
        StringWriter out = new StringWriter();
        CommandLine line = Liuhen.commandLine();
        String[] words = {"station", "--show-config"};
        Configuration.apply(line, Liuhen.staying(line), words, Map.of());
        line.setOut(new PrintWriter(out)).execute(words);
        assertEquals(
                out.toString().lines().filter(one -> !one.startsWith("#")).count(),
                all.size(),
                "the page has every setting that the command line shows");
    }

    @Test
    void witnessesAreToldAsTheirNewestCosignaturesAre() throws Exception {
        SignedNote.Signer log = signer(SITE.origin(), SignedNote.Algorithm.ED25519);
        SignedNote.Signer near = signer("near.example/w", SignedNote.Algorithm.COSIGNATURE_V1);
        SignedNote.Signer away = signer("away.example/w", SignedNote.Algorithm.COSIGNATURE_V1);
        SignedNote.Signer never = signer("never.example/w", SignedNote.Algorithm.COSIGNATURE_V1);
        Policy policy = Policy.parse("log " + log.verifier() + "\nwitness near " + near.verifier()
                + " http://127.0.0.1:1\nwitness away " + away.verifier() + " http://127.0.0.1:2\nwitness never "
                + never.verifier() + "\ngroup two 2 near away never\nquorum two\n");
        Instant at = Instant.parse("2026-11-26T08:00:00Z");
        LogStore store = vault.log(SITE);
        JsonNode nothing = api(EffectiveSettings.NONE, store, log.verifier(), policy, Map.of())
                .answer()
                .get("witnesses");
        assertFalse(nothing.has("met"), "nothing waits before there is a head: " + nothing);
        store.write(Tiles.CHECKPOINT, head(log, 130).bytes());
        SignedNote seen = head(log, 120);
        store.write(Tiles.WITNESSED, seen.with(List.of(seen.cosign(near, at))).bytes());
        store.write(Tiles.WITNESS_TROUBLES, "away: WT-103 no answer: x\n".getBytes(StandardCharsets.UTF_8));
        Map<String, Cosigned> before =
                Map.of("away", new Cosigned(100, at.minusSeconds(60)), "near", new Cosigned(1, at));
        JsonNode told = api(EffectiveSettings.NONE, store, log.verifier(), policy, before)
                .answer()
                .get("witnesses");
        assertEquals("130 120 false two", words(told, "head", "witnessed", "met", "quorum"));
        assertEquals(
                List.of(
                        "away 100 30 2026-11-26T07:59:00Z WT-103 no answer: x " + id(away),
                        "near 120 10 2026-11-26T08:00:00Z  " + id(near),
                        "never     " + id(never)),
                list(told));
        store.write(
                Tiles.WITNESSED,
                seen.with(List.of(seen.cosign(near, at), seen.cosign(away, at))).bytes());
        told = api(EffectiveSettings.NONE, store, log.verifier(), policy, before)
                .answer()
                .get("witnesses");
        assertTrue(told.get("met").asBoolean(), told.toString());
        store.write(Tiles.CHECKPOINT, "nonsense".getBytes(StandardCharsets.UTF_8));
        JsonNode all = api(EffectiveSettings.NONE, store, log.verifier(), policy, before)
                .answer();
        assertTrue(all.at("/witnesses/trouble").asText().length() > 3, all.toString());
        assertEquals(3, all.at("/witnesses/witnesses").size(), "a head that cannot be read hides no witness");
        assertTrue(all.at("/profiles/profiles").size() > 3, "and no other part");
    }

    private static String id(SignedNote.Signer witness) {
        return String.format("%08x", witness.verifier().keyHash());
    }

    private static SignedNote head(SignedNote.Signer log, long size) {
        return new Checkpoint(SITE.origin(), size, Sha256Digest.of(new byte[] {(byte) size})).sign(log);
    }

    private static List<String> list(JsonNode told) {
        List<String> lines = new ArrayList<>();
        told.get("witnesses").forEach(one -> lines.add(words(one, "name", "size", "behind", "at", "trouble", "keyId")));
        return lines;
    }

    private static String words(JsonNode of, String... names) {
        return String.join(
                " ", Arrays.stream(names).map(name -> of.path(name).asText("")).toList());
    }

    @Test
    void profilesAreToldWithTheSitesOwnFirst() throws Exception {
        Files.writeString(
                folder.resolve("profiles.json"),
                "[{\"name\":\"ours\",\"pattern\":\"(?<device>X[0-9]+)[.]mp4\",\"samples\":{\"X1.mp4\":{\"device\":\"X1\"}}}]");
        SignedNote.Verifier key =
                signer(SITE.origin(), SignedNote.Algorithm.ED25519).verifier();
        SettingsApi read = api(EffectiveSettings.NONE, vault.log(SITE), key, Policy.of(key), Map.of());
        Files.delete(folder.resolve("profiles.json"));
        Files.writeString(folder.resolve("policy"), "written after the start");
        JsonNode told = read.answer();
        JsonNode first = told.at("/profiles/profiles/0");
        assertEquals("ours true", words(first, "name", "own"));
        assertFalse(told.at("/profiles/profiles/1/own").asBoolean(true));
        assertTrue(told.at("/profiles/there").asBoolean(), "it was read, whatever became of it");
        assertFalse(told.at("/witnesses/there").asBoolean(true), "it is not read before the next start");
        assertEquals(2, told.at("/cameras/kinds").size());
        assertTrue(told.at("/cameras/kinds/0/clock").asBoolean(), "the first kind tells its time");
    }
}
