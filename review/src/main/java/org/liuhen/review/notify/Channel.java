package org.liuhen.review.notify;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.liuhen.review.model.Notification;

/** A way on which notifications are sent. One thread at a time uses it, which holds its monitor. */
public interface Channel {
    /** Its name, in the table and in metrics. */
    String name();

    /** The host that takes the messages, and nothing more of its address, which may have a secret. */
    String receiver();

    /** How long the first one for a person is held back, so that others for the same person go with it; zero where each is sent alone. */
    default Duration gathers() {
        return Duration.ZERO;
    }

    /**
     * Sends them as one message; returns when the receiver has taken it.
     *
     * @param all one alone, or some for the same person where this way gathers them
     * @throws RefusedException where these will never be taken
     * @throws GoneException where the receiver wants nothing more
     * @throws BusyException where the receiver takes nothing for some time
     * @throws IOException where it may be taken later
     */
    void send(List<Notification> all) throws IOException, InterruptedException, RefusedException, GoneException;

    /** There is nothing to send for a while: connections may be closed. */
    default void rest() {}

    /** The receiver asks to be left alone for some time. */
    final class BusyException extends IOException {
        private static final long serialVersionUID = 1;

        private final Duration pause;

        BusyException(String message, Duration pause) {
            super(message);
            this.pause = pause;
        }

        Duration pause() {
            return pause;
        }
    }

    /** These notifications will never be taken; others will. */
    final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    /** The receiver wants nothing more from here. */
    final class GoneException extends Exception {
        private static final long serialVersionUID = 1;

        GoneException(String message) {
            super(message);
        }
    }
}
