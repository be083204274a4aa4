package org.liuhen.storage.config;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.liuhen.storage.Vault;
import org.liuhen.storage.directory.DirectoryVault;
import org.liuhen.storage.s3.S3Vault;

/**
 * Which vault to open; travels to wherever it is opened. It holds no secret: the S3 keys come from the environment of the
 * process that opens it ({@code AWS_ACCESS_KEY_ID}, {@code AWS_SECRET_ACCESS_KEY}, or system properties of these names).
 *
 * @param directory the folder of a directory vault, or null
 * @param immutable whether sealed files of a directory vault get the immutable attribute, as far as the system allows
 * @param endpoint the URL of an S3 store, or null
 * @param region the S3 region; Ceph's is {@code default}
 * @param bucket the first part of the S3 buckets' names
 */
public record VaultSettings(String directory, boolean immutable, String endpoint, String region, String bucket)
        implements Serializable {
    /** Names one of the two S3 keys. */
    public static final String ACCESS_KEY = "AWS_ACCESS_KEY_ID";

    /** Names the other one, which is secret. */
    public static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";

    /** The names of the S3 keys. */
    public static final List<String> KEYS = List.of(ACCESS_KEY, SECRET_KEY);

    /** A directory vault. */
    public static VaultSettings directory(Path folder, boolean immutable) {
        return new VaultSettings(folder.toAbsolutePath().toString(), immutable, null, null, null);
    }

    /** A vault on S3. */
    public static VaultSettings s3(String endpoint, String region, String bucket) {
        return new VaultSettings(null, false, endpoint, region, bucket);
    }

    /** Opens the vault. */
    public Vault open() throws IOException {
        return endpoint == null
                ? DirectoryVault.open(Path.of(directory), immutable)
                : S3Vault.open(
                        new S3Vault.Connection(endpoint, region, secret(ACCESS_KEY), secret(SECRET_KEY), bucket));
    }

    /** An S3 key from where {@link #open} takes it, with this as the environment of the process; empty where there is none. */
    public static String key(String name, Map<String, String> environment) {
        return System.getProperty(name, environment.getOrDefault(name, ""));
    }

    private static String secret(String name) throws IOException {
        String value = key(name, System.getenv());
        if (value.isEmpty()) {
            throw new IOException("VT-203 " + name + " is not set. Set it to the S3 store's key for this service");
        }
        return value;
    }
}
