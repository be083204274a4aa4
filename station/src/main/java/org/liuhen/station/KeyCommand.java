package org.liuhen.station;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the key of a log. */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Makes the key of a site's log where there is none yet, and prints the public key that verifiers need.")
final class KeyCommand implements Callable<Integer> {
    @Option(
            names = "--keys",
            description = "folder for SITE.pem (private) and SITE.vkey (public)",
            defaultValue = "keys")
    private Path keys;

    @Option(names = "--site", description = "name of the site and of its log", defaultValue = "site-1")
    private String site;

    @Override
    public Integer call() throws Exception {
        LogName log = new LogName(site);
        Files.createDirectories(keys);
        String vkey =
                LogKey.readOrCreate(keys.resolve(site + ".pem"), log).verifier().toString();
        Files.writeString(keys.resolve(site + ".vkey"), vkey + "\n");
        System.out.println(vkey);
        return 0;
    }
}
