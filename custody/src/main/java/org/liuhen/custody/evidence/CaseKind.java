package org.liuhen.custody.evidence;

/** What an item can be linked to. A link that names no kind is one to a case, or was made before kinds were told apart. */
public enum CaseKind {
    /** A report of an incident and what followed of it (警情). */
    INCIDENT,
    /** A case that was filed (案件). */
    CASE,
    /** A written decision, such as a penalty (决定书). */
    DECISION,
    /** A coercive measure against a person (强制措施). */
    COERCIVE_MEASURE,
    /** A traffic accident (事故). */
    ACCIDENT
}
