package org.liuhen.describe;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that refuses to give more than so many bytes: what is packed may be far larger than what packs it. */
final class Limited extends FilterInputStream {
    private final long max;
    private long given;

    Limited(InputStream in, long max) {
        super(in);
        this.max = max;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        count(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        count(Math.max(0, read));
        return read;
    }

    private void count(int read) throws IOException {
        given += read;
        if (given > max) {
            throw new IOException("more than " + max + " bytes are packed here");
        }
    }
}
