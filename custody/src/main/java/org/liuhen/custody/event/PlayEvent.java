package org.liuhen.custody.event;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import org.liuhen.custody.evidence.Nullable;

/**
 * A session of playing a recording: {@code playOpened} before the first byte is given, {@code played} when the session is over. A process that
 * dies in between leaves the first one alone, which says that somebody could see the recording from then on.
 */
public sealed interface PlayEvent extends CustodyEvent permits PlayEvent.PlayOpened, PlayEvent.Played {
    /** One method for each kind of event in this group. */
    interface Visitor {
        void playOpened(PlayOpened event);

        void played(Played event);
    }

    /** Calls the method for this kind of event. */
    void accept(Visitor visitor);

    /** Names the session, as both of its events do. */
    String playId();

    @Override
    default String key() {
        return playId();
    }

    @Override
    default void accept(EventVisitor visitor) {
        visitor.play(this);
    }

    /**
     * Somebody began to play the recording and may be given its bytes from now on.
     *
     * @param playId the ID of this event
     */
    @JsonTypeName("playOpened")
    record PlayOpened(EventContext context, String playId) implements PlayEvent {
        @Override
        public void accept(Visitor visitor) {
            visitor.playOpened(this);
        }
    }

    /**
     * The session is over: no byte is given in it any more.
     *
     * @param playId the session
     * @param claimedShown which parts of the recording the player says that it showed, in their order; null where it said nothing. Nothing proves it
     * @param served which bytes the server gave to the connections of the session, in their order; null where it does not know, as after a restart
     * @param servedForPictures which of these bytes were asked for small pictures along the recording and not to play it, in their order, as the
     *     request says; null where none were, and where the server does not know. What small pictures show is not in {@code claimedShown}
     * @param endedBy what ended the session
     */
    @JsonTypeName("played")
    record Played(
            EventContext context,
            String playId,
            @Nullable List<Shown> claimedShown,
            @Nullable List<Served> served,
            @Nullable List<Served> servedForPictures,
            EndedBy endedBy)
            implements PlayEvent {
        /** The most ranges of each kind; of more, those that are nearest to each other are told as one. */
        public static final int RANGES_MAX = 100;

        /** The most ranges for small pictures, so that the longest event fits into its 16 KiB. */
        public static final int PICTURE_RANGES_MAX = 30;

        public Played {
            claimedShown = claimedShown == null ? null : List.copyOf(claimedShown);
            served = served == null ? null : List.copyOf(served);
            servedForPictures = servedForPictures == null ? null : List.copyOf(servedForPictures);
        }

        @Override
        public void accept(Visitor visitor) {
            visitor.played(this);
        }
    }

    /**
     * A part of a recording by its own time.
     *
     * @param fromMillis from the beginning of the recording, in milliseconds
     * @param toMillis where the part ends
     */
    record Shown(long fromMillis, long toMillis) {}

    /**
     * A part of the bytes.
     *
     * @param fromByte the first byte, from 0
     * @param toByte the byte after the last one
     */
    record Served(long fromByte, long toByte) {}

    /** What ended a session of playing. */
    enum EndedBy {
        /** The player was closed, and said so. */
        PLAYER,
        /** Nothing was heard of the player for a while. */
        SILENCE,
        /** The longest time of a session was over. */
        LIMIT,
        /** The process that served it stopped. */
        STOP
    }
}
