package org.liuhen.custody.log;

import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Ed25519 signatures (RFC 8032 §5.1.7) of which every verifier says the same. The RFC leaves open what counts where a key or the point R of a
 * signature lies in a small subgroup, wholly or in part; some such signatures hold for one library and not for another, or for every message. Here
 * both are points of the large prime order in their one encoding, else nothing holds.
 */
public final class Ed25519Check {
    private static final int SIGNATURE_BYTES = 64;

    private Ed25519Check() {}

    /**
     * The public key that begins here, 32 bytes.
     *
     * @throws IllegalArgumentException if it is no point of the large prime order in its one encoding
     */
    public static Ed25519PublicKeyParameters key(byte[] bytes, int at) {
        if (!Ed25519.validatePublicKeyFull(bytes, at)) {
            throw new IllegalArgumentException("An Ed25519 key is a point of the large prime order");
        }
        return new Ed25519PublicKeyParameters(bytes, at);
    }

    /** Whether this key, as {@link #key} gave it, made this signature over this message. */
    public static boolean verifies(Ed25519PublicKeyParameters key, byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES || !Ed25519.validatePublicKeyFull(signature, 0)) {
            return false;
        }
        Ed25519Signer ed25519 = new Ed25519Signer();
        ed25519.init(false, key);
        ed25519.update(message, 0, message.length);
        return ed25519.verifySignature(signature);
    }
}
