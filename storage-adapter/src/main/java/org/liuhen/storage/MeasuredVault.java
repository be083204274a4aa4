package org.liuhen.storage;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Locale;
import java.util.Set;
import org.liuhen.custody.log.LogStore;

/** Measures the operations of a vault, whatever store it is: those on uploads and objects, on bytes that arrive, on logs and on notes. */
public final class MeasuredVault {
    /** These wait for nothing. */
    private static final Set<String> UNMEASURED =
            Set.of("sizeBytesMax", "idle", "close", "toString", "hashCode", "equals");

    private static final double NANOS = 1e9;

    private MeasuredVault() {}

    /** Receives each operation when it has ended. */
    public interface Meter {
        /**
         * One operation ended.
         *
         * @param operation one of a few fixed names, such as {@code vault_seal}, {@code upload_write} or {@code log_read}
         * @param failed what it threw, or null
         */
        void ended(String operation, double seconds, Throwable failed);
    }

    /** The same vault; its meter is called in the thread that called the vault. */
    public static Vault of(Vault vault, Meter meter) {
        return new Vault(
                measured(Uploads.class, vault.uploads(), "vault", meter),
                measured(EvidenceStore.class, vault.evidence(), "vault", meter),
                site -> measured(LogStore.class, vault.log(site), "log", meter),
                site -> measured(LogStore.class, vault.notes(site), "notes", meter),
                vault::close);
    }

    /** As Prometheus writes names: {@code openUnfinished} is {@code open_unfinished}. */
    private static String words(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static <T> T measured(Class<T> port, T target, String name, Meter meter) {
        return port.cast(
                Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, given) -> {
                    long start = System.nanoTime();
                    Throwable failed = null;
                    try {
                        Object answer = method.invoke(target, given);
                        return answer instanceof Uploads.Arriving arriving
                                ? measured(Uploads.Arriving.class, arriving, "upload", meter)
                                : answer;
                    } catch (InvocationTargetException thrown) {
                        failed = thrown.getCause();
                        throw failed;
                    } finally {
                        if (!UNMEASURED.contains(method.getName())) {
                            meter.ended(
                                    name + "_" + words(method.getName()), (System.nanoTime() - start) / NANOS, failed);
                        }
                    }
                }));
    }
}
