package org.liuhen.web;

import java.io.IOException;

/** The bytes of a request do not have the checksum that was sent with them; none of them is kept. */
public final class ChecksumMismatchException extends IOException {
    public ChecksumMismatchException(String message) {
        super(message);
    }
}
