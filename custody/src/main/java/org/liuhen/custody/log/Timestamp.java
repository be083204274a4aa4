package org.liuhen.custody.log;

import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.custody.log.SignedNote.BadNoteException;

/**
 * What an authority outside says of when a head existed (RFC 3161): a signed time over SHA-256 of the head's text. Anybody
 * can check it with {@code openssl ts -verify}.
 *
 * @param time when, by the authority's clock
 * @param certificate SHA-256 of the certificate (DER) that signed it
 */
public record Timestamp(Instant time, Sha256Digest certificate) {
    private static final String RSA = "1.2.840.113549.1.1.1";
    private static final Map<String, String> DIGESTS = Map.of(
            "2.16.840.1.101.3.4.2.1",
            "SHA-256",
            "2.16.840.1.101.3.4.2.2",
            "SHA-384",
            "2.16.840.1.101.3.4.2.3",
            "SHA-512");
    private static final Map<String, String> SIGNATURES = Map.of(
            "1.2.840.113549.1.1.11", "SHA-256",
            "1.2.840.113549.1.1.12", "SHA-384",
            "1.2.840.113549.1.1.13", "SHA-512",
            "1.2.840.10045.4.3.2", "SHA-256",
            "1.2.840.10045.4.3.3", "SHA-384",
            "1.2.840.10045.4.3.4", "SHA-512");
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** A timestamp with its certificates has some kilobytes. */
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    /** The timestamp in this response, after it was found to be for this head and signed by the certificate in it. */
    public static Timestamp verify(byte[] response, String headText) throws BadNoteException {
        try {
            TimeStampToken token = new TimeStampResponse(response).getTimeStampToken();
            if (token == null) {
                throw new BadNoteException("The authority did not grant a timestamp");
            }
            byte[] digest =
                    Sha256Digest.of(headText.getBytes(StandardCharsets.UTF_8)).bytes();
            if (!token.getTimeStampInfo().getMessageImprintAlgOID().equals(NISTObjectIdentifiers.id_sha256)
                    || !MessageDigest.isEqual(token.getTimeStampInfo().getMessageImprintDigest(), digest)) {
                throw new BadNoteException("The timestamp is for another head");
            }
            if (!hasForm(response)) {
                throw new BadNoteException("The timestamp has another form than docs/formats/bag.md asks for");
            }
            @SuppressWarnings("unchecked")
            Set<X509CertificateHolder> signers =
                    Set.copyOf(token.getCertificates().getMatches(token.getSID())); // some authorities send it twice
            if (signers.size() != 1) {
                throw new BadNoteException("The timestamp does not hold the certificate that signed it");
            }
            X509CertificateHolder signer = signers.iterator().next();
            if (!Arrays.equals(
                    token.getSID().getIssuer().getEncoded(), signer.getIssuer().getEncoded())) {
                throw new BadNoteException("The timestamp names another issuer than its certificate");
            }
            token.validate(new JcaSimpleSignerInfoVerifierBuilder().build(signer));
            return new Timestamp(
                    token.getTimeStampInfo().getGenTime().toInstant(), Sha256Digest.of(signer.getEncoded()));
        } catch (TSPException
                | IOException
                | org.bouncycastle.operator.OperatorCreationException
                | java.security.cert.CertificateException
                | RuntimeException wrong) {
            throw new BadNoteException("Not a good timestamp: " + wrong.getMessage());
        }
    }

    /**
     * Whether what no signature covers is of one form: else it could be changed, and two verifiers could read it in two ways. Lengths are definite
     * and shortest; the status is granted; SignedData (RFC 5652 §5.1) has version 3, one digest, certificates, no revocation lists, and one signer
     * of version 1 with the same digest, a signature by RSA or ECDSA over it, and no unsigned attributes.
     */
    private static boolean hasForm(byte[] response) throws IOException {
        ASN1Sequence all = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(response));
        if (!Arrays.equals(all.getEncoded(ASN1Encoding.DL), response) || all.size() != 2) {
            return false;
        }
        ASN1Integer status = ASN1Integer.getInstance(
                ASN1Sequence.getInstance(all.getObjectAt(0)).getObjectAt(0));
        ContentInfo token = ContentInfo.getInstance(all.getObjectAt(1));
        ASN1Sequence data = ASN1Sequence.getInstance(token.getContent());
        SignedData signedData = SignedData.getInstance(data);
        if ((!status.hasValue(0) && !status.hasValue(1))
                || !token.getContentType().equals(CMSObjectIdentifiers.signedData)
                || data.size() != 5
                || !signedData.getVersion().hasValue(3)
                || signedData.getCRLs() != null
                || signedData.getDigestAlgorithms().size() != 1
                || signedData.getSignerInfos().size() != 1) {
            return false;
        }
        ASN1Sequence signer =
                ASN1Sequence.getInstance(signedData.getSignerInfos().getObjectAt(0));
        SignerInfo info = SignerInfo.getInstance(signer);
        String digest = DIGESTS.get(info.getDigestAlgorithm().getAlgorithm().getId());
        String signature = SIGNATURES.get(
                info.getDigestEncryptionAlgorithm().getAlgorithm().getId());
        return signer.size() == 6
                && info.getVersion().hasValue(1)
                && digest != null
                && (RSA.equals(info.getDigestEncryptionAlgorithm()
                                .getAlgorithm()
                                .getId())
                        || digest.equals(signature))
                && isBare(info.getDigestAlgorithm())
                && isBare(info.getDigestEncryptionAlgorithm())
                && isBare(AlgorithmIdentifier.getInstance(
                        signedData.getDigestAlgorithms().getObjectAt(0)))
                && info.getDigestAlgorithm()
                        .getAlgorithm()
                        .equals(AlgorithmIdentifier.getInstance(
                                        signedData.getDigestAlgorithms().getObjectAt(0))
                                .getAlgorithm());
    }

    /** No parameters, or NULL. */
    private static boolean isBare(AlgorithmIdentifier algorithm) {
        return algorithm.getParameters() == null || DERNull.INSTANCE.equals(algorithm.getParameters());
    }

    /** Asks an authority for a timestamp of this head. What it answers is checked before it is given back. */
    public static byte[] request(Policy.Authority authority, String headText)
            throws IOException, InterruptedException, BadNoteException {
        try {
            TimeStampRequestGenerator generator = new TimeStampRequestGenerator();
            generator.setCertReq(true);
            TimeStampRequest request = generator.generate(
                    NISTObjectIdentifiers.id_sha256,
                    Sha256Digest.of(headText.getBytes(StandardCharsets.UTF_8)).bytes(),
                    new BigInteger(64, new SecureRandom()));
            HttpResponse<byte[]> answer = HttpCall.send(
                    HTTP,
                    HttpRequest.newBuilder(authority.url())
                            .header("Content-Type", "application/timestamp-query")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(request.getEncoded()))
                            .build(),
                    TIMEOUT,
                    ANSWER_BYTES_MAX);
            if (answer.statusCode() != 200) {
                throw new IOException(authority.url() + " answered " + answer.statusCode());
            }
            new TimeStampResponse(answer.body()).validate(request);
            if (!verify(answer.body(), headText).certificate().equals(authority.certificate())) {
                throw new BadNoteException("Another certificate signed than the policy names");
            }
            return answer.body();
        } catch (TSPException wrong) {
            throw new BadNoteException("Not a good timestamp: " + wrong.getMessage());
        }
    }
}
