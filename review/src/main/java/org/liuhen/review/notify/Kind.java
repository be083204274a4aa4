package org.liuhen.review.notify;

import org.liuhen.review.model.NoticeWriter;
import org.liuhen.review.model.Notification;

/** What waits for a person, as receivers are told. */
enum Kind {
    /** An item is offered to the person, or to the person's office. */
    HANDOVER_OFFERED("handover.offered"),
    /** What the person offered was refused. */
    HANDOVER_RETURNED("handover.returned"),
    /** What the person offered was accepted. */
    HANDOVER_ACCEPTED("handover.accepted"),
    /** A review of an item of the person came back. */
    REVIEW_RETURNED("review.returned"),
    /** What came back has to be mended within a day. */
    REVIEW_DUE("review.due"),
    /** What the person sent back was answered, and waits to be reviewed again. */
    REVIEW_ANSWERED("review.answered"),
    /** An export waits for a second person. */
    EXPORT_REQUESTED("export.requested"),
    /** An export that the person asked for is recorded as exported. */
    EXPORT_READY("export.ready"),
    /** An export that the person asked for was refused. */
    EXPORT_REFUSED("export.refused"),
    /** A change of the list of people waits for a second person. */
    PERSON_PROPOSED("person.proposed"),
    /** A note names the person. */
    NOTE_NAMED("note.named"),
    /** Nothing waits: the person asked whether messages arrive. */
    TEST("test");

    private static final String ITEM = "#/item/";

    private final String word;

    Kind(String word) {
        this.word = word;
    }

    /** The ID of the item in such a place; empty where it is the place of no item. */
    static String itemIn(String place) {
        return place.startsWith(ITEM) ? place.substring(ITEM.length()).split("\\?", 2)[0] : "";
    }

    /** Whether it stays true: nothing that is done later ends it. */
    boolean stays() {
        return NoticeWriter.STAY.contains(word);
    }

    /**
     * Whether so many items of an export are enough to tell it. A refusal of one item refuses the export, and nobody refuses the others.
     *
     * @param whole of how many items the export is
     */
    boolean isComplete(int items, int whole) {
        return items >= (this == EXPORT_REFUSED ? 1 : whole);
    }

    /** How far each item of an export has come when this is told; of exports alone. */
    String exportIs() {
        return switch (this) {
            case EXPORT_REQUESTED -> "requested";
            case EXPORT_REFUSED -> "refused";
            case EXPORT_READY -> "exported";
            default -> throw new IllegalStateException(word + " is told of no export");
        };
    }

    String word() {
        return word;
    }

    /**
     * Where it is done or seen on the page.
     *
     * @param item the ID of the item; empty where it is about none
     */
    String place(String item) {
        return switch (this) {
            case EXPORT_REQUESTED, EXPORT_READY, EXPORT_REFUSED -> "#/exports";
            case PERSON_PROPOSED -> "#/people";
            case TEST -> Notification.TO_DO;
            case HANDOVER_OFFERED, HANDOVER_RETURNED, HANDOVER_ACCEPTED -> ITEM + item + "?part=handover";
            case REVIEW_RETURNED, REVIEW_DUE, REVIEW_ANSWERED -> ITEM + item + "?part=review";
            case NOTE_NAMED -> ITEM + item + "?part=notes";
        };
    }
}
