package org.liuhen.dock;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.DurableFile;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.verify.Fault;
import org.liuhen.custody.verify.ReceiptVerification;
import org.liuhen.dock.Copy.Step;
import org.liuhen.dock.IntakeClient.RefusedException;

/**
 * The receipts of copies that were sent, in the folder {@code receipts} of the dock. A receipt counts only when it verifies by the dock's own
 * policy; then the copy may be erased.
 */
final class Receipts {
    private final Path folder;
    private final Policy policy;
    private final Journal journal;
    private final Retries retries;
    private final View view;

    /** Receipts below the dock's own folder. */
    Receipts(Path home, Policy policy, Journal journal, Retries retries, View view) throws IOException {
        this.folder = Files.createDirectories(home.resolve("receipts"));
        this.policy = policy;
        this.journal = journal;
        this.retries = retries;
        this.view = view;
    }

    /** Asks the intake for the receipt of each copy that was sent, until it is there. */
    void fetch(IntakeClient intake) throws InterruptedException {
        for (Copy copy : journal.copies()) {
            if (copy.step() != Step.SENT || !retries.isDue(copy.key())) {
                continue;
            }
            try {
                Optional<byte[]> receipt = intake.receipt(URI.create(copy.url()));
                if (receipt.isPresent()) {
                    take(copy, receipt.get());
                }
            } catch (RefusedException refused) { // 404: the item is lost, or was rejected and its time is over
                if (refused.passes()) {
                    retries.retry(copy.key());
                } else {
                    retries.retryBlocked(copy.key(), refused.getMessage());
                }
                view.trouble(copy, refused.getMessage());
            } catch (RuntimeException broken) {
                retries.retryBlocked(copy.key(), View.words(broken));
                view.trouble(copy, View.words(broken));
            } catch (IOException away) {
                retries.retry(copy.key());
                view.trouble(copy, String.valueOf(away.getMessage()));
                return; // the others would wait as long for nothing
            }
        }
    }

    /** Keeps a receipt that verifies, and notes that the copy may be erased. */
    void take(Copy copy, byte[] receipt) throws IOException {
        ReceiptVerification.Result result = verify(copy, receipt, new Sha256Digest(copy.sha256()));
        if (!result.faults().isEmpty()) {
            String why = notVerified(result) + ". Keep the copy, and show this to the administrator";
            retries.retryBlocked(copy.key(), why);
            view.trouble(copy, why);
            return;
        }
        String item = result.sealed().context().evidenceId().value();
        DurableFile.replace(file(item), receipt);
        journal.put(copy.receipted(item));
        retries.succeeded(copy.key());
        view.say(copy.name() + " may be erased: " + item);
    }

    /** Verifies the kept receipt of a copy for these bytes once more; gives why it does not hold, if it does not. */
    Optional<String> refusal(Copy copy, Sha256Digest bytes) throws IOException {
        ReceiptVerification.Result result = verify(copy, Files.readAllBytes(file(copy.evidenceId())), bytes);
        return result.faults().isEmpty() ? Optional.empty() : Optional.of(notVerified(result));
    }

    private ReceiptVerification.Result verify(Copy copy, byte[] receipt, Sha256Digest bytes) {
        return ReceiptVerification.verify(copy.fileName(), receipt, policy, bytes);
    }

    private static String notVerified(ReceiptVerification.Result result) {
        List<String> codes = result.faults().stream().map(Fault::code).toList();
        return "DK-109 its receipt does not verify: " + codes;
    }

    private Path file(String item) {
        return folder.resolve(item + ".tlog-proof");
    }
}
