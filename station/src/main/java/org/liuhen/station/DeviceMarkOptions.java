package org.liuhen.station;

import org.liuhen.intake.DevicesApi;
import picocli.CommandLine.Option;

/** When the administrator's list of devices marks one. */
final class DeviceMarkOptions {
    @Option(
            names = "--device-unseen-days",
            description = "after how many days without a request a device is marked in the list of devices",
            defaultValue = "7")
    private int unseenDays;

    @Option(
            names = "--device-free-gib",
            description = "below how many free GiB a device or dock that tells its free space is marked there",
            defaultValue = "10")
    private int freeGib;

    /** The limits. */
    DevicesApi.Marks marks() {
        if (unseenDays < 1 || unseenDays > 3_650) {
            throw new IllegalArgumentException("--device-unseen-days is from 1 to 3650");
        }
        if (freeGib < 0) {
            throw new IllegalArgumentException("--device-free-gib is 0 or more");
        }
        return new DevicesApi.Marks(unseenDays, (long) freeGib << 30);
    }
}
