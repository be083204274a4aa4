package org.liuhen.station;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;

/** An authenticator in software, written from WebAuthn Level 2 (§6.1, §6.5), with a browser before it. A test may have both lie. */
final class SoftAuthenticator {
    private static final int PRESENT = 1;
    private static final int VERIFIED = 4;
    private static final int ATTESTED = 0x40;

    private final KeyPair pair;
    private byte[] id = new byte[16];
    String origin;
    String rpId;
    int flags = PRESENT | VERIFIED;
    int counter = 1;

    SoftAuthenticator(String origin, String rpId) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        pair = generator.generateKeyPair();
        new SecureRandom().nextBytes(id);
        this.origin = origin;
        this.rpId = rpId;
    }

    /** Nobody is asked for a finger or a PIN. */
    void verifiesNobody() {
        flags = PRESENT;
    }

    /** Says that it is the key of another one. */
    void pretends(SoftAuthenticator other) {
        id = other.id.clone();
    }

    String id() {
        return text(id);
    }

    /** Makes a passkey, as {@code navigator.credentials.create} answers. */
    ObjectNode create(JsonNode options) throws Exception {
        byte[] data = data(flags | ATTESTED);
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(data);
        all.writeBytes(new byte[16]); // no model is named
        all.writeBytes(new byte[] {0, (byte) id.length});
        all.writeBytes(id);
        all.writeBytes(HexFormat.of().parseHex("a501020326200121" + "5820")); // COSE: EC2, ES256, P-256, x
        all.writeBytes(bytes(key.getW().getAffineX()));
        all.writeBytes(HexFormat.of().parseHex("225820")); // y
        all.writeBytes(bytes(key.getW().getAffineY()));
        ByteArrayOutputStream object = new ByteArrayOutputStream(); // CBOR: {fmt: none, attStmt: {}, authData}
        object.writeBytes(HexFormat.of().parseHex("a363666d74646e6f6e656761747453746d74a068617574684461746158"));
        object.write(all.size());
        object.writeBytes(all.toByteArray());
        ObjectNode answer = answer();
        answer.withObject("/response")
                .put("clientDataJSON", text(client("webauthn.create", options)))
                .put("attestationObject", text(object.toByteArray()))
                .putArray("transports");
        counter++;
        return answer;
    }

    /** Proves it, as {@code navigator.credentials.get} answers. */
    ObjectNode get(JsonNode options) throws Exception {
        byte[] data = data(flags);
        byte[] client = client("webauthn.get", options);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(data);
        signature.update(sha256(client));
        ObjectNode answer = answer();
        answer.withObject("/response")
                .put("clientDataJSON", text(client))
                .put("authenticatorData", text(data))
                .put("signature", text(signature.sign()));
        counter++;
        return answer;
    }

    private ObjectNode answer() {
        ObjectNode answer = LiveStation.JSON.createObjectNode();
        answer.put("id", text(id)).put("rawId", text(id)).put("type", "public-key");
        answer.putObject("clientExtensionResults");
        return answer;
    }

    private byte[] data(int flagsNow) throws Exception {
        return ByteBuffer.allocate(37)
                .put(sha256(rpId.getBytes(UTF_8)))
                .put((byte) flagsNow)
                .putInt(counter)
                .array();
    }

    private byte[] client(String type, JsonNode options) {
        return LiveStation.JSON
                .createObjectNode()
                .put("type", type)
                .put("challenge", options.get("challenge").asText())
                .put("origin", origin)
                .put("crossOrigin", false)
                .toString()
                .getBytes(UTF_8);
    }

    private static byte[] bytes(BigInteger coordinate) {
        byte[] bytes = coordinate.toByteArray();
        byte[] fit = new byte[32];
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, fit, 32 - length, length);
        return fit;
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
