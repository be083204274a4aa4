package org.liuhen.station;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Other people's programs as a sender: curl, and openssl for its keys. */
final class Curl {
    private static final int SECONDS_MAX = 90;

    private final Path folder;
    private final List<String> always = new ArrayList<>();

    /** What came back; header names are in lower case. {@code raw} are the heads of all answers, interim ones too. */
    record Answer(int exitCode, int status, Map<String, String> headers, String body, String raw) {
        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }

    /** A sender whose files lie in this folder. */
    Curl(Path folder, String... always) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.always.addAll(List.of(always));
    }

    Path folder() {
        return folder;
    }

    /** One request. */
    Answer ask(Object url, String... arguments) throws IOException, InterruptedException {
        Path headers = Files.createTempFile(folder, "headers", "");
        List<String> command = new ArrayList<>(
                List.of("curl", "-sS", "--max-time", Integer.toString(SECONDS_MAX), "-D", headers.toString()));
        command.addAll(always);
        command.addAll(List.of(arguments));
        command.add(url.toString());
        Path body = Files.createTempFile(folder, "body", "");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(body.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("curl.log").toFile()))
                .start();
        if (!process.waitFor(SECONDS_MAX + 10L, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("curl did not end");
        }
        Map<String, String> read = new TreeMap<>();
        int status = 0;
        for (String line : Files.readAllLines(headers, StandardCharsets.ISO_8859_1)) {
            if (line.startsWith("HTTP/")) {
                status = Integer.parseInt(line.split(" ", 3)[1]);
            } else if (line.contains(":")) {
                String[] words = line.split(":", 2);
                read.put(words[0].toLowerCase(Locale.ROOT), words[1].strip());
            }
        }
        return new Answer(
                process.exitValue(),
                status,
                read,
                Files.readString(body),
                Files.readString(headers, StandardCharsets.ISO_8859_1));
    }

    /** Runs openssl in the folder. */
    void openssl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start();
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + Files.readString(folder.resolve("openssl.log")));
        }
    }

    /** Makes a key and a certification request for it, {@code NAME.key} and {@code NAME.b64}. */
    void request(String name) throws IOException, InterruptedException {
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", name + ".key");
        openssl("req", "-new", "-key", name + ".key", "-subj", "/CN=whatever", "-out", name + ".csr");
        String pem = Files.readString(folder.resolve(name + ".csr"));
        Files.writeString(folder.resolve(name + ".b64"), pem.replaceAll("-----[A-Z ]+-----", ""));
    }

    /** Keeps the certificate of an EST answer as {@code NAME.crt}. */
    void keepCertificate(String name, String base64) throws IOException, InterruptedException {
        Files.write(
                folder.resolve(name + ".p7"), java.util.Base64.getMimeDecoder().decode(base64));
        openssl("pkcs7", "-inform", "DER", "-in", name + ".p7", "-print_certs", "-out", name + ".crt");
    }
}
