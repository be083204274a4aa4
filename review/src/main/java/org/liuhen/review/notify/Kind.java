package org.liuhen.review.notify;

/** What waits for a person, as receivers are told. */
enum Kind {
    /** An item is offered to the person, or to the person's office. */
    HANDOVER_OFFERED("handover.offered"),
    /** What the person offered was refused. */
    HANDOVER_RETURNED("handover.returned"),
    /** A review of an item of the person came back. */
    REVIEW_RETURNED("review.returned"),
    /** What came back has to be mended within a day. */
    REVIEW_DUE("review.due"),
    /** An export waits for a second person. */
    EXPORT_REQUESTED("export.requested"),
    /** An export that the person asked for is recorded as exported. */
    EXPORT_READY("export.ready"),
    /** A change of the list of people waits for a second person. */
    PERSON_PROPOSED("person.proposed"),
    /** A note names the person. */
    NOTE_NAMED("note.named"),
    /** Nothing waits: the person asked whether messages arrive. */
    TEST("test");

    private final String word;

    Kind(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
