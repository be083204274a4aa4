package org.liuhen.review.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.liuhen.review.projection.ItemView.State;

/** The members of an item's JSON that SQL reads, so that each name stands in one place; {@code MembersTest} compares them with the item. */
enum ItemMember {
    BYTES_DIFFER("bytesDiffer"),
    CANDIDATES("candidates"),
    CAPTURE_EARLIEST("captureTime", "earliest"),
    CAPTURE_LATEST("captureTime", "latest"),
    CORRECTED_EARLIEST("captureTime", "corrected", "earliest"),
    CORRECTED_LATEST("captureTime", "corrected", "latest"),
    CAPTURE_START("captureStart"),
    CASES("cases"),
    CATEGORY("category"),
    CLAIMS("claims"),
    DECLARED_AT("declaredAt"),
    DESCRIBED_WITH("describedWith"),
    DESCRIPTION_FAILURE("descriptionFailure"),
    DESCRIPTION_REQUESTED_WITH("descriptionRequestedWith"),
    DEVICE("device"),
    DEVICE_CLOCK("deviceClock"),
    DISPOSAL("disposal"),
    EXPLAINED_GAPS("explainedGaps"),
    EXPORTS("exports"),
    EXPORTS_ASKED_BY("exportsAskedBy"),
    EXPORTS_ENDED("exportsEnded"),
    FAILED_STEPS("failedSteps"),
    FILE_NAME("fileName"),
    FOREIGN_CASES("foreignCases"),
    GAPS("gaps"),
    HANDED_TO("handedTo"),
    HANDOVER("handover"),
    HANDOVER_AT("handover", "at"),
    HANDOVER_BY("handover", "by"),
    HANDOVER_TO("handover", "to"),
    HOLDS("holds"),
    KEPT_DAYS("keptDays"),
    LAST_LEAF("lastLeaf"),
    LAST_REVIEW_DUE("lastReview", "due"),
    LAST_REVIEW_OUTCOME("lastReview", "outcome"),
    LENGTH_MILLIS("captureTime", "lengthMillis"),
    MEDIA_TYPE("mediaType"),
    METADATA_SHA256("metadataSha256"),
    NAMED("named"),
    OFFICER_NO("officerNo"),
    ON_BEHALF_OF("onBehalfOf"),
    PERMANENT("permanent"),
    PLACE("place"),
    RECEIVED_AT("receivedAt"),
    RECORDED_FROM("recordedFrom"),
    RECORDING_ID("recordingId"),
    REVIEWS("reviews"),
    SEALED_UNTIL("sealedUntil"),
    SEGMENT("segment"),
    SEGMENT_COUNT("segmentCount"),
    SENDER("sender"),
    SIZE_BYTES("sizeBytes"),
    STATE("state"),
    UNITS("units"),
    UNIT_CODE("unitCode");

    @SuppressWarnings("ImmutableEnumChecker") // List.of gives one that nobody changes
    private final List<String> path;

    ItemMember(String... path) {
        this.path = List.of(path);
    }

    /** The names from the item to the member. */
    List<String> path() {
        return path;
    }

    /** The member as {@code jsonb}. */
    String json() {
        return json("item");
    }

    /** The member of the item in this column, as {@code jsonb}. */
    String json(String column) {
        return column + path.stream().map(name -> "->'" + name + "'").collect(Collectors.joining());
    }

    /** The member as text. */
    String text() {
        return text("item");
    }

    /** The member of the item in this column, as text. */
    String text(String column) {
        int last = path.size() - 1;
        String holder =
                path.subList(0, last).stream().map(name -> "->'" + name + "'").collect(Collectors.joining());
        return column + holder + "->>'" + path.get(last) + "'";
    }

    /** The member as another type of PostgreSQL. */
    String as(String type) {
        return "(" + text() + ")::" + type;
    }

    /** Whether the item has the member. JSONB's operator {@code ?} is doubled, as prepared statements need it. */
    String exists() {
        return "item ?? '" + path.get(0) + "'";
    }

    /** Whether the item is in one of these states. */
    static String stateIn(State... states) {
        return STATE.text() + " " + EventMember.in(Arrays.stream(states).map(State::text));
    }
}
