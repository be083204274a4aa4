package org.liuhen.storage.s3;

import io.minio.GetObjectArgs;
import io.minio.GetObjectRetentionArgs;
import io.minio.RemoveObjectArgs;
import io.minio.SetObjectRetentionArgs;
import io.minio.messages.Retention;
import io.minio.messages.RetentionMode;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.liuhen.custody.evidence.EvidenceId;
import org.liuhen.custody.evidence.StoredObject;
import org.liuhen.storage.EvidenceStore;
import org.liuhen.storage.VaultException;

/** Complete objects in a bucket with Object Lock, in COMPLIANCE mode. */
final class S3Evidence implements EvidenceStore {
    private static final String PROBES = "probe/";

    /** How long a probe may take; an older one is over. */
    private static final Duration PROBE_OVER = Duration.ofMinutes(10);

    private static final Set<String> GONE = Set.of("NoSuchKey", "NoSuchVersion");

    /** Amazon's word for an object without a lock, and Ceph's. */
    private static final Set<String> NOT_LOCKED =
            Set.of("NoSuchObjectLockConfiguration", "ObjectLockConfigurationNotFoundError");

    private final S3Calls calls;
    private final Buckets buckets;

    S3Evidence(S3Calls calls, Buckets buckets) {
        this.calls = calls;
        this.buckets = buckets;
    }

    @Override
    public InputStream open(StoredObject object) throws IOException {
        requireOurs(object);
        return calls.open(
                object.key(),
                GetObjectArgs.builder()
                        .bucket(object.bucket())
                        .object(object.key())
                        .versionId(object.versionId())
                        .build());
    }

    private void requireOurs(StoredObject object) throws VaultException {
        if (!buckets.vault().equals(object.bucket())) {
            throw VaultException.noSuchUpload("there is no bucket " + object.bucket() + " in this vault");
        }
    }

    @Override
    public InputStream open(StoredObject object, long fromByte, long toByte) throws IOException {
        requireOurs(object);
        if (fromByte == toByte) {
            return InputStream.nullInputStream(); // S3 has no empty range
        }
        return calls.open(
                object.key(),
                GetObjectArgs.builder()
                        .bucket(object.bucket())
                        .object(object.key())
                        .versionId(object.versionId())
                        .offset(fromByte)
                        .length(toByte - fromByte)
                        .build());
    }

    @Override
    public Seal seal(StoredObject object, Instant retainUntil) throws IOException {
        Instant before = retention(object).orElse(Instant.MIN);
        if (before.isBefore(retainUntil)) {
            lock(object, retainUntil);
        }
        Instant after = retention(object)
                .orElseThrow(() -> VaultException.unavailable("reading back the lock of " + object.key(), null));
        if (after.isBefore(retainUntil.truncatedTo(ChronoUnit.SECONDS))) {
            throw VaultException.unavailable("the lock of " + object.key() + " reads back as " + after, null);
        }
        return new Seal(after, "S3 Object Lock, COMPLIANCE");
    }

    @Override
    public void dispose(StoredObject object) throws IOException {
        Optional<Instant> until;
        try {
            until = retention(object);
        } catch (VaultException refused) {
            if (GONE.contains(S3Calls.errorCode(refused))) {
                return;
            }
            throw refused;
        }
        if (until.isPresent() && until.get().isAfter(Instant.now())) {
            throw VaultException.locked(object.key(), until.get());
        }
        calls.remove(object.bucket(), object.key(), object.versionId());
        calls.removeOthers(object);
    }

    private void lock(StoredObject object, Instant until) throws IOException {
        S3Calls.await("lock " + object.key(), () -> calls.client()
                .setObjectRetention(SetObjectRetentionArgs.builder()
                        .bucket(object.bucket())
                        .object(object.key())
                        .versionId(object.versionId())
                        .config(new Retention(RetentionMode.COMPLIANCE, until.atZone(ZoneOffset.UTC)))
                        .build()));
    }

    private Optional<Instant> retention(StoredObject object) throws IOException {
        try {
            Retention retention = S3Calls.await("read the lock of " + object.key(), () -> calls.client()
                    .getObjectRetention(GetObjectRetentionArgs.builder()
                            .bucket(object.bucket())
                            .object(object.key())
                            .versionId(object.versionId())
                            .build()));
            return Optional.ofNullable(retention)
                    .filter(r -> r.mode() == RetentionMode.COMPLIANCE)
                    .map(r -> r.retainUntilDate().toInstant());
        } catch (VaultException refused) {
            if (NOT_LOCKED.contains(S3Calls.errorCode(refused))) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /** The canary's lock ends after five minutes; a later probe removes it. */
    @Override
    public LockProbe probe() throws IOException {
        calls.removeUnlocked(buckets.vault(), PROBES, Instant.now().minus(PROBE_OVER));
        String key = PROBES + EvidenceId.create(Instant.now(), new SecureRandom());
        byte[] canary = {1, 2, 3};
        StoredObject object = new StoredObject(
                buckets.vault(), key, calls.put(buckets.vault(), key, canary).versionId());
        Instant until = Instant.now().plus(5, ChronoUnit.MINUTES).truncatedTo(ChronoUnit.SECONDS);
        List<String> findings = new ArrayList<>();
        boolean held = true;
        try {
            lock(object, until);
        } catch (VaultException noLock) {
            return new LockProbe("s3", false, List.of("setting a lock failed: " + S3Calls.errorCode(noLock)));
        }
        held &= refused(findings, "shortening the lock", () -> lock(object, until.minus(2, ChronoUnit.MINUTES)));
        held &= refused(
                findings,
                "deleting the locked version",
                () -> S3Calls.await("delete the canary", () -> calls.client()
                        .removeObject(RemoveObjectArgs.builder()
                                .bucket(buckets.vault())
                                .object(key)
                                .versionId(object.versionId())
                                .build())));
        held &= refused(
                findings,
                "deleting it with the governance bypass",
                () -> S3Calls.await("delete the canary", () -> calls.client()
                        .removeObject(RemoveObjectArgs.builder()
                                .bucket(buckets.vault())
                                .object(key)
                                .versionId(object.versionId())
                                .bypassGovernanceMode(true)
                                .build())));
        calls.put(buckets.vault(), key, new byte[] {9, 9, 9});
        try (InputStream in = open(object, 0, canary.length)) {
            boolean same = object.versionId() != null && Arrays.equals(canary, in.readAllBytes());
            findings.add("overwriting: the locked version " + (same ? "stayed as it was" : "CHANGED"));
            held &= same;
        }
        boolean reads = retention(object).filter(until::equals).isPresent();
        findings.add("reading the lock back: " + (reads ? "ends when it was set to" : "ANOTHER END"));
        held &= reads;
        return new LockProbe("s3", held, findings);
    }

    private interface Attempt {
        void run() throws IOException;
    }

    private static boolean refused(List<String> findings, String what, Attempt attempt) throws IOException {
        try {
            attempt.run();
            findings.add(what + ": ALLOWED");
            return false;
        } catch (VaultException refusal) {
            String code = S3Calls.errorCode(refusal);
            if (code.isEmpty()) {
                throw refusal; // an answer that never came is not a refusal
            }
            findings.add(what + ": refused (" + code + ")");
            return true;
        }
    }
}
