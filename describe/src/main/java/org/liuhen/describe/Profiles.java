package org.liuhen.describe;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.liuhen.custody.event.EventContext;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.describe.Value.Confidence;

/**
 * The values in a file's name, by naming patterns of devices: device, officer, time, sequence, key mark. Each profile is a
 * regular expression with named groups, and brings samples with their expected values. A name that fits none has no values.
 */
public final class Profiles {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> GROUPS = List.of("device", "officer", "unit", "sequence", "channel", "mark");

    private final List<Profile> profiles;
    private final int own;
    private final boolean ownRead;
    private final String version;

    /**
     * A profile as people are told of it.
     *
     * @param name how values name it as their source
     * @param about whose habit it is, or null where its file does not say
     * @param own whether it is of the site's own file
     */
    public record Named(String name, String about, boolean own) {}

    /**
     * One habit.
     *
     * @param name how its values name it as their source
     * @param about whose habit it is
     * @param pattern a regular expression for the whole name, with groups such as {@code device} and {@code time}
     * @param time how the group {@code time} is written (java.time's pattern letters), or null
     * @param zone the zone that such a time is assumed to be in, or null
     * @param noMark what the group {@code mark} says where there is none, or null
     * @param samples names, each with what must be read from it
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Profile(
            String name,
            String about,
            Pattern pattern,
            String time,
            String zone,
            String noMark,
            Map<String, Map<String, String>> samples) {

        /** The values in this name; empty where it does not fit. */
        Map<String, String> read(String fileName) {
            Map<String, String> found = new LinkedHashMap<>();
            Matcher fits = pattern.matcher(fileName);
            if (!fits.matches()) {
                return found;
            }
            for (String group : GROUPS) {
                String text = pattern.pattern().contains("(?<" + group + ">") ? fits.group(group) : null;
                if (text != null && !(group.equals("mark") && text.equals(noMark))) {
                    found.put(group.equals("mark") ? "keyMark" : group, text);
                }
            }
            if (time != null && fits.group("time") != null) {
                try {
                    LocalDateTime local = LocalDateTime.parse(fits.group("time"), DateTimeFormatter.ofPattern(time));
                    String iso = ISO.format(local);
                    found.put("timeClaim", zone == null ? iso : iso + zone);
                } catch (DateTimeException noTime) {
                    return Map.of(); // digits that are no time: the name only looks like one of these
                }
            }
            return found;
        }
    }

    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd'T'HH:mm:ss")
            .toFormatter(java.util.Locale.ROOT);

    private Profiles(List<Profile> profiles, int own, boolean ownRead, String version) {
        this.profiles = List.copyOf(profiles);
        this.own = own;
        this.ownRead = ownRead;
        this.version = version;
    }

    /** The beginning of the digest over all of them: with another one, names may say something else. */
    String version() {
        return version;
    }

    /**
     * The profiles that come with this program, and before them a site's own.
     *
     * @param own a file in the form of the shipped {@code profiles.json}; need not be there. A profile in it that does not read its own
     *     samples is refused
     */
    public static Profiles read(Path own) throws IOException {
        List<Profile> all = new ArrayList<>();
        MessageDigest digest = Sha256Digest.algorithm();
        boolean ownRead = Files.exists(own);
        if (ownRead) {
            try {
                byte[] bytes = Files.readAllBytes(own);
                digest.update(bytes);
                all.addAll(JSON.readValue(bytes, new TypeReference<List<Profile>>() {}));
                all.forEach(Profiles::check);
            } catch (IOException | IllegalArgumentException wrong) {
                throw new IOException("DS-103 " + own + ": " + wrong.getMessage() + ". Mend it or take it away", wrong);
            }
        }
        int ofTheSite = all.size();
        try (InputStream in = Profiles.class.getResourceAsStream("profiles.json")) {
            byte[] bytes = in.readAllBytes();
            digest.update(bytes);
            all.addAll(JSON.readValue(bytes, new TypeReference<List<Profile>>() {}));
        }
        return new Profiles(
                all,
                ofTheSite,
                ownRead,
                Sha256Digest.ofRaw(digest.digest()).hex().substring(0, 16));
    }

    /** The profiles in the order in which they are tried. */
    public List<Named> named() {
        List<Named> named = new ArrayList<>();
        for (Profile profile : profiles) {
            named.add(new Named(profile.name(), profile.about(), named.size() < own));
        }
        return named;
    }

    /** Whether the site's own file was there when these were read. */
    public boolean ownRead() {
        return ownRead;
    }

    List<Profile> all() {
        return profiles;
    }

    private static void check(Profile profile) {
        if (profile.name() == null
                || profile.pattern() == null
                || profile.samples() == null
                || profile.samples().isEmpty()) {
            throw new IllegalArgumentException("a profile has a name, a pattern and samples");
        }
        try {
            profile.samples().forEach((name, expected) -> {
                Map<String, String> found = profile.read(name);
                if (!found.equals(expected)) {
                    throw new IllegalArgumentException(
                            "profile " + profile.name() + " reads " + name + " as " + found + ", not as " + expected);
                }
            });
        } catch (DateTimeException wrong) {
            throw new IllegalArgumentException("profile " + profile.name() + ": " + wrong.getMessage(), wrong);
        }
    }

    /** The values in this name by the first profile that fits. */
    List<Value> values(String fileName) {
        for (Profile profile : profiles) {
            Map<String, String> found = profile.read(fileName);
            if (!found.isEmpty()) {
                List<Value> values = new ArrayList<>();
                found.forEach((name, value) -> values.add(new Value(
                        name,
                        value,
                        name.equals("timeClaim") ? (profile.zone() == null ? "unknown" : "assumed") : null,
                        "file name, profile " + profile.name(),
                        "liuhen",
                        EventContext.VERSION,
                        Confidence.GUESSED)));
                return values;
            }
        }
        return List.of();
    }
}
