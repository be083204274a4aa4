package org.liuhen.dock;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.liuhen.custody.event.Reason;
import org.liuhen.dock.CameraProfile.Camera;
import org.liuhen.dock.Copy.Step;

/** What the dock prints: on a terminal a line for each camera, redrawn in place; elsewhere a line for each thing that happened. */
final class View {
    private static final int BAR_WIDTH = 24;
    private static final int TROUBLES_SHOWN = 5;
    private static final int LINE_MAX = 1_000;
    private static final int REASON_MAX = 300;

    private final PrintStream out;
    private final boolean terminal;
    private final Map<String, Long> sent = new ConcurrentHashMap<>();
    private final Map<String, String> troubles = new ConcurrentHashMap<>();
    private final Map<String, String> notes = new ConcurrentHashMap<>(); // the last of each thing
    private int drawn;

    View(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** The words for a failure: those of an {@link IOException}, which has a code, else that the program has a fault (DK-199). */
    static String words(Exception failed) {
        return failed instanceof IOException
                ? Reason.of(failed.getMessage() == null ? failed.toString() : failed.getMessage(), REASON_MAX)
                : "DK-199 the dock failed: " + Reason.of(failed, REASON_MAX)
                        + ". It goes on with the others; report it";
    }

    /** Prints a line about {@code what}, unless it is the same as the last one. */
    void note(String what, String why) {
        if (!why.equals(notes.put(what, why))) {
            say(what + ": " + why);
        }
    }

    /** Prints all notes about a camera once more, because it was plugged in again. */
    void forget(Camera camera) {
        notes.keySet().removeIf(what -> what.startsWith(camera.serial() + ":"));
        notes.remove(camera.mount().toString());
    }

    /** Prints the next note about {@code what} in any case: what the last one said is over. */
    void forget(String what) {
        notes.remove(what);
    }

    /** Prints a line that stays. */
    synchronized void say(String line) {
        up();
        out.println(Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + PlainText.of(line, LINE_MAX));
        out.flush();
    }

    /** Notes how many bytes of a copy were read for its digest. */
    void hashed(Copy copy, long bytes) {
        sent.put(copy.key(), 0L);
        if (bytes == copy.sizeBytes()) {
            troubles.remove(copy.key());
        }
    }

    /** Notes how many bytes of a copy are sent; -1 when its transfer ends. */
    void sent(Copy copy, long bytes) {
        if (bytes < 0) {
            sent.remove(copy.key());
        } else {
            sent.put(copy.key(), bytes);
            troubles.remove(copy.key());
        }
    }

    /** Prints why a copy does not go on, unless it is the same as before, and shows it until the copy goes on. */
    void trouble(Copy copy, String why) {
        if (!why.equals(troubles.put(copy.key(), why))) {
            say(copy.name() + ": " + why);
        }
    }

    /** Draws how far the copies of all cameras are. */
    synchronized void show(Collection<Copy> copies, Set<String> present) {
        if (!terminal) {
            return;
        }
        up();
        Map<String, Sum> sums = new TreeMap<>();
        for (Copy copy : copies) {
            sums.computeIfAbsent(copy.camera(), none -> new Sum()).add(copy, sent.getOrDefault(copy.key(), 0L));
        }
        for (Map.Entry<String, Sum> one : sums.entrySet()) {
            out.println(one.getValue().line(one.getKey(), present.contains(one.getKey())));
            drawn++;
        }
        for (String why :
                troubles.values().stream().distinct().limit(TROUBLES_SHOWN).toList()) {
            out.println("  ! " + PlainText.of(why, LINE_MAX));
            drawn++;
        }
        out.flush();
    }

    private void up() {
        if (drawn > 0) {
            out.print("\u001b[" + drawn + "A\u001b[J");
            drawn = 0;
        }
    }

    /** A table for a terminal or a file. */
    static void table(PrintStream out, Collection<Copy> copies) {
        Map<String, Sum> sums = new LinkedHashMap<>();
        for (Copy copy : copies) {
            sums.computeIfAbsent(copy.camera(), none -> new Sum()).add(copy, 0);
        }
        sums.forEach((camera, sum) -> out.println(sum.line(camera, true)));
    }

    /** All copies of one camera. */
    private static final class Sum {
        private int files;
        private int mayErase;
        private int erased;
        private long bytes;
        private long done;

        void add(Copy copy, long sentBytes) {
            if (copy.step() == Step.ERASED) {
                erased++;
                return;
            }
            files++;
            bytes += copy.sizeBytes();
            boolean sent = copy.step().compareTo(Step.SENT) >= 0;
            done += sent ? copy.sizeBytes() : sentBytes;
            mayErase += copy.isSafe() ? 1 : 0;
        }

        String line(String camera, boolean here) {
            int filled = bytes == 0 ? BAR_WIDTH : (int) (BAR_WIDTH * done / bytes);
            return String.format(
                    "%-20s [%s%s] %3d%%  %d files, %d may be erased, %d erased%s",
                    camera,
                    "#".repeat(filled),
                    " ".repeat(BAR_WIDTH - filled),
                    bytes == 0 ? 100 : 100 * done / bytes,
                    files,
                    mayErase,
                    erased,
                    here ? "" : "  (not here)");
        }
    }
}
