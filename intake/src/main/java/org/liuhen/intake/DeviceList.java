package org.liuhen.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.liuhen.custody.log.LogStore;
import org.liuhen.web.Problem;

/**
 * The list of a site's devices: one small file of the vault, changed by conditional writes. Reading needs no lock; callers that change or
 * refresh it hold one lock, that of {@link Devices}.
 */
final class DeviceList {
    private static final String FILE = "devices.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LogStore notes;
    private volatile Map<String, Device> devices = Map.of();
    private byte[] lastRead = new byte[0];

    /** Changes a device, or refuses (DA-106) where its state does not allow it. */
    interface Change {
        Device apply(Device before) throws Problem;
    }

    DeviceList(LogStore notes) {
        this.notes = notes;
    }

    /** Reads the list again, because another process of the site may have changed it. DA-104: it is damaged. */
    void refresh() throws IOException {
        byte[] now = notes.read(FILE).orElse(new byte[0]);
        if (Arrays.equals(now, lastRead)) {
            return;
        }
        Map<String, Device> read = new TreeMap<>();
        try {
            for (Device device : JSON.readValue(now, Device[].class)) {
                read.put(device.serial(), device);
            }
        } catch (JsonProcessingException damaged) {
            throw new IOException("DA-104 the list of devices is damaged: restore " + FILE + " of the vault", damaged);
        }
        devices = read;
        lastRead = now;
    }

    /** All devices, by serial number. */
    Collection<Device> all() {
        return devices.values();
    }

    /** The device of this serial number, if there is one. */
    Optional<Device> find(String serial) {
        return Optional.ofNullable(devices.get(serial));
    }

    /** The device of this serial number. DA-105: there is none. */
    Device require(String serial) throws Problem {
        Device device = devices.get(serial);
        if (device == null) {
            throw new Problem(404, "DA-105", "There is no such device here. Add it first: liuhen device add");
        }
        return device;
    }

    /** Applies a change and writes the list. Where another process wrote it meanwhile, the list is read again and the change applied to that. */
    void save(String serial, Change change) throws IOException, Problem {
        while (true) {
            Map<String, Device> next = new TreeMap<>(devices);
            next.put(serial, change.apply(devices.get(serial)));
            byte[] bytes = JSON.writeValueAsBytes(next.values());
            Optional<byte[]> before = lastRead.length == 0 ? Optional.empty() : Optional.of(lastRead);
            if (notes.replace(FILE, before, bytes)) {
                devices = next;
                lastRead = bytes;
                return;
            }
            refresh();
        }
    }
}
