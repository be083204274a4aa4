package org.liuhen.describe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Files in which one field gives the end: ASF (WMV, WMA), ZIP, 7z. */
final class IndexedStructure {
    static final int ASF = 0x3026b275; // the GUID of the header object
    static final int ZIP = 0x504b0304; // local file header (APPNOTE 4.3.7)
    static final int SEVEN_ZIP = 0x377abcaf;

    /** ASF_File_Properties_Object (ASF Specification 10.1), as its bytes stand in the file. */
    private static final long PROPERTIES_HIGH = 0xa1dcab8c47a9cf11L;

    private static final long PROPERTIES_LOW = 0x8ee400c00c205365L;

    // ASF Specification §3.1, §3.2
    private static final int ASF_HEAD_BYTES = 1 << 20;
    private static final int ASF_FIRST_OBJECT_AT = 30;
    private static final int ASF_OBJECT_LENGTH_AT = 16;
    private static final int ASF_OBJECT_HEADER_BYTES = 24;
    private static final int ASF_FILE_SIZE_AT = 40;
    private static final int ASF_PLAY_DURATION_AT = 64; // in 100 ns, with the preroll
    private static final int ASF_PREROLL_AT = 80; // in milliseconds
    private static final int ASF_FLAGS_AT = 88;
    private static final int ASF_PROPERTIES_BYTES = 104;
    private static final int ASF_BROADCAST = 1; // a live recording, whose length was not known

    // APPNOTE 4.3.16
    private static final int END_OF_DIRECTORY = 0x504b0506;
    private static final int END_OF_DIRECTORY_BYTES = 22;
    private static final int COMMENT_BYTES_MAX = 64 << 10;

    // 7zFormat.txt, "SignatureHeader"
    private static final int SEVEN_ZIP_HEADER_BYTES = 32;
    private static final int NEXT_HEADER_OFFSET_AT = 12;
    private static final int NEXT_HEADER_SIZE_AT = 20;

    private IndexedStructure() {}

    /** The file properties say how long the file is (ASF Specification §3.2). */
    static void asf(CheckedFile file) throws IOException {
        ByteBuffer head = file.at(0, ASF_HEAD_BYTES);
        int at = ASF_FIRST_OBJECT_AT;
        while (at + ASF_PROPERTIES_BYTES <= head.limit()) {
            head.order(ByteOrder.BIG_ENDIAN);
            boolean properties = head.getLong(at) == PROPERTIES_HIGH && head.getLong(at + 8) == PROPERTIES_LOW;
            head.order(ByteOrder.LITTLE_ENDIAN);
            if (properties) {
                boolean live = (head.getInt(at + ASF_FLAGS_AT) & ASF_BROADCAST) != 0;
                long stated = head.getLong(at + ASF_FILE_SIZE_AT);
                if (!live && stated > file.size()) {
                    file.endsAt("the recording", stated);
                    double played =
                            head.getLong(at + ASF_PLAY_DURATION_AT) / 1e7 - head.getLong(at + ASF_PREROLL_AT) / 1e3;
                    file.seconds(Durations.DECLARED, played, "file properties");
                }
                return;
            }
            long length = head.getLong(at + ASF_OBJECT_LENGTH_AT);
            if (length < ASF_OBJECT_HEADER_BYTES || length > head.limit()) {
                return;
            }
            at += (int) length;
        }
    }

    /** The list of members stands at the end, and behind it a record with its place (APPNOTE 4.3.16). */
    static void zip(CheckedFile file) throws IOException {
        long from = Math.max(0, file.size() - COMMENT_BYTES_MAX - END_OF_DIRECTORY_BYTES);
        ByteBuffer tail = file.at(from, (int) (file.size() - from));
        for (int i = tail.limit() - END_OF_DIRECTORY_BYTES; i >= 0; i--) {
            if (tail.getInt(i) == END_OF_DIRECTORY) {
                return;
            }
        }
        file.damage("truncated: the list of members, which stands at the end, is missing");
    }

    /** The first header has the place of the list of members. */
    static void sevenZip(CheckedFile file, ByteBuffer head) {
        head.order(ByteOrder.LITTLE_ENDIAN);
        long end = SEVEN_ZIP_HEADER_BYTES + head.getLong(NEXT_HEADER_OFFSET_AT) + head.getLong(NEXT_HEADER_SIZE_AT);
        file.mustHold("the list of members", end);
    }
}
