package org.liuhen.custody.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;

/** A private key in a file: PKCS#8 (RFC 5208) as PEM (RFC 7468), which {@code openssl pkey} reads. */
public final class KeyPem {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private KeyPem() {}

    /** The key in this file. Whatever else stands in it is an {@link IllegalArgumentException}. */
    public static AsymmetricKeyParameter read(Path file) throws IOException {
        String pem = Files.readString(file).strip();
        if (!pem.startsWith(BEGIN) || !pem.endsWith(END)) {
            throw new IllegalArgumentException("There is no PEM text of a private key");
        }
        String base64 = pem.substring(BEGIN.length(), pem.length() - END.length());
        try {
            return PrivateKeyFactory.createKey(Base64.getMimeDecoder().decode(base64));
        } catch (IOException | RuntimeException notOne) {
            throw new IllegalArgumentException("The PEM text is not a private key", notOne);
        }
    }

    /** Makes the file, which only its owner may read; the key is durable before it is used. */
    public static void create(Path file, AsymmetricKeyParameter key) throws IOException {
        byte[] pkcs8 = PrivateKeyInfoFactory.createPrivateKeyInfo(key).getEncoded();
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8);
        DurableFile.createSecret(file, (BEGIN + "\n" + base64 + "\n" + END + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
