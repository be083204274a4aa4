package org.liuhen.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fetches a package. */
@Command(
        name = "fetch",
        mixinStandardHelpOptions = true,
        description = {
            "Waits until a package is made and fetches it into a folder. A download that broke off goes on where it stood.",
            "Verify it with 'liuhen verify FOLDER --policy FILE', or open verify.html in the folder."
        })
public final class FetchCommand implements Callable<Integer> {
    private static final Set<String> NEVER_READY = Set.of("failed", "refused", "withdrawn");

    @Mixin
    private Client client;

    @Parameters(paramLabel = "EXPORT", description = "the export's ID")
    private String id;

    @Option(names = "--to", required = true, description = "folder for the package")
    private Path folder;

    @Override
    public Integer call() throws Exception {
        String place = "/api/exports/" + Client.encode(id);
        String said = "";
        for (JsonNode export = client.get(place); ; export = client.get(place)) {
            String state = export.path("state").asText();
            if (NEVER_READY.contains(state)) {
                throw new IOException("The package is " + state + " and will not be made: "
                        + export.path("reason").asText("no reason is given"));
            }
            if (state.equals("ready")) {
                break;
            }
            String waits = state + ", waits for " + export.path("waitsFor").asText("the record");
            if (!waits.equals(said)) {
                System.err.println(waits);
                said = waits;
            }
            Thread.sleep(500);
        }
        long bytes = 0;
        Path root = folder.toAbsolutePath().normalize();
        for (JsonNode file : client.get(place + "/files")) {
            Path target = root.resolve(file.get("path").asText()).normalize();
            if (!target.startsWith(root)) {
                throw new IOException("The package names a path outside itself: " + file.get("path"));
            }
            fetch(place, file, target);
            bytes += file.get("size").asLong();
        }
        System.out.println(root + "  " + bytes + " bytes");
        return 0;
    }

    private void fetch(String place, JsonNode file, Path target) throws IOException, InterruptedException {
        long size = file.get("size").asLong();
        Files.createDirectories(target.getParent());
        long have = Files.exists(target) ? Files.size(target) : 0;
        if (have == size && Files.exists(target)) {
            return;
        }
        if (have > size) {
            throw new IOException(target + " is larger than the package's file. Choose an empty folder");
        }
        String path = Arrays.stream(file.get("path").asText().split("/", -1))
                .map(Client::encode)
                .collect(Collectors.joining("/"));
        try (InputStream in = client.bytes(place + "/files/" + path, have);
                OutputStream out =
                        Files.newOutputStream(target, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            in.transferTo(out);
        }
        if (Files.size(target) != size) {
            throw new IOException(target + " broke off; ask again, and it goes on there");
        }
    }
}
