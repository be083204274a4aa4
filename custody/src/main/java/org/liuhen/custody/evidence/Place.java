package org.liuhen.custody.evidence;

/**
 * Roughly where an item was recorded: a box around its positions, in hundredths of a degree (WGS 84), rounded outward to about one
 * kilometre. The record keeps it for ever, so it says no more than a search needs; the exact positions are in the metadata.
 *
 * @param west degrees east times 100, of the western side
 * @param south degrees north times 100, of the southern side
 * @param east degrees east times 100, of the eastern side
 * @param north degrees north times 100, of the northern side
 */
public record Place(int west, int south, int east, int north) {
    private static final int HUNDREDTHS = 100;

    public Place {
        if (west < -18_000 || east > 18_000 || west > east || south < -9_000 || north > 9_000 || south > north) {
            throw new IllegalArgumentException("A place is west <= east from -18000 to 18000 and south <= north from"
                    + " -9000 to 9000, in hundredths of a degree");
        }
    }

    /** The box around these sides, in degrees. */
    public static Place around(double west, double south, double east, double north) {
        if (Double.isNaN(west + south + east + north)) { // which would become 0, 0
            throw new IllegalArgumentException("The sides of a place are numbers");
        }
        return new Place(down(west), down(south), up(east), up(north));
    }

    private static int down(double degrees) {
        return (int) Math.floor(degrees * HUNDREDTHS);
    }

    private static int up(double degrees) {
        return (int) Math.ceil(degrees * HUNDREDTHS);
    }
}
