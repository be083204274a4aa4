package org.liuhen.storage.s3;

/** The S3 server that the system properties name: {@code ./test} starts Ceph's. */
final class TestServer {
    private TestServer() {}

    /** A store in buckets of this name. */
    static S3Vault.Connection connection(String name) {
        return new S3Vault.Connection(
                System.getProperty("s3.endpoint"),
                "default",
                System.getProperty("s3.accessKey"),
                System.getProperty("s3.secretKey"),
                name);
    }
}
