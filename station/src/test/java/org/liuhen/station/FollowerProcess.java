package org.liuhen.station;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.review.follow.Follower;
import org.liuhen.review.model.ReadModel;
import org.liuhen.storage.Vault;
import org.liuhen.storage.config.VaultSettings;

/** What of {@code liuhen review} writes into the database, in a process of its own that a test may kill or pause. */
final class FollowerProcess {
    static final LogName SITE = new LogName("site-1");

    private FollowerProcess() {}

    @SuppressWarnings("try") // the parts only have to be open
    public static void main(String[] arguments) throws Exception {
        SignedNote.Verifier key = SignedNote.Verifier.parse(arguments[1]);
        try (Vault vault = VaultSettings.directory(Path.of(arguments[0]), false).open();
                ReadModel model = new ReadModel(arguments[2], EmbeddedDatabase.USER, System.getenv("PGPASSWORD"));
                Follower follower = new Follower(vault.log(SITE), SITE, key, Policy.of(key), model, 50)) {
            new CountDownLatch(1).await();
        }
    }
}
