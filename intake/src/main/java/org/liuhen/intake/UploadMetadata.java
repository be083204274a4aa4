package org.liuhen.intake;

import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.liuhen.custody.event.CustodyEvent.Declared;
import org.liuhen.custody.event.Reason;
import org.liuhen.custody.evidence.Actor;
import org.liuhen.custody.evidence.CaptureClaims;
import org.liuhen.custody.evidence.CaptureClaims.OtherClaim;
import org.liuhen.custody.evidence.CaseId;
import org.liuhen.custody.evidence.FileName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.UploadInfo;
import org.liuhen.web.Problem;

/**
 * The {@code Upload-Metadata} header of tus 1.0 (creation extension): comma-separated pairs of a key and the Base64 of a UTF-8 value,
 * which may be empty and then says nothing. A key that has no meaning here is kept as a claim of the sender. One that is a key of ours but for its
 * capitals or marks is refused, because a recording with a misspelt {@code caseId} would not be found.
 *
 * @param sent the header as it came, which answers repeat, or null
 */
record UploadMetadata(
        FileName fileName,
        String mediaType,
        Sha256Digest sha256,
        List<CaseId> cases,
        CaptureClaims capture,
        String sent) {
    private static final String HEADER = "Upload-Metadata";
    private static final List<String> KEYS = List.of(
            "filename",
            "filetype",
            "sha256",
            "caseId",
            "incidentNo",
            "officerNo",
            "unitCode",
            "deviceSerial",
            "captureStart",
            "captureEnd",
            "seq",
            "recordingId",
            "segment",
            "segmentCount",
            "marked");
    private static final int HEADER_CHARACTERS_MAX = 8_000;
    private static final int OTHERS_MAX = 16;
    private static final int OTHERS_CHARACTERS_MAX = 1_024; // of names and values together: an event has its limit, too
    private static final int KEY_MAX = 64;
    private static final int REASON_MAX = 300;
    private static final String MEDIA_TYPE = "[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}(;[ -~]{0,127})?";

    /** The header of a request, or null. A second one would be lost without a word: it is refused. */
    static String of(Context context) throws Problem {
        List<String> all = Collections.list(context.req().getHeaders(HEADER));
        if (all.size() > 1) {
            throw new Problem(400, "IN-102", HEADER + " stands twice. Send one, with all pairs");
        }
        return all.isEmpty() ? null : all.get(0);
    }

    /** Reads the header and checks every value. Without a proved sender it must name one. */
    static UploadMetadata parse(String header) throws Problem {
        return parse(header, Sender.CLAIMED, null);
    }

    /**
     * Reads the header and checks every value.
     *
     * @param sender the sender; where nothing proved it, the header must name one
     * @param representation the digest that another header gave (RFC 9530 Repr-Digest), or null
     */
    static UploadMetadata parse(String header, Sender sender, Sha256Digest representation) throws Problem {
        return refuseUnreadable(() -> read(header, sender, representation));
    }

    private static UploadMetadata read(String header, Sender sender, Sha256Digest representation) throws Problem {
        Map<String, String> values = decode(header == null ? "" : header);
        if (representation != null
                && !representation.hex().equals(values.getOrDefault("sha256", representation.hex()))) {
            throw new Problem(400, "IN-105", "sha256 and Repr-Digest differ");
        }
        if (representation != null) {
            values.put("sha256", representation.hex());
        }
        for (String required : List.of("filename", "sha256")) {
            if (!values.containsKey(required)) {
                throw new Problem(
                        400,
                        "IN-104",
                        "Upload-Metadata lacks " + required + ". Send filename and sha256 (the file's SHA-256 in"
                                + " lower-case hexadecimal), each value in Base64");
            }
        }
        if (!sender.proved() && !values.containsKey("officerNo") && !values.containsKey("deviceSerial")) {
            throw new Problem(
                    400, "IN-104", "Upload-Metadata names no sender. Send officerNo or deviceSerial, or both");
        }
        String mediaType = values.get("filetype");
        if (mediaType != null && !mediaType.matches(MEDIA_TYPE)) {
            throw new Problem(400, "IN-105", "filetype is not a media type such as video/mp4");
        }
        return new UploadMetadata(
                read(values, "filename", FileName::new),
                mediaType,
                read(values, "sha256", Sha256Digest::new),
                values.containsKey("caseId") ? List.of(read(values, "caseId", CaseId::new)) : List.of(),
                claims(values),
                header);
    }

    /** The actor of a part of another upload. Its header may be empty; where nothing is proved or claimed, the actor is {@code unnamed}. */
    static Actor senderOfPart(String header, Sender sender) throws Problem {
        return refuseUnreadable(() -> readSenderOfPart(header, sender));
    }

    /** What is read from a header and nothing else. */
    private interface Reading<T> {
        T read() throws Problem;
    }

    /** Reads, and turns whatever that throws into a refusal (IN-105): only the header can be its cause. */
    private static <T> T refuseUnreadable(Reading<T> reading) throws Problem {
        try {
            return reading.read();
        } catch (RuntimeException wrong) {
            throw new Problem(400, "IN-105", "Upload-Metadata is not understood: " + Reason.of(wrong, REASON_MAX));
        }
    }

    private static Actor readSenderOfPart(String header, Sender sender) throws Problem {
        CaptureClaims capture = claims(decode(header == null ? "" : header));
        if (sender.proved()) {
            return sender.actor();
        }
        boolean named = capture.officerNo() != null || capture.deviceSerial() != null;
        return named ? Sender.claimed(capture) : new Actor(Actor.Kind.OFFICER, "unnamed", null, "claimed");
    }

    private static CaptureClaims claims(Map<String, String> values) throws Problem {
        Instant start = read(values, "captureStart", Instant::parse);
        Instant end = read(values, "captureEnd", Instant::parse);
        Long sequence = read(values, "seq", Long::valueOf);
        try {
            return new CaptureClaims(
                    values.get("incidentNo"),
                    values.get("officerNo"),
                    values.get("unitCode"),
                    values.get("deviceSerial"),
                    start,
                    end,
                    sequence,
                    values.get("recordingId"),
                    read(values, "segment", Integer::valueOf),
                    read(values, "segmentCount", Integer::valueOf),
                    read(values, "marked", UploadMetadata::parseMarked),
                    otherClaims(values));
        } catch (IllegalArgumentException wrong) {
            throw new Problem(400, "IN-105", wrong.getMessage());
        }
    }

    private static List<OtherClaim> otherClaims(Map<String, String> values) throws Problem {
        List<OtherClaim> others = values.entrySet().stream()
                .filter(pair -> !KEYS.contains(pair.getKey()))
                .map(pair -> new OtherClaim(pair.getKey(), pair.getValue().isEmpty() ? null : pair.getValue()))
                .toList();
        int characters = others.stream()
                .mapToInt(one -> one.name().length()
                        + (one.value() == null ? 0 : one.value().length()))
                .sum();
        if (others.size() > OTHERS_MAX || characters > OTHERS_CHARACTERS_MAX) {
            throw new Problem(
                    400,
                    "IN-103",
                    "Upload-Metadata has keys without a meaning here: at most " + OTHERS_MAX
                            + " of them are kept, with " + OTHERS_CHARACTERS_MAX + " characters together. Known are "
                            + String.join(", ", KEYS));
        }
        return others.isEmpty() ? null : others;
    }

    /** A key without capitals and marks, so that keys that look alike are equal. */
    private static String normalize(String key) {
        return key.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    private static Boolean parseMarked(String text) {
        if (!text.equals("true")) {
            throw new IllegalArgumentException("it is true, or left out");
        }
        return true;
    }

    private static <T> T read(Map<String, String> values, String key, Function<String, T> type) throws Problem {
        try {
            return values.containsKey(key) ? type.apply(values.get(key)) : null;
        } catch (NumberFormatException wrong) {
            throw new Problem(400, "IN-105", key + " is not a whole number");
        } catch (DateTimeParseException wrong) {
            throw new Problem(400, "IN-105", key + " is not a time in UTC such as 2026-11-24T08:00:00Z (RFC 3339)");
        } catch (IllegalArgumentException wrong) {
            throw new Problem(400, "IN-105", key + ": " + wrong.getMessage());
        }
    }

    private static Map<String, String> decode(String header) throws Problem {
        if (header.length() > HEADER_CHARACTERS_MAX) {
            throw new Problem(400, "IN-102", "Upload-Metadata has at most " + HEADER_CHARACTERS_MAX + " characters");
        }
        Map<String, String> values = new LinkedHashMap<>();
        if (header.isBlank()) {
            return values;
        }
        for (String pair : header.split(",", -1)) {
            String[] words = pair.strip().split(" ", 2);
            String key = words[0];
            if (!key.matches("[!-~]{1," + KEY_MAX + "}")) {
                throw new Problem(400, "IN-102", "A key in Upload-Metadata has 1 to " + KEY_MAX + " ASCII characters");
            }
            if (!KEYS.contains(key)
                    && KEYS.stream().anyMatch(known -> normalize(known).equals(normalize(key)))) {
                throw new Problem(
                        400,
                        "IN-103",
                        "Upload-Metadata has a key that is another one here. Known are " + String.join(", ", KEYS));
            }
            if (values.put(key, utf8(key, words.length < 2 ? "" : words[1].strip())) != null) {
                throw new Problem(400, "IN-102", "Upload-Metadata names " + key + " twice");
            }
        }
        KEYS.forEach(known -> values.remove(known, ""));
        return values;
    }

    private static String utf8(String key, String base64) throws Problem {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException wrong) {
            throw new Problem(400, "IN-102", "The value of " + key + " in Upload-Metadata is not Base64 of UTF-8 text");
        }
    }

    /** The header as its sender sent it, as tus asks for in the answer to HEAD; of an upload of before it was kept, what is known of it. */
    static String header(UploadInfo info) {
        return info.metadata() == null ? header(Declaration.in(info)) : info.metadata();
    }

    private static String header(Declared declared) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("filename", declared.fileName().value());
        values.put("filetype", declared.mediaType());
        values.put("sha256", declared.sha256().hex());
        declared.cases().forEach(caseId -> values.put("caseId", caseId.value()));
        CaptureClaims capture = declared.capture();
        values.put("incidentNo", capture.incidentNo());
        values.put("officerNo", capture.officerNo());
        values.put("unitCode", capture.unitCode());
        values.put("deviceSerial", capture.deviceSerial());
        values.put("captureStart", text(capture.captureStart()));
        values.put("captureEnd", text(capture.captureEnd()));
        values.put("seq", text(capture.sequence()));
        values.put("recordingId", capture.recordingId());
        values.put("segment", text(capture.segment()));
        values.put("segmentCount", text(capture.segmentCount()));
        values.put("marked", text(capture.marked()));
        StringBuilder header = new StringBuilder();
        values.forEach((key, value) -> {
            if (value != null) {
                header.append(header.isEmpty() ? "" : ",").append(key).append(' ');
                header.append(Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
            }
        });
        return header.toString();
    }

    private static String text(Object value) {
        return value == null ? null : value.toString();
    }
}
