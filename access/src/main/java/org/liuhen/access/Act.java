package org.liuhen.access;

import io.javalin.security.RouteRole;

/**
 * What a request can ask for. Each route names the acts that it serves; one that names none is denied to all. Which role allows which act is
 * in {@link Role}.
 */
public enum Act implements RouteRole {
    /** For every caller, authenticated or not: the page itself, signing in, heads and hashes of the log. */
    PUBLIC,
    /** Uploads an item. */
    UPLOAD,
    /** Lists and searches items and cases. */
    SEARCH,
    /** Sees what is known of an item, and its chain of custody. */
    VIEW,
    /** Sees a small picture, an excerpt or the positions of an item. */
    PREVIEW,
    /** Plays an item in a session that is on the record. A player receives the bytes that it shows. */
    PLAY,
    /** Fetches the bytes of an item as a file, or sees the whole of a document. */
    DOWNLOAD,
    /** Attaches items to cases and detaches them. */
    LINK,
    /** Says something about an item or a moment of it, for all who see it. */
    NOTE,
    /** Puts an item into a category of the law. */
    CATEGORISE,
    /** Opens a review, and ends it with an opinion or by sending the item back. */
    REVIEW,
    /** Answers a review that came back: what was mended, or why the finding is not accepted. */
    ANSWER_REVIEW,
    /** Offers an item to a prosecutor. */
    OFFER_HANDOVER,
    /** Accepts or refuses what was offered to the person. */
    ANSWER_HANDOVER,
    /** Places a hold on an item and releases it. */
    HOLD,
    /** Proposes to dispose of an item. */
    PROPOSE_DISPOSAL,
    /** Approves or refuses the disposal that another person proposed. */
    APPROVE_DISPOSAL,
    /** Proposes to change for how long a category keeps items. */
    PROPOSE_RULE,
    /** Approves or refuses the change that another person proposed. */
    APPROVE_RULE,
    /** Asks for a package for a recipient. */
    REQUEST_EXPORT,
    /** Approves the package that another person asked for. */
    APPROVE_EXPORT,
    /** Fetches an approved package. */
    FETCH_EXPORT,
    /** Says who is assigned to a case and whether it is protected; closes it and opens it again. */
    DECIDE_CASE,
    /** Sees what is missing, and the figures of the unit. */
    SEE_GAPS,
    /** Says why something is missing, and takes that back. */
    EXPLAIN_GAP,
    /** Sees what happened to no item: sign-ins, searches, devices, keys; and the entries of the log. */
    SEE_LOG,
    /** Has the record verified. */
    AUDIT,
    /** Brings in dispatch records. */
    IMPORT_DISPATCH,
    /** Has items described once more. */
    DESCRIBE_AGAIN,
    /** Changes the list of devices. */
    MANAGE_DEVICES,
    /** Sees the settings of the site and how notifications go out, and sends a test message to the own address. */
    MANAGE_NOTIFICATIONS,
    /** Says how units are called. */
    NAME_UNITS,
    /** Proposes changes of the list of people, and dismisses people. */
    MANAGE_PEOPLE,
    /** Approves or refuses the change of the list of people that another person proposed. */
    APPROVE_PERSON,
    /** Sees and changes the own credentials. */
    OWN_ACCOUNT
}
