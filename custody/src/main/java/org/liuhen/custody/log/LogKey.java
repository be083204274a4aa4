package org.liuhen.custody.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.liuhen.custody.evidence.LogName;

/**
 * The private key of a log in a file: PKCS#8 (RFC 8410) as PEM (RFC 7468), which {@code openssl pkey} reads. Only its owner
 * may read it. Losing it ends the log: nobody can extend it under its name any more.
 */
public final class LogKey {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private LogKey() {}

    /** The signer of this log from its key file. */
    public static SignedNote.Signer read(Path file, LogName log) throws IOException {
        return read(file, log.origin(), SignedNote.Algorithm.ED25519);
    }

    private static SignedNote.Signer read(Path file, String name, SignedNote.Algorithm algorithm) throws IOException {
        String pem = Files.readString(file).strip();
        try {
            String base64 = pem.substring(BEGIN.length(), pem.length() - END.length());
            byte[] pkcs8 = Base64.getMimeDecoder().decode(base64);
            return new SignedNote.Signer(
                    name, algorithm, (Ed25519PrivateKeyParameters) PrivateKeyFactory.createKey(pkcs8));
        } catch (RuntimeException wrong) {
            throw new IOException(
                    "LG-201 " + file + " is not an Ed25519 key in PKCS#8 PEM. Put the right key back", wrong);
        }
    }

    /** As {@link #read}; makes a new key where there is no file yet, durable before it is used. */
    public static SignedNote.Signer readOrCreate(Path file, LogName log) throws IOException {
        return readOrCreate(file, log.origin(), SignedNote.Algorithm.ED25519);
    }

    /** As above, for any name and either kind of signature: a witness has a key, too. */
    public static SignedNote.Signer readOrCreate(Path file, String name, SignedNote.Algorithm algorithm)
            throws IOException {
        if (!Files.exists(file)) {
            byte[] pkcs8 = PrivateKeyInfoFactory.createPrivateKeyInfo(
                            new Ed25519PrivateKeyParameters(new SecureRandom()))
                    .getEncoded();
            String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8);
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                channel.write(StandardCharsets.US_ASCII.encode(BEGIN + "\n" + base64 + "\n" + END + "\n"));
                channel.force(true);
            }
            Files.move(fresh, file);
            try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        }
        return read(file, name, algorithm);
    }
}
