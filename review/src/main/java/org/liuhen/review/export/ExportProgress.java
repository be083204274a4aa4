package org.liuhen.review.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.liuhen.custody.log.LogStore;
import org.liuhen.review.model.ExportQueries;

/** How far an export has come, as the API answers it. */
final class ExportProgress {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LogStore store;
    private final ExportBuilder builder;

    ExportProgress(LogStore store, ExportBuilder builder) {
        this.store = store;
        this.builder = builder;
    }

    /**
     * Its state: "requested", "approved", "ready", "refused", "withdrawn" or "failed"; with the reason where no package can be made, and what the package waits for
     * where this process knows that.
     *
     * @param recorded how far the record says that it has come
     * @throws IOException where the store does not answer
     */
    ObjectNode of(ExportRequest request, ExportQueries.Export recorded) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        ExportQueries.State state = recorded.state();
        if (state == ExportQueries.State.REFUSED || state == ExportQueries.State.WITHDRAWN) {
            return answer.put("state", state.name().toLowerCase(Locale.ROOT))
                    .put("decidedBy", recorded.endedBy())
                    .put("reason", recorded.endedFor());
        }
        String folder = ExportRequest.folder(request.id());
        if (store.read(folder + ExportRequest.LISTING).isPresent()) { // first, for most are
            return answer.put("state", "ready");
        }
        Optional<byte[]> failed = store.read(folder + ExportRequest.FAILED);
        if (failed.isPresent()) {
            answer.put("state", "failed").put("reason", new String(failed.get(), StandardCharsets.UTF_8));
        } else {
            answer.put("state", state == ExportQueries.State.REQUESTED ? "requested" : "approved");
            builder.waitsFor(request.id()).ifPresent(what -> answer.put("waitsFor", what));
        }
        return answer;
    }
}
