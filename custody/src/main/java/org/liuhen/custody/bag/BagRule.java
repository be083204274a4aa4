package org.liuhen.custody.bag;

/** The rules of a package that are no rules of a log. Every verifier names a broken rule by the same code. */
public enum BagRule {
    /** {@code bagit.txt} is missing or says something else (RFC 8493 §2.1.1). */
    NOT_A_BAG("VF-201"),
    /** A manifest is missing or malformed, names an unsafe path or one path twice, or the two of a pair differ in paths. */
    BAD_MANIFEST("VF-202"),
    /** A file that a manifest names is not there. */
    MISSING_FILE("VF-203"),
    /** A file is there that no manifest names. */
    EXTRA_FILE("VF-204"),
    /** A file does not have the digest that a manifest says. */
    ALTERED_FILE("VF-205"),
    /** The signature over the package is missing, by no trusted key, or over other manifests. */
    BAD_SIGNATURE("VF-206"),
    /** The package does not hold the items that the export on the record names. */
    WRONG_ITEMS("VF-207"),
    /** An item lacks a file, or has one too many. */
    INCOMPLETE_ITEM("VF-208"),
    /** The trail of an item does not end with this export: its end was cut off, or it is another export's. */
    TRAIL_CUT("VF-209"),
    /** A key signed after it was revoked. */
    REVOKED_KEY("VF-210"),
    /** The items' proofs lead to different heads. */
    TWO_HEADS("VF-211"),
    /** A time lies before one that must have come first, or in the future. */
    TIME_BACK("VF-212"),
    /** A timestamp (RFC 3161) is missing where the policy asks for it, is for another head, or by nobody trusted. */
    BAD_TIMESTAMP("VF-213");

    private final String code;

    BagRule(String code) {
        this.code = code;
    }

    /** The stable code. */
    public String code() {
        return code;
    }
}
