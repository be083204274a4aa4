package org.liuhen.describe;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.liuhen.describe.readback.Zeros;

/**
 * Whether the samples that the index of an MP4 or MOV file (ISO/IEC 14496-12) names are there: beyond the end of the file, where no sample can
 * be, or only zeros.
 */
final class IsoMediaStructure {
    /** The header of a box: no sample stands before the end of the first. */
    private static final int FIRST_BOX_BYTES = 8;

    /** How many zeros in a compressed sample are damage; a shorter sample has only zeros. */
    private static final int ZEROS_MIN = 1_024;

    /** Compressed formats whose samples hold no long runs of zeros. */
    private static final Set<String> COMPRESSED = Set.of(
            "avc1", "avc3", "hvc1", "hev1", "dvh1", "dvhe", "mp4v", "mp4a", "s263", "samr", "sawb", "jpeg", "mjpa",
            "mjpb", "av01", "vp08", "vp09", "Opus", "fLaC", "ac-3", "ec-3", ".mp3");

    private IsoMediaStructure() {}

    /** Checks a file whose request has this kind, and finds what is appended to it. */
    static void check(CheckedFile file) throws IOException {
        if (file.request().appendedFrom() >= 0) {
            file.appended(file.request().appendedFrom());
        }
        Mp4Index index = Mp4Index.of(file.channel());
        file.mustHold("the last segment that the index names", index.segmentsEnd());
        Mp4Track main = null; // the first with pictures, else the first with sound
        Samples ofMain = null;
        for (Mp4Track track : index.tracks()) {
            if (!track.isPicture() && !track.isSound()) {
                continue;
            }
            Samples samples = new Samples(track, file.size(), file.request().zeros());
            String which = (track.isPicture() ? "pictures" : "sound") + " (track " + number(index, track) + ")";
            if (track.isWithoutPlaces() && !index.isFragmented()) {
                file.damage("malformed: the index does not say where the " + which + " is");
            }
            samples.damage(file, which);
            if (samples.all > 0 && (main == null || (track.isPicture() && !main.isPicture()))) {
                main = track;
                ofMain = samples;
            }
        }
        if (!file.isDamaged()) {
            return;
        }
        file.seconds(Durations.DECLARED, index.seconds(), "mvhd or mehd");
        if (main != null && !index.isCut() && !main.isCut() && main.timescale() > 0 && ofMain.ticksThere > 0) {
            file.seconds(
                    Durations.PLAYABLE,
                    (double) ofMain.ticksThere / main.timescale(),
                    "samples of track " + number(index, main) + " that are there");
        }
    }

    private static int number(Mp4Index index, Mp4Track track) {
        return 1 + index.tracks().indexOf(track);
    }

    /** How many samples of a track are there, and how many are not. */
    private static final class Samples {
        private long all;
        private long missing;
        private long misplaced;
        private long zeroed;
        private long firstZeroed = -1;
        private long ticksThere;

        Samples(Mp4Track track, long size, List<Zeros> zeros) {
            boolean compressed = COMPRESSED.contains(track.format());
            track.forEach((from, to, ticks) -> {
                all++;
                if (to > size) {
                    missing++;
                } else if (from < FIRST_BOX_BYTES) {
                    misplaced++;
                } else if (compressed && to > from && overlap(zeros, from, to) >= Math.min(to - from, ZEROS_MIN)) {
                    zeroed++;
                    firstZeroed = firstZeroed < 0 ? from : firstZeroed;
                } else {
                    ticksThere += ticks;
                }
            });
        }

        void damage(CheckedFile file, String which) {
            if (misplaced > 0) {
                file.damage("malformed: of the " + which + " the index names " + misplaced + " of " + all
                        + " samples where none can be");
            }
            if (missing > 0) {
                file.damage("truncated: of the " + which + " the index names " + missing + " of " + all
                        + " samples beyond the end of the file");
            }
            if (zeroed > 0) {
                file.damage("zeros: of the " + which + " there are only zeros in " + zeroed + " of " + all
                        + " samples, the first at byte " + firstZeroed);
            }
        }

        private static long overlap(List<Zeros> runs, long from, long to) {
            long sum = 0;
            for (Zeros zeros : runs) { // few, and in order
                if (zeros.from() >= to) {
                    break;
                }
                sum += Math.max(0, Math.min(to, zeros.to()) - Math.max(from, zeros.from()));
            }
            return sum;
        }
    }
}
