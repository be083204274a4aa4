package org.liuhen.ingest;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.liuhen.custody.event.CanonicalJson;
import org.liuhen.custody.event.CustodyEvent;
import org.liuhen.storage.Vault;
import org.liuhen.storage.VaultException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A step that waits for the vault, with a bounded number of items at a time. While the store is away the step waits and
 * tries again; Flink's checkpoints go on meanwhile, and nothing is skipped.
 */
abstract class StorageFunction<E extends CustodyEvent> extends RichAsyncFunction<ItemOnItsWay, ItemOnItsWay> {
    private static final Logger LOG = LoggerFactory.getLogger(StorageFunction.class);
    private static final long RETRY_MILLIS_MAX = 15_000;

    private final Class<E> kind;
    private final JobSettings settings;
    private transient Vault vault;
    private transient ExecutorService threads;

    /** A step for items whose way began with this kind of event. */
    StorageFunction(JobSettings settings, Class<E> kind) {
        this.kind = kind;
        this.settings = settings;
    }

    /** What the job was given. */
    protected final JobSettings settings() {
        return settings;
    }

    /** Called once before the first item. */
    protected void opened() throws IOException {}

    /** The step for one item. Any effect in the vault must be repeatable. */
    protected abstract ItemOnItsWay step(Vault vault, ItemOnItsWay item, E cause)
            throws IOException, InterruptedException;

    @Override
    public void open(OpenContext context) throws Exception {
        vault = settings.vault().open();
        threads = Executors.newFixedThreadPool(settings.readers());
        opened();
    }

    @Override
    public void asyncInvoke(ItemOnItsWay item, ResultFuture<ItemOnItsWay> result) {
        threads.execute(() -> {
            try {
                E cause = kind.cast(CanonicalJson.decode(item.cause()));
                result.complete(List.of(untilTheStoreAnswers(item, cause)));
            } catch (Exception | Error broken) { // the job fails and starts again from its checkpoint
                result.completeExceptionally(broken);
            }
        });
    }

    private ItemOnItsWay untilTheStoreAnswers(ItemOnItsWay item, E cause) throws IOException, InterruptedException {
        for (long wait = 250; ; wait = Math.min(2 * wait, RETRY_MILLIS_MAX)) {
            try {
                return step(vault, item, cause);
            } catch (VaultException away) {
                if (!away.retryable()) {
                    throw away;
                }
                LOG.warn("{}: {}; trying again in {} ms", cause.context().evidenceId(), away.getMessage(), wait);
                Thread.sleep(wait);
            }
        }
    }

    @Override
    public void close() throws Exception {
        if (threads != null) {
            threads.shutdownNow();
            threads.awaitTermination(5, TimeUnit.SECONDS);
        }
        if (vault != null) {
            vault.close();
        }
    }
}
