package org.liuhen.review.export;

import org.liuhen.custody.bag.Sm2;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;

/** The trust policy that is named to the recipients of packages. */
public final class TrustPolicy {
    private TrustPolicy() {}

    /**
     * The policy of the log and the keys that sign packages, as a text of C2SP tlog-policy with our lines {@code export} and {@code sm2}
     * ({@code docs/formats/bag.md}).
     *
     * @param policy the policy of the log
     * @param export the key that signs packages
     * @param sm2 the SM2 key that signs packages, too; null for none
     */
    public static String text(Policy policy, SignedNote.Verifier export, Sm2 sm2) {
        String text = policy.toString();
        if (!policy.exports().contains(export)) {
            text = "export " + export + "\n" + text;
        }
        return sm2 == null || policy.sm2().contains(sm2.publicKey()) ? text : text + "sm2 " + sm2.publicKey() + "\n";
    }
}
