package org.liuhen.custody.bag;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import org.bouncycastle.asn1.gm.GMNamedCurves;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithID;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.liuhen.custody.log.KeyPem;

/**
 * SM2 signatures with SM3 (GB/T 32918.2, user ID {@code 1234567812345678}) over {@code package.note}, for recipients who must
 * see one. They stand beside the note's Ed25519 signature, never in its place. OpenSSL checks them: {@code openssl pkeyutl
 * -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678}.
 *
 * @param key the private key
 */
public record Sm2(ECPrivateKeyParameters key) {
    private static final byte[] USER_ID = "1234567812345678".getBytes(StandardCharsets.US_ASCII);
    private static final ECNamedDomainParameters CURVE =
            new ECNamedDomainParameters(GMObjectIdentifiers.sm2p256v1, GMNamedCurves.getByName("sm2p256v1"));
    /** The key in this file, PKCS#8 as PEM; makes one where there is no file yet. Only its owner may read it. */
    public static Sm2 readOrCreate(Path file) throws IOException {
        if (!Files.exists(file)) {
            ECKeyPairGenerator generator = new ECKeyPairGenerator();
            generator.init(new ECKeyGenerationParameters(CURVE, new SecureRandom()));
            AsymmetricCipherKeyPair pair = generator.generateKeyPair();
            KeyPem.create(file, pair.getPrivate());
        }
        try {
            return new Sm2((ECPrivateKeyParameters) KeyPem.read(file));
        } catch (RuntimeException wrong) {
            throw new IOException("LG-205 " + file + " is not an SM2 key in PKCS#8 PEM. Put the right key back", wrong);
        }
    }

    /** The public key: SubjectPublicKeyInfo (RFC 5280 §4.1) in Base64, as a policy names it. */
    public String publicKey() {
        try {
            ECPublicKeyParameters publicKey =
                    new ECPublicKeyParameters(CURVE.getG().multiply(key.getD()), CURVE);
            return Base64.getEncoder()
                    .encodeToString(SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(publicKey)
                            .getEncoded());
        } catch (IOException impossible) {
            throw new IllegalStateException("A key in memory can be written", impossible);
        }
    }

    /** The signature over these bytes, in DER. */
    byte[] sign(byte[] message) {
        SM2Signer signer = new SM2Signer();
        signer.init(true, new ParametersWithID(key, USER_ID));
        signer.update(message, 0, message.length);
        try {
            return signer.generateSignature();
        } catch (CryptoException impossible) {
            throw new IllegalStateException("A key in memory signs", impossible);
        }
    }

    /** Whether this public key made this signature over these bytes. */
    static boolean verifies(String publicKey, byte[] message, byte[] signature) {
        try {
            SM2Signer signer = new SM2Signer();
            signer.init(
                    false,
                    new ParametersWithID(
                            PublicKeyFactory.createKey(Base64.getDecoder().decode(publicKey)), USER_ID));
            signer.update(message, 0, message.length);
            return signer.verifySignature(signature);
        } catch (IOException | RuntimeException noKey) {
            return false;
        }
    }
}
