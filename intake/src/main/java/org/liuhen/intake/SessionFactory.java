package org.liuhen.intake;

import java.io.IOException;
import java.security.MessageDigest;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.storage.Declaration;
import org.liuhen.storage.Upload;
import org.liuhen.storage.Uploads;
import org.liuhen.storage.Uploads.Arriving;
import org.liuhen.storage.VaultException;
import org.liuhen.web.Problem;

/** Opens sessions: aborts an earlier one of the same upload, takes a place, and begins in the vault. */
final class SessionFactory {
    private final Uploads store;
    private final LogName site;
    private final Admission admission;
    private final UploadSession.Services services;
    private final UploadLookup lookup;
    private final ActiveSessions sessions;

    SessionFactory(
            Uploads store,
            LogName site,
            Admission admission,
            UploadSession.Services services,
            UploadLookup lookup,
            ActiveSessions sessions) {
        this.store = store;
        this.site = site;
        this.admission = admission;
        this.services = services;
        this.lookup = lookup;
        this.sessions = sessions;
    }

    /**
     * Opens a session. VT-102: the durable bytes of the upload do not end at this offset. VT-106: an earlier session did not end within 5 s.
     * IN-115: there is no place. Where it throws, nothing is taken.
     *
     * @param offsetBytes where the bytes of the session begin
     */
    UploadSession open(Sender sender, Upload upload, long offsetBytes)
            throws IOException, FeedUnavailableException, Problem {
        EvidenceId id = upload.id();
        if (upload.whole() && offsetBytes == upload.offsetBytes() && !sessions.contains(id)) {
            // Some clients send an empty request to an upload that they find finished.
            lookup.find(sender, id);
            return new UploadSession(
                    services, sender, lookup.require(sender, id), new Finished(upload), null, session -> {});
        }
        if (upload.complete()) {
            // The last answer got lost. The offset tells the client that the upload is done; a refusal would end the
            // client.
            throw VaultException.offsetConflict(upload.offsetBytes(), offsetBytes);
        }
        sessions.abort(id, UploadLookup.takenOver());
        boolean marked = Declaration.in(upload).capture() != null
                && Boolean.TRUE.equals(Declaration.in(upload).capture().marked());
        Admission.Place place =
                admission.takePlace(Declaration.in(upload).context().actor().id(), marked);
        Arriving arriving = null;
        boolean opened = false;
        try {
            arriving = store.begin(site, id, offsetBytes);
            MessageDigest sha256 = services.digests().take(id, offsetBytes);
            UploadSession session = new UploadSession(
                    services, sender, at(upload, offsetBytes), arriving, upload.part() ? null : sha256, ended -> {
                        sessions.remove(ended);
                        place.close();
                    });
            sessions.add(session);
            opened = true;
            return session;
        } finally {
            if (!opened) {
                release(arriving, place);
            }
        }
    }

    private static void release(Arriving arriving, Admission.Place place) throws IOException {
        try {
            if (arriving != null) {
                arriving.close();
            }
        } finally {
            place.close();
        }
    }

    private static Upload at(Upload upload, long offsetBytes) {
        return new Upload(upload.info(), offsetBytes, upload.object(), upload.announced());
    }

    /** A finished upload, to which no byte is added. */
    private record Finished(Upload upload) implements Arriving {
        @Override
        public void write(byte[] buffer, int from, int length) throws IOException {
            throw VaultException.writtenOnce("the upload " + upload.id() + " is complete and cannot be changed");
        }

        @Override
        public Upload keep() {
            return upload;
        }

        @Override
        public void takeBack() {}

        @Override
        public void close() {}
    }
}
