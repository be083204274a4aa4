package org.liuhen.ingest.record;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The entries of one log between two Flink checkpoints: published once the checkpoint that holds them is complete.
 *
 * @param log the log's name
 * @param firstIndex the place of the first entry
 * @param entries canonical entries without a gap
 */
record LogBatch(String log, long firstIndex, List<byte[]> entries) {

    /** The form in which a Flink checkpoint keeps a batch. */
    static final class Serializer implements SimpleVersionedSerializer<LogBatch> {
        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(LogBatch batch) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeUTF(batch.log());
            out.writeLong(batch.firstIndex());
            out.writeInt(batch.entries().size());
            for (byte[] entry : batch.entries()) {
                out.writeInt(entry.length);
                out.write(entry);
            }
            return bytes.toByteArray();
        }

        @Override
        public LogBatch deserialize(int version, byte[] bytes) throws IOException {
            if (version != getVersion()) {
                throw new IOException("A batch of the record job in form " + version + ", which this version does not"
                        + " know: start the version that made the savepoint");
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            String log = in.readUTF();
            long firstIndex = in.readLong();
            int count = in.readInt();
            List<byte[]> entries = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                byte[] entry = new byte[in.readInt()];
                in.readFully(entry); // a batch that was cut is an error, never a shorter entry
                entries.add(entry);
            }
            return new LogBatch(log, firstIndex, entries);
        }
    }
}
