package org.liuhen.custody.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.cert.Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Date;
import java.util.Optional;
import java.util.Properties;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.liuhen.custody.evidence.LogName;

/**
 * Where a private key is. Three forms stand side by side, told apart by the file's ending:
 *
 * <ul>
 *   <li>{@code .pem}: PKCS#8 (RFC 8410) as PEM (RFC 7468), which {@code openssl pkey} reads; only its owner may read it
 *   <li>{@code .p12}: PKCS#12 (RFC 7292), with the password in {@code LIUHEN_KEY_PASSWORD}
 *   <li>{@code .jca}: properties that name any key store of the Java platform, such as one on a token (PKCS#11) or in a key
 *       service: {@code type}, {@code alias}, and where needed {@code file}, {@code provider}, {@code providerClass}, {@code
 *       providerConfig}. The provider must have Ed25519; the PKCS#11 provider of Java 17 itself does not
 * </ul>
 *
 * Losing the key ends the log: nobody can extend it under its name any more.
 */
public final class LogKey {
    private static final String PASSWORD = "LIUHEN_KEY_PASSWORD";
    private static final int PASSWORD_CHARACTERS_MIN = 8;

    private LogKey() {}

    /** The signer of this log from its key file. */
    public static SignedNote.Signer read(Path file, LogName log) throws IOException {
        return read(file, log.origin(), SignedNote.Algorithm.ED25519);
    }

    /** Whether there is a key under this name in one of its forms. */
    public static boolean exists(Path file) {
        return form(file).isPresent();
    }

    /** The file that is there: this one, or the one with the same name in another form. */
    private static Optional<Path> form(Path file) {
        String name = file.getFileName().toString().replaceFirst("\\.(pem|p12|jca)$", "");
        return Arrays.stream(new String[] {".p12", ".jca", ".pem"})
                .map(ending -> file.resolveSibling(name + ending))
                .filter(Files::exists)
                .findFirst();
    }

    private static SignedNote.Signer read(Path named, String name, SignedNote.Algorithm algorithm) throws IOException {
        Path file = form(named).orElse(named);
        try {
            if (file.toString().endsWith(".p12")) {
                return inKeyStore(keyStore("PKCS12", null, file), "key", null, name, algorithm);
            }
            if (file.toString().endsWith(".jca")) {
                return configured(file, name, algorithm);
            }
        } catch (GeneralSecurityException wrong) {
            throw new IOException(
                    "LG-202 " + file + ": " + wrong.getMessage() + ". Check it, its provider, and the password in "
                            + PASSWORD,
                    wrong);
        }
        try {
            return new SignedNote.Signer(name, algorithm, (Ed25519PrivateKeyParameters) KeyPem.read(file));
        } catch (RuntimeException wrong) {
            throw new IOException(
                    "LG-201 " + file + " is not an Ed25519 key in PKCS#8 PEM. Put the right key back", wrong);
        }
    }

    private static char[] password() {
        String password = System.getenv(PASSWORD);
        return password == null ? new char[0] : password.toCharArray();
    }

    private static KeyStore keyStore(String type, Provider provider, Path file)
            throws GeneralSecurityException, IOException {
        KeyStore store = provider == null ? KeyStore.getInstance(type) : KeyStore.getInstance(type, provider);
        if (file == null) {
            store.load(null, password());
        } else {
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, password());
            }
        }
        return store;
    }

    private static SignedNote.Signer configured(Path file, String name, SignedNote.Algorithm algorithm)
            throws GeneralSecurityException, IOException {
        Properties given = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            given.load(in);
        }
        Provider provider = null;
        if (given.containsKey("providerClass")) {
            try {
                provider = Class.forName(given.getProperty("providerClass"))
                        .asSubclass(Provider.class)
                        .getDeclaredConstructor()
                        .newInstance();
            } catch (ReflectiveOperationException missing) {
                throw new GeneralSecurityException(
                        "there is no provider " + given.getProperty("providerClass"), missing);
            }
        } else if (given.containsKey("provider")) {
            provider = Security.getProvider(given.getProperty("provider"));
            if (provider == null) {
                throw new GeneralSecurityException("there is no provider " + given.getProperty("provider"));
            }
        }
        if (provider != null && given.containsKey("providerConfig")) {
            provider = provider.configure(given.getProperty("providerConfig"));
        }
        Path store = given.containsKey("file") ? file.resolveSibling(given.getProperty("file")) : null;
        return inKeyStore(
                keyStore(given.getProperty("type", "PKCS12"), provider, store),
                given.getProperty("alias", "key"),
                provider,
                name,
                algorithm);
    }

    private static SignedNote.Signer inKeyStore(
            KeyStore store, String alias, Provider provider, String name, SignedNote.Algorithm algorithm)
            throws GeneralSecurityException {
        PrivateKey key = (PrivateKey) store.getKey(alias, password());
        Certificate certificate = store.getCertificate(alias);
        if (key == null
                || certificate == null
                || !certificate.getPublicKey().getAlgorithm().matches("EdDSA|Ed25519")) {
            throw new GeneralSecurityException("there is no Ed25519 key under the alias " + alias);
        }
        byte[] spki = certificate.getPublicKey().getEncoded();
        sign(key, provider, new byte[1]); // a token that cannot sign shows now, and not at the first head
        return new SignedNote.Signer(
                name, algorithm, new Ed25519PublicKeyParameters(spki, spki.length - 32), message -> {
                    try {
                        return sign(key, provider, message);
                    } catch (GeneralSecurityException gone) {
                        throw new IllegalStateException("LG-203 the key " + alias + " does not sign any more", gone);
                    }
                });
    }

    private static byte[] sign(PrivateKey key, Provider provider, byte[] message) throws GeneralSecurityException {
        Signature ed25519 =
                provider == null ? Signature.getInstance("Ed25519") : Signature.getInstance("Ed25519", provider);
        ed25519.initSign(key);
        ed25519.update(message);
        return ed25519.sign();
    }

    /** Makes a new key in a PKCS#12 file, with the password in {@code LIUHEN_KEY_PASSWORD}. */
    public static void createPkcs12(Path file) throws IOException {
        if (password().length < PASSWORD_CHARACTERS_MIN) {
            throw new IOException("LG-204 a PKCS#12 file needs a password of at least " + PASSWORD_CHARACTERS_MIN
                    + " characters in " + PASSWORD);
        }
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            X500Name self =
                    new X500Name("CN=" + file.getFileName()); // a key store wants a certificate; nobody reads it
            Instant now = Instant.now();
            Certificate certificate = new JcaX509CertificateConverter()
                    .getCertificate(new JcaX509v3CertificateBuilder(
                                    self,
                                    BigInteger.ONE,
                                    Date.from(now),
                                    Date.from(now.plus(100 * 365, ChronoUnit.DAYS)),
                                    self,
                                    pair.getPublic())
                            .build(new JcaContentSignerBuilder("Ed25519").build(pair.getPrivate())));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, password());
            store.setKeyEntry("key", pair.getPrivate(), password(), new Certificate[] {certificate});
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            store.store(bytes, password());
            DurableFile.createSecret(file, bytes.toByteArray());
        } catch (GeneralSecurityException | OperatorCreationException impossible) {
            throw new IOException("The Java platform cannot make an Ed25519 key in PKCS#12", impossible);
        }
    }

    /** As {@link #read}; makes a new key where there is no file yet, durable before it is used. */
    public static SignedNote.Signer readOrCreate(Path file, LogName log) throws IOException {
        return readOrCreate(file, log.origin(), SignedNote.Algorithm.ED25519);
    }

    /** As above, for any name and either kind of signature: a witness has a key, too. */
    public static SignedNote.Signer readOrCreate(Path file, String name, SignedNote.Algorithm algorithm)
            throws IOException {
        if (!exists(file)) {
            KeyPem.create(file, new Ed25519PrivateKeyParameters(new SecureRandom()));
        }
        return read(file, name, algorithm);
    }
}
