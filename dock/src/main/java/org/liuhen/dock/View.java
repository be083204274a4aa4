package org.liuhen.dock;

import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.liuhen.dock.Copy.Step;

/** What a person at the dock sees: a line a camera, redrawn in place; without a terminal, a line for each thing that happened. */
final class View {
    private static final int BAR_WIDTH = 24;
    private static final int TROUBLES_SHOWN = 5;
    private static final int LINE_MAX = 1_000;

    private final PrintStream out;
    private final boolean terminal;
    private final Map<String, Long> sent = new ConcurrentHashMap<>();
    private final Map<String, String> troubles = new ConcurrentHashMap<>();
    private int drawn;

    View(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Says a line that stays. */
    synchronized void say(String line) {
        up();
        out.println(Instant.now().truncatedTo(ChronoUnit.SECONDS) + " " + PlainText.of(line, LINE_MAX));
        out.flush();
    }

    void hashed(Copy copy, long bytes) {
        sent.put(copy.key(), 0L);
        if (bytes == copy.sizeBytes()) {
            troubles.remove(copy.key());
        }
    }

    /** How many bytes of a copy are sent; -1 where nothing is under way any more. */
    void sent(Copy copy, long bytes) {
        if (bytes < 0) {
            sent.remove(copy.key());
        } else {
            sent.put(copy.key(), bytes);
            troubles.remove(copy.key());
        }
    }

    void trouble(Copy copy, String why) {
        if (!why.equals(troubles.put(copy.key(), why))) {
            say(copy.camera() + ":" + copy.path() + ": " + why);
        }
    }

    /** Draws where all cameras stand. */
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
            boolean whole = copy.step().compareTo(Step.SENT) >= 0;
            done += whole ? copy.sizeBytes() : sentBytes;
            mayErase += copy.step().compareTo(Step.MAY_ERASE) >= 0 ? 1 : 0;
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
