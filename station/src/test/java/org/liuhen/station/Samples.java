package org.liuhen.station;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Small real files that no tool at hand makes, byte by byte after their specification. */
final class Samples {
    private Samples() {}

    /** A JPEG with an Exif segment (CIPA DC-008): make, and a GPS point at 39°54'15"N 116°24'27"E. */
    static byte[] jpegWithGps() throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB), "jpeg", plain);
        ByteBuffer tiff = ByteBuffer.allocate(256);
        tiff.put("MM\0*".getBytes(StandardCharsets.ISO_8859_1)).putInt(8);
        tiff.putShort((short) 2); // IFD0: make, and where the GPS data is
        field(tiff, 0x010f, 2, 8, 38);
        field(tiff, 0x8825, 4, 1, 46);
        tiff.putInt(0).put("Liuhen \0".getBytes(StandardCharsets.ISO_8859_1));
        tiff.putShort((short) 4);
        field(tiff, 1, 2, 2, 'N' << 24);
        field(tiff, 2, 5, 3, 100);
        field(tiff, 3, 2, 2, 'E' << 24);
        field(tiff, 4, 5, 3, 124);
        tiff.putInt(0);
        for (int part : new int[] {39, 54, 15, 116, 24, 27}) {
            tiff.putInt(part).putInt(1);
        }
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(jpeg);
        out.writeInt(0xFFD8FFE1);
        out.writeShort(2 + 6 + tiff.position());
        out.writeBytes("Exif\0\0");
        out.write(tiff.array(), 0, tiff.position());
        out.write(plain.toByteArray(), 2, plain.size() - 2);
        return jpeg.toByteArray();
    }

    private static void field(ByteBuffer tiff, int tag, int type, int count, int value) {
        tiff.putShort((short) tag).putShort((short) type).putInt(count).putInt(value);
    }

    /** An AMR file (RFC 4867 §5): 300 frames of 20 ms at 4.75 kbit/s. */
    static byte[] amr() {
        ByteBuffer amr = ByteBuffer.allocate(6 + 300 * 13);
        amr.put("#!AMR\n".getBytes(StandardCharsets.US_ASCII));
        for (int frame = 0; frame < 300; frame++) {
            amr.put((byte) 0x04).put(new byte[12]);
        }
        return amr.array();
    }

    static void pngChunk(ByteArrayOutputStream png, String type, byte[] data) throws IOException {
        DataOutputStream out = new DataOutputStream(png);
        out.writeInt(data.length);
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 check = new CRC32();
        check.update(name);
        check.update(data);
        out.write(name);
        out.write(data);
        out.writeInt((int) check.getValue());
    }
}
