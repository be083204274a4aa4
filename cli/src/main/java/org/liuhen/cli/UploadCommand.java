package org.liuhen.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tus.java.client.ProtocolException;
import io.tus.java.client.TusClient;
import io.tus.java.client.TusUpload;
import io.tus.java.client.TusUploader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.liuhen.dock.DiskName;
import org.liuhen.dock.FileBytes;
import org.liuhen.dock.PlainText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Uploads files, with a progress bar, and waits until they are sealed and recorded. */
@Command(
        name = "upload",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Uploads files through tus 1.0 and waits until each one is read back, sealed and on the record.",
            "An upload that breaks off is taken up again where it stood.",
            "",
            "Example: liuhen upload body.mp4 report.docx --case （2022）京0105刑初123号 --officer 110023"
        })
public final class UploadCommand implements Callable<Integer> {
    private static final int ATTEMPTS = 8;
    private static final int BAR_WIDTH = 30;
    private static final int RECEIPT_ASKS = 4; // half a minute each

    @Mixin
    private Client client;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "what to upload")
    private List<Path> files;

    @Option(names = "--case", description = "case ID to attach the files to")
    private String caseId;

    @Option(names = "--unit", description = "unit code of the officer")
    private String unit;

    @Option(names = "--device", description = "serial number of the recording device")
    private String device;

    @Option(names = "--receipts", description = "folder for the receipt of each file, ID.tlog-proof")
    private Path receipts;

    @Option(names = "--no-wait", description = "return as soon as the station says: received")
    private boolean noWait;

    @Override
    public Integer call() throws Exception {
        int code = 0;
        for (Path typed : files) {
            Path file = DiskName.find(typed);
            String id = upload(file);
            if (!noWait) {
                JsonNode item = await(id);
                boolean isHere = item.path("state").asText().equals("withdrawn") && client.receipt(id).length > 0;
                boolean good = item.path("state").asText().equals("verified") && item.has("sealedUntil");
                code = good || isHere ? code : ExitCodes.CHECK_FAILED;
                String seal = item.has("sealedUntil")
                        ? "sealed until " + item.path("sealedUntil").asText()
                        : isHere
                                ? "for an earlier item has the same bytes; this one's receipt is the receipt of that"
                                : "NOT sealed: " + item.path("failedSteps");
                String line = id + "  " + file.getFileName() + "  "
                        + item.path("state").asText() + ", " + seal;
                System.out.println(client.json() ? item.toString() : line);
                if (receipts != null && item.has("sealedUntil")) {
                    keepReceipt(id);
                }
            } else {
                System.out.println(client.json() ? "{\"id\":\"" + id + "\"}" : id + "  " + file.getFileName());
            }
        }
        return code;
    }

    private String upload(Path file) throws IOException, ProtocolException, InterruptedException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is not a file");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("filename", name(file));
        metadata.put("sha256", ReceiptCommand.digest(file).hex());
        metadata.put("officerNo", client.officer());
        String type = Files.probeContentType(file);
        for (String[] pair :
                new String[][] {{"filetype", type}, {"caseId", caseId}, {"unitCode", unit}, {"deviceSerial", device}}) {
            if (pair[1] != null) {
                metadata.put(pair[0], pair[1]);
            }
        }
        TusClient tus = new TusClient();
        tus.setHeaders(client.proof());
        tus.setUploadCreationURL(client.at("/files").toURL());
        TusUpload upload = tusUpload(file, metadata);
        TusUploader uploader = tus.createUpload(upload);
        java.net.URL place = uploader.getUploadURL();
        for (int attempt = 1; ; attempt++) {
            try {
                uploader.setChunkSize(1 << 20);
                uploader.setRequestPayloadSize(Integer.MAX_VALUE);
                do {
                    bar(file, uploader.getOffset(), upload.getSize());
                } while (uploader.uploadChunk() > -1);
                uploader.finish();
                bar(file, upload.getSize(), upload.getSize());
                return place.getPath().substring(place.getPath().lastIndexOf('/') + 1);
            } catch (IOException | ProtocolException broken) {
                if (attempt == ATTEMPTS || (broken instanceof ProtocolException wrong && !wrong.shouldRetry())) {
                    throw broken;
                }
                System.err.println("\nbroke off (" + broken.getMessage() + "); going on in a moment");
                Thread.sleep(500L * attempt);
                uploader = tus.beginOrResumeUploadFromURL(tusUpload(file, metadata), place);
            }
        }
    }

    /** The name that the record gets, with a word where it is not the one on the disk. */
    private static String name(Path file) {
        String readable = DiskName.readable(file);
        String name = PlainText.fileName(readable);
        if (DiskName.isUnread(file)) {
            System.err.println("DK-112 the name of " + file + " is not UTF-8; it is uploaded as " + name);
        } else if (!name.equals(Normalizer.normalize(readable, Normalizer.Form.NFC))) {
            System.err.println(
                    "DK-112 the name of " + name + " has characters that the record cannot hold; it is uploaded so");
        }
        return name;
    }

    private static TusUpload tusUpload(Path file, Map<String, String> metadata) throws IOException {
        TusUpload upload = new TusUpload();
        upload.setSize(Files.size(file));
        upload.setInputStream(new FileBytes(file)); // closed by the uploader when it finishes
        upload.setMetadata(metadata);
        return upload;
    }

    @SuppressWarnings("SystemConsoleNull") // on Java 17, null is how a pipe shows
    private static void bar(Path file, long done, long all) {
        if (System.console() != null) {
            int filled = all == 0 ? BAR_WIDTH : (int) (BAR_WIDTH * done / all);
            System.err.printf(
                    "\r%s [%s%s] %d%%%s",
                    file.getFileName(),
                    "#".repeat(filled),
                    " ".repeat(BAR_WIDTH - filled),
                    all == 0 ? 100 : 100 * done / all,
                    done == all ? "\n" : "");
        }
    }

    /** Keeps the receipt of a sealed item, as soon as there is one. */
    private void keepReceipt(String id) throws IOException, InterruptedException {
        Files.createDirectories(receipts);
        Path file = receipts.resolve(id + ".tlog-proof");
        for (int i = 0; i < RECEIPT_ASKS; i++) {
            byte[] receipt = client.receipt(id);
            if (receipt.length > 0) {
                Files.write(file, receipt);
                System.err.println("receipt: " + file);
                return;
            }
        }
        throw new IOException("IN-117 There is no receipt of " + id + " yet: a witness may be away. Keep your copy, and"
                + " ask later: GET /files/" + id + "/receipt");
    }

    /** Waits for the end of the item's way: sealed, or refused on the way. */
    private JsonNode await(String id) throws IOException, InterruptedException {
        while (true) {
            JsonNode item = client.get("/api/evidence?id=" + id).at("/evidence/0");
            boolean ended =
                    item.path("state").asText().equals("withdrawn"); // its bytes are here already, or its time was over
            if (ended || item.has("sealedUntil") || item.has("failedSteps")) {
                return item;
            }
            Thread.sleep(200);
        }
    }
}
