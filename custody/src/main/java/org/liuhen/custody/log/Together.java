package org.liuhen.custody.log;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Acts that wait for a store most of their time, done side by side. */
public final class Together {
    private Together() {}

    /**
     * Does all of these acts, also where one of them fails, and returns when none is left.
     *
     * @param what what they do, for the message where the thread is stopped
     * @throws IOException of one that failed
     */
    public static void run(ExecutorService threads, Collection<Callable<Void>> acts, String what) throws IOException {
        try {
            for (Future<Void> done : threads.invokeAll(acts)) {
                done.get();
            }
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException away ? away : new IOException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while " + what);
        }
    }
}
