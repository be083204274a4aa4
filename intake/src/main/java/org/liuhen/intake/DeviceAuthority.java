package org.liuhen.intake;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.DurableFile;
import org.liuhen.custody.log.KeyPem;
import org.liuhen.web.Problem;

/**
 * The site's authority for the keys of its devices: X.509 (RFC 5280), ECDSA on P-256. It certifies keys that devices make
 * themselves, and it certifies the server for devices, so that a device that trusts the authority trusts the server.
 */
public final class DeviceAuthority {
    private static final String CURVE = "secp256r1";
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final int RSA_BITS_MIN = 2_048;
    private static final Duration ROOT_VALID = Duration.ofDays(20 * 365);
    private static final Duration SERVER_CERTIFICATE_VALID = Duration.ofDays(398);
    private static final Duration CLOCK_SKEW_MAX = Duration.ofHours(1);

    private final X509Certificate root;
    private final PrivateKey key;
    private final LogName site;

    private DeviceAuthority(LogName site, X509Certificate root, PrivateKey key) {
        this.site = site;
        this.root = root;
        this.key = key;
    }

    /** The authority whose key and certificate are in this folder; makes both where they are missing. DA-101: they cannot be read. */
    public static DeviceAuthority readOrCreate(Path folder, LogName site) throws IOException {
        Path keyFile = folder.resolve(site.value() + ".pem");
        Path rootFile = folder.resolve(site.value() + ".crt");
        try {
            if (!Files.exists(keyFile)) {
                Files.createDirectories(folder);
                KeyPair pair = generate();
                X509Certificate made = selfSigned(site, pair);
                DurableFile.replace(rootFile, made.getEncoded()); // first: a key without it would be another authority
                KeyPem.create(
                        keyFile, PrivateKeyFactory.createKey(pair.getPrivate().getEncoded()));
            }
            byte[] pkcs8 = PrivateKeyInfoFactory.createPrivateKeyInfo(KeyPem.read(keyFile))
                    .getEncoded();
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            X509Certificate root = certificate(Files.readAllBytes(rootFile));
            root.verify(root.getPublicKey());
            DeviceAuthority read = new DeviceAuthority(site, root, key);
            if (!read.isSigned(selfSigned(site, new KeyPair(root.getPublicKey(), key)))) {
                throw new GeneralSecurityException("the key is not the one that the certificate names");
            }
            return read;
        } catch (GeneralSecurityException | OperatorCreationException | RuntimeException damaged) {
            throw new IOException(
                    "DA-101 the device authority in " + folder + " cannot be read: " + damaged.getMessage()
                            + ". Restore " + keyFile.getFileName() + " and " + rootFile.getFileName()
                            + " from their backup",
                    damaged);
        }
    }

    /**
     * The authority of whose files the certificate alone is in this folder: it recognises its devices and has its pin, and certifies none.
     *
     * @return empty where there is no certificate
     */
    public static Optional<DeviceAuthority> readCertificate(Path folder, LogName site) throws IOException {
        Path rootFile = folder.resolve(site.value() + ".crt");
        if (!Files.exists(rootFile)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new DeviceAuthority(site, certificate(Files.readAllBytes(rootFile)), null));
        } catch (GeneralSecurityException | RuntimeException damaged) {
            throw new IOException(
                    "DA-101 the certificate of the device authority, " + rootFile
                            + ", cannot be read. Copy it again from the intake's folder of keys",
                    damaged);
        }
    }

    private static KeyPair generate() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(CURVE));
        return generator.generateKeyPair();
    }

    private static X509Certificate certificate(byte[] der) throws GeneralSecurityException, IOException {
        return new JcaX509CertificateConverter().getCertificate(new X509CertificateHolder(der));
    }

    private static X500Name name(String commonName, LogName site) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, site.origin())
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static X509Certificate selfSigned(LogName site, KeyPair pair)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        X500Name name = name("device authority", site);
        Instant now = Instant.now();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                serial(),
                Date.from(now.minus(CLOCK_SKEW_MAX)),
                Date.from(now.plus(ROOT_VALID)),
                name,
                pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
        return certificate(builder.build(signer(pair.getPrivate())).getEncoded());
    }

    private static ContentSigner signer(PrivateKey key) throws OperatorCreationException {
        return new JcaContentSignerBuilder(SIGNATURE).build(key);
    }

    private static BigInteger serial() {
        return new BigInteger(127, new SecureRandom());
    }

    /** The authority's own certificate. */
    public X509Certificate root() {
        return root;
    }

    /** The pin that a device gets with its one-time code to authenticate the server: SHA-256 over the authority's public key. */
    String pin() {
        return Sha256Digest.of(root.getPublicKey().getEncoded()).hex();
    }

    /** Whether this authority signed the certificate. It says nothing of time or revocation. */
    boolean isSigned(X509Certificate certificate) {
        try {
            certificate.verify(root.getPublicKey());
            return true;
        } catch (GeneralSecurityException notOurs) {
            return false;
        }
    }

    /**
     * Certifies the key of a request (PKCS#10, RFC 2986) for this device. The names in the request are ignored; its
     * signature shows that the requester holds the key.
     */
    X509Certificate certify(byte[] request, String deviceSerial, Duration valid) throws Problem {
        try {
            JcaPKCS10CertificationRequest asked = new JcaPKCS10CertificationRequest(request);
            PublicKey device = asked.getPublicKey();
            if (!asked.isSignatureValid(new JcaContentVerifierProviderBuilder().build(device))) {
                throw new Problem(400, "DA-103", "The request is not signed by the key that it names");
            }
            if (asked.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_challengePassword).length > 0) {
                throw new Problem(
                        400,
                        "DA-103",
                        "The request has a challengePassword, which links it to a TLS session (RFC 7030 §3.5). That cannot be"
                                + " verified here, so it is not taken: make a request without one");
            }
            boolean strong = device instanceof RSAPublicKey rsa
                    ? rsa.getModulus().bitLength() >= RSA_BITS_MIN
                    : List.of("EC", "Ed25519", "EdDSA").contains(device.getAlgorithm());
            if (!strong) {
                throw new Problem(400, "DA-103", "The key is an EC key, an Ed25519 key, or RSA of 2048 bits and more");
            }
            return issue(device, deviceSerial, valid, KeyPurposeId.id_kp_clientAuth, List.of());
        } catch (IOException | PKCSException | OperatorCreationException | RuntimeException wrong) {
            throw new Problem(400, "DA-103", "This is no certification request (PKCS#10, RFC 2986)");
        } catch (GeneralSecurityException wrong) {
            throw new Problem(400, "DA-103", "The key of the request is of a kind that is not known here");
        }
    }

    private X509Certificate issue(
            PublicKey subject, String commonName, Duration valid, KeyPurposeId purpose, List<GeneralName> names)
            throws CertIOException, GeneralSecurityException, OperatorCreationException, IOException {
        Instant now = Instant.now();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                root,
                serial(),
                Date.from(now.minus(CLOCK_SKEW_MAX)),
                Date.from(now.plus(valid)),
                name(commonName, site),
                subject);
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(root.getPublicKey()));
        if (!names.isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
        }
        return certificate(builder.build(signer(key)).getEncoded());
    }

    /** A fresh key of the server for devices, with a certificate for these names and addresses; it is kept in memory only. */
    KeyStore serverKeyStore(List<String> names) throws IOException {
        try {
            KeyPair pair = generate();
            List<GeneralName> general = names.stream()
                    .map(name -> new GeneralName(
                            name.matches("[0-9.]+|.*:.*") ? GeneralName.iPAddress : GeneralName.dNSName, name))
                    .toList();
            X509Certificate own = issue(
                    pair.getPublic(), names.get(0), SERVER_CERTIFICATE_VALID, KeyPurposeId.id_kp_serverAuth, general);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", pair.getPrivate(), new char[0], new Certificate[] {own, root});
            return store;
        } catch (GeneralSecurityException | OperatorCreationException impossible) {
            throw new IOException(
                    "DA-102 no certificate could be made for the server for devices, " + names, impossible);
        }
    }

    /** The SHA-256 digest by which the record names a certificate. */
    static Sha256Digest digest(X509Certificate certificate) {
        try {
            return Sha256Digest.of(certificate.getEncoded());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("A certificate that was read can be written", impossible);
        }
    }

    /** Whether two public keys are the same one. */
    static boolean sameKey(X509Certificate one, X509Certificate other) {
        return Arrays.equals(
                one.getPublicKey().getEncoded(), other.getPublicKey().getEncoded());
    }
}
