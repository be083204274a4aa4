package org.liuhen.review.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.prometheus.metrics.core.metrics.Gauge;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.liuhen.custody.event.CustodyEvent.Described;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.LogStore;
import org.liuhen.review.model.Documents.Unsearched;
import org.liuhen.review.model.Documents.Wanted;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.Descriptions;
import org.liuhen.review.projection.Descriptions.DerivedFile;
import org.liuhen.review.projection.Passage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the words of documents into the read model, where people search them. It reads what the newest description of each item names, and
 * takes nothing whose digest is not the one on the record. What is missing or wrong is counted, noted and asked for again later; it does not keep
 * the next one waiting.
 */
public final class TextIndexer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TextIndexer.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Gauge WAITING = Gauge.builder()
            .name("liuhen_review_documents_waiting")
            .help("Items whose words are not searched yet; 0 where another process reads them")
            .register();
    private static final Gauge UNREAD = Gauge.builder()
            .name("liuhen_review_documents_unread")
            .help("Items whose description or words are missing or wrong, so that they are not searched;"
                    + " 0 where another process reads them")
            .register();
    private static final int AT_A_TIME = 50;
    private static final long REST_MILLIS = 1_000;

    private final LogStore store;
    private final LogName log;
    private final ReadModel model;
    private final BooleanSupplier leads;
    private final Thread thread;
    private String trouble = "";

    /**
     * Begins to read.
     *
     * @param leads whether this process is the one of several that reads
     */
    public TextIndexer(LogStore store, LogName log, ReadModel model, BooleanSupplier leads) {
        this.store = store;
        this.log = log;
        this.model = model;
        this.leads = leads;
        this.thread = new Thread(this::run, "text-indexer-" + log.value());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                if (!round()) {
                    Thread.sleep(REST_MILLIS);
                }
                trouble = "";
            } catch (InterruptedException end) {
                return;
            } catch (Exception failed) { // the next round tries again
                if (!String.valueOf(failed.getMessage()).equals(trouble)) {
                    trouble = String.valueOf(failed.getMessage());
                    LOG.warn("the words of documents of {} cannot be read now: {}", log.value(), trouble);
                }
                try {
                    Thread.sleep(REST_MILLIS);
                } catch (InterruptedException end) {
                    return;
                }
            }
        }
    }

    /** Reads some documents; whether there were any. */
    private boolean round() throws SQLException, InterruptedException {
        if (!leads.getAsBoolean() || model.isOfOtherVersion()) {
            WAITING.set(0);
            UNREAD.set(0);
            return false;
        }
        List<Wanted> wanted = model.documents().wanted(log, AT_A_TIME);
        for (Wanted one : wanted) {
            try {
                model.documents().write(one, passages(one));
            } catch (IOException | RuntimeException | StackOverflowError failed) {
                fail(one, String.valueOf(failed.getMessage()));
            } catch (SQLException failed) {
                if (failed.getSQLState() == null || !failed.getSQLState().matches("(22|23|54).*")) {
                    throw failed; // PostgreSQL does not answer
                }
                fail(one, failed.getMessage());
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
        }
        Unsearched left = model.documents().unsearched(log);
        WAITING.set((double) left.waiting());
        UNREAD.set((double) left.unread());
        return !wanted.isEmpty();
    }

    private void fail(Wanted one, String why) throws SQLException {
        LOG.warn("RM-105 the words of {} are not searched: {}", one.item(), why);
        model.documents().fail(one, why);
    }

    /** The words of an item; empty where its description names none. */
    private List<Passage> passages(Wanted one) throws IOException {
        byte[] description = read("its description", one.description());
        Optional<DerivedFile> file = Descriptions.derivedFile(JSON.readTree(description), Descriptions.TEXT);
        if (file.isEmpty()) {
            return List.of();
        }
        String text = new String(read("its text", file.get().digest()), StandardCharsets.UTF_8);
        int heading = text.indexOf("\n\n"); // the first line names the item and is no word of it
        return Passage.of(heading < 0 ? text : text.substring(heading + 2));
    }

    private byte[] read(String what, Sha256Digest digest) throws IOException {
        byte[] bytes = store.read(Described.metadataPath(digest))
                .orElseThrow(() -> new IOException(what + ", metadata/" + digest.hex() + ", is missing in storage"));
        if (!Sha256Digest.of(bytes).equals(digest)) {
            throw new IOException(what + ", metadata/" + digest.hex() + ", was altered");
        }
        return bytes;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
