package org.liuhen.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.concurrent.Callable;
import org.liuhen.custody.event.CustodyEvent.Sealed;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.verify.Fault;
import org.liuhen.custody.verify.ReceiptVerification;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Verifies a receipt offline. */
@Command(
        name = "receipt",
        mixinStandardHelpOptions = true,
        description = {
            "Verifies a receipt (C2SP tlog-proof) offline: that these bytes are sealed and on the record, and that enough",
            "witnesses have seen that record. Exit code 0: a device may forget its copy; 1: it must not."
        })
public final class ReceiptCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RECEIPT", description = "from GET /files/ID/receipt or liuhen upload --receipts")
    private Path receipt;

    @Option(names = "--policy", required = true, description = "file with the keys that you trust (C2SP tlog-policy)")
    private Path policy;

    @Option(names = "--file", required = true, description = "the bytes that the receipt should be for")
    private Path file;

    @Override
    public Integer call() throws Exception {
        ReceiptVerification.Result result = ReceiptVerification.verify(
                receipt.getFileName().toString(),
                Files.readAllBytes(receipt),
                Policy.parse(Files.readString(policy)),
                digest(file));
        for (Fault fault : result.faults()) {
            System.out.println("FAULT " + fault.code() + " " + fault);
        }
        if (!result.faults().isEmpty()) {
            System.out.println("NOT verified: keep your copy");
            return ExitCodes.CHECK_FAILED;
        }
        Sealed sealed = result.sealed();
        System.out.println("verified: " + sealed.context().evidenceId() + ", " + sealed.sizeBytes() + " bytes, SHA-256 "
                + sealed.sha256().hex() + ", sealed until " + sealed.retainUntil() + " (" + sealed.enforcement()
                + "), entry of a log of " + result.head().size() + ", seen by " + result.cosignatures());
        return 0;
    }

    static Sha256Digest digest(Path file) throws IOException {
        MessageDigest sha256 = Sha256Digest.algorithm();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 20];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sha256.update(buffer, 0, read);
            }
        }
        return Sha256Digest.ofRaw(sha256.digest());
    }
}
