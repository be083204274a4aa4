package org.liuhen.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings dispatch records into the record. */
@Command(
        name = "dispatch",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Brings dispatch records (接处警) in: recordings of the same officer or device that began between five minutes before",
            "the dispatch and five minutes after it was cleared are linked to the incident, also those that come later. Where",
            "several incidents match, an officer chooses. A file is taken whole or not at all; bringing it again changes nothing.",
            "",
            "A CSV file names its columns in its first line: incidentNo, revision, unitCode, officerNos, deviceSerials,",
            "dispatchedAt, clearedAt; times have their zone, several officers stand between semicolons. Other files are JSON.",
            "",
            "Example: liuhen dispatch today.csv --officer 110001"
        })
public final class DispatchCommand implements Callable<Integer> {
    @Mixin
    private Client client;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "CSV (.csv) or JSON")
    private List<Path> files;

    @Option(names = "--charset", description = "of CSV files, such as gb18030", defaultValue = "utf-8")
    private String charset;

    @Override
    public Integer call() throws Exception {
        for (Path file : files) {
            if (!Files.isReadable(file)) {
                throw new IllegalArgumentException("There is no file " + file + " that can be read");
            }
            boolean csv = file.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
            var answer = client.post(
                    "/api/dispatch-records", csv ? "text/csv; charset=" + charset : "application/json", file);
            System.out.println(
                    client.json()
                            ? answer
                            : file + ": " + answer.path("recorded").asInt() + " dispatch records");
        }
        return 0;
    }
}
