package org.liuhen.custody.event;

import org.liuhen.custody.evidence.Nullable;
import org.liuhen.custody.evidence.Sha256Digest;

/**
 * What a person signed with a personal key, beside the log's key, which signs everything: the operator of the station cannot write that opinion.
 * {@link PersonalStatement} says what is signed.
 *
 * @param publicKey the person's Ed25519 key (RFC 8032): 32 bytes in Base64; the log says who registered it ({@code signingKeyRegistered})
 * @param seen the leaf hash of the last entry of the item's chain that the person's browser had checked
 * @param value the signature: 64 bytes in Base64
 */
public record PersonalSignature(
        @Nullable String publicKey,
        @Nullable Sha256Digest seen,
        @Nullable String value) {}
