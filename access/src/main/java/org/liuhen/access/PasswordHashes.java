package org.liuhen.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Hashes passwords with Argon2id (RFC 9106), with the parameters of the OWASP Password Storage Cheat Sheet for 19 MiB: 2 passes, 1 lane.
 * Two are computed at a time; each takes some 50 ms.
 */
final class PasswordHashes {
    private static final int MEMORY_KIB = 19_456;
    private static final int PASSES = 2;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int AT_ONCE = 2;

    private final SecureRandom random = new SecureRandom();
    private final Semaphore running = new Semaphore(AT_ONCE);

    /**
     * What is stored of a password.
     *
     * @param salt 16 bytes in Base64
     * @param hash 32 bytes in Base64
     */
    record Hashed(String salt, String hash) {}

    /** Hashes a password that a person chose. */
    Hashed of(String password) throws IOException {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new Hashed(Base64.getEncoder().encodeToString(salt), hash(password, salt));
    }

    /**
     * Hashes a first password, which is good only for choosing another one.
     *
     * @param firstDigest {@link SecretCodes#digest} of its first half
     * @param second its second half
     */
    Hashed ofFirst(String firstDigest, String second) throws IOException {
        return of(firstDigest + SecretCodes.normal(second));
    }

    /** Whether this is the person's password. It takes as long for a number that is not on the list. */
    boolean matches(Optional<ListedPerson> person, String password) throws IOException {
        byte[] salt =
                person.map(listed -> Base64.getDecoder().decode(listed.salt())).orElse(new byte[SALT_BYTES]);
        String text = person.filter(ListedPerson::once).isPresent() ? firstPassword(password) : password;
        String expected = person.map(ListedPerson::hash).orElse("");
        return MessageDigest.isEqual(
                hash(text, salt).getBytes(StandardCharsets.US_ASCII), expected.getBytes(StandardCharsets.US_ASCII));
    }

    /** What is hashed of a first password: of its first half the digest alone was kept until the second one was made. */
    private static String firstPassword(String typed) {
        String normal = SecretCodes.normal(typed);
        return normal.length() == 2 * SecretCodes.HALF
                ? SecretCodes.digest(normal.substring(0, SecretCodes.HALF)) + normal.substring(SecretCodes.HALF)
                : typed;
    }

    private String hash(String password, byte[] salt) throws IOException {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(MEMORY_KIB)
                .withIterations(PASSES)
                .withParallelism(1)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[HASH_BYTES];
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        try {
            running.acquire();
            try {
                generator.generateBytes(bytes, hash);
            } finally {
                running.release();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while a password was checked", stopped);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
        return Base64.getEncoder().encodeToString(hash);
    }
}
