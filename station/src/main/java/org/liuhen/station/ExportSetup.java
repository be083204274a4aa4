package org.liuhen.station;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.liuhen.access.Access;
import org.liuhen.custody.bag.Sm2;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogKey;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.feed.Feed;
import org.liuhen.review.export.Exports;
import org.liuhen.review.export.TrustPolicy;
import org.liuhen.review.follow.Follower;
import org.liuhen.review.model.ReadModel;
import org.liuhen.storage.Vault;

/** The exports of a site with their keys. */
final class ExportSetup {
    private ExportSetup() {}

    /**
     * The exports of a site. Reads or makes the key that signs packages, and writes the policy that trusts this site's log and packages into the
     * key folder ({@code trust}): recipients should get it by another way than the packages.
     */
    static Exports exports(
            Vault vault,
            LogName site,
            SignedNote.Verifier key,
            Path keys,
            ReadModel model,
            Follower follower,
            Feed feed,
            Access access)
            throws IOException {
        Files.createDirectories(keys.resolve("export"));
        SignedNote.Signer export = LogKey.readOrCreate(
                keys.resolve("export").resolve(site.value() + ".pem"),
                "liuhen.org/export/" + site.value(),
                SignedNote.Algorithm.ED25519);
        Policy policy = WitnessPolicy.of(keys, key);
        Path sm2Key = keys.resolve("export").resolve(site.value() + ".sm2.pem");
        Sm2 sm2 = Files.exists(sm2Key) ? Sm2.readOrCreate(sm2Key) : null; // made by liuhen key --sm2 alone
        Files.writeString(keys.resolve("trust"), TrustPolicy.text(policy, export.verifier(), sm2));
        return new Exports(
                vault.evidence(), vault.log(site), site, key, export, sm2, policy, model, follower, feed, access);
    }
}
