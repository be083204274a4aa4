package org.liuhen.storage;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Locale;
import java.util.Set;
import org.liuhen.custody.log.LogStore;

/** A vault whose operations are measured, whatever store it is: those of the vault, of what arrives, of logs and of notes. */
public final class MeasuredVault {
    /** These wait for nothing. */
    private static final Set<String> UNMEASURED =
            Set.of("log", "notes", "sizeBytesMax", "idle", "close", "toString", "hashCode", "equals");

    private static final double NANOS = 1e9;

    private MeasuredVault() {}

    /** Is told of each operation when it ended. */
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
        return measured(Vault.class, vault, "vault", meter);
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
                        if (answer instanceof LogStore log) {
                            return measured(LogStore.class, log, method.getName(), meter);
                        }
                        return answer instanceof Vault.Arriving arriving
                                ? measured(Vault.Arriving.class, arriving, "upload", meter)
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
