package org.liuhen.custody.bag;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.custody.event.PlayEvent.Played;

/** What a session of playing comes to, in Chinese and English, for people who read a package. */
final class PlayedText {
    private PlayedText() {}

    /** The parts that the player says it showed, and how much the server gave; nothing for another kind of event. */
    static String of(CustodyEvent event) {
        if (!(event instanceof Played played)) {
            return "";
        }
        String shown = played.claimedShown() == null
                ? "播放器未报告 the player did not say what it showed"
                : "播放器报告已显示 shown, as the player says: "
                        + list(
                                played.claimedShown(),
                                range -> clock(range.fromMillis()) + "–" + clock(range.toMillis()));
        String served = played.served() == null
                ? "给出字节不详 bytes given: not known"
                : "服务器给出字节 bytes given by the server: "
                        + list(played.served(), range -> range.fromByte() + "–" + range.toByte());
        String pictures = played.servedForPictures() == null
                ? ""
                : "; 其中用于缩略图 of these for small pictures: "
                        + list(played.servedForPictures(), range -> range.fromByte() + "–" + range.toByte());
        return shown + "; " + served + pictures;
    }

    private static <R> String list(List<R> ranges, Function<R, String> text) {
        return ranges.isEmpty() ? "–" : ranges.stream().map(text).collect(Collectors.joining(", "));
    }

    /** A place in a recording, such as {@code 03:40} or {@code 1:03:40}. */
    private static String clock(long millis) {
        long seconds = millis / 1_000;
        String rest = String.format("%02d:%02d", seconds / 60 % 60, seconds % 60);
        return seconds < 3_600 ? rest : seconds / 3_600 + ":" + rest;
    }
}
