package org.liuhen.custody.evidence;

/** Where bytes are stored: one version of one object. {@code versionId} is null where the store has no versions. */
public record StoredObject(
        String bucket, String key, @Nullable String versionId) {}
