package org.liuhen.storage;

import java.io.IOException;

/** A vault could not do what was asked. The code is stable; the action says what the operator or sender can do. */
public final class VaultException extends IOException {
    /** The code of {@link #overtaken}. */
    public static final String OVERTAKEN = "VT-111";

    private final String code;
    private final boolean retryable;

    private VaultException(String code, boolean retryable, String message, Throwable cause) {
        super(code + " " + message, cause);
        this.code = code;
        this.retryable = retryable;
    }

    /** A stable code such as VT-101. */
    public String code() {
        return code;
    }

    /** Whether the same call may succeed later. */
    public boolean retryable() {
        return retryable;
    }

    /** The store did not answer, or answered that it could not. */
    public static VaultException unavailable(String what, Throwable cause) {
        return new VaultException(
                "VT-101",
                true,
                what + ": the store does not answer. Check that it runs and has space; what was acknowledged is safe",
                cause);
    }

    /** The bytes offered do not begin where the durable bytes end. */
    public static VaultException offsetConflict(long durable, long offered) {
        return new VaultException(
                "VT-102",
                false,
                "the durable bytes end at " + durable + ", not at " + offered + ". Ask for the offset and go on there",
                null);
    }

    /** More bytes were offered than were declared. */
    public static VaultException tooLong(long declared) {
        return new VaultException(
                "VT-103",
                false,
                "more bytes than the declared " + declared + " were sent. Declare the true size",
                null);
    }

    /** There is no such upload, or it is finished and cannot be changed. */
    public static VaultException noSuchUpload(String what) {
        return new VaultException("VT-104", false, what, null);
    }

    /** What is stored beside an upload is not what was written there. */
    public static VaultException damagedInfo(String where, Throwable cause) {
        return new VaultException(
                "VT-201",
                false,
                "the information at " + where
                        + " is not the declaration of this upload. Restore it from the store's backup;"
                        + " nothing was deleted, and the other uploads go on",
                cause);
    }

    /** How far an upload has come, or the bytes that it should have, cannot be read. */
    public static VaultException damagedProgress(String where, Throwable cause) {
        return new VaultException(
                "VT-202",
                false,
                "the bytes or the progress of " + where
                        + " cannot be read. Restore them from the store's backup; nothing was"
                        + " deleted, and the other uploads go on",
                cause);
    }

    /** The act would change bytes that are written once. */
    public static VaultException writtenOnce(String what) {
        return new VaultException("VT-105", false, what, null);
    }

    /** The act would delete what is locked. */
    public static VaultException locked(String key, java.time.Instant until) {
        return new VaultException("VT-110", false, key + " is locked until " + until + " and stays", null);
    }

    /** Another sender writes to the same upload at this moment. */
    public static VaultException busy(String id) {
        return new VaultException(
                "VT-106",
                true,
                "another sender writes to " + id + ". Ask for the offset in a moment and go on there",
                null);
    }

    /** There is no memory for more bytes at this moment. What came is kept. */
    public static VaultException noRoom(String id) {
        return new VaultException(
                "VT-112",
                true,
                "no memory is left for more of " + id
                        + " at this moment. Ask for the offset in a while and go on there",
                null);
    }

    /** Another process changed the upload since it was read; nothing of what was asked was done. */
    public static VaultException overtaken(String id) {
        return new VaultException(
                OVERTAKEN, false, "another request went on with " + id + ". Ask for the offset and go on there", null);
    }

    /** The store answered, and its answer was no. */
    public static VaultException refused(String what, String storeCode, boolean retryable, Throwable cause) {
        return new VaultException(
                "VT-107",
                retryable,
                what + ": the store refused with " + storeCode
                        + ". Check the rights of our key there, this machine's clock beside the store's, and the store's log",
                cause);
    }
}
