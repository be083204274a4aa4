package org.liuhen.custody.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogPublisher.ForkException;

class LogKeyTest {
    private static final LogName LOG = new LogName("site-1");

    @TempDir
    Path folder;

    private static void signs(SignedNote.Signer signer) throws Exception {
        byte[] note = SignedNote.sign("text\n", signer).bytes();
        assertEquals(
                "text\n",
                SignedNote.open(
                        note, SignedNote.Verifier.parse(signer.verifier().toString())));
    }

    @Test
    void keepsAKeyAsPemThatOnlyItsOwnerReads() throws Exception {
        Path file = folder.resolve("site-1.pem");
        SignedNote.Signer made = LogKey.readOrCreate(file, LOG);
        signs(made);
        assertEquals(made.verifier(), LogKey.readOrCreate(file, LOG).verifier());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void keepsAKeyInPkcs12AndPrefersIt() throws Exception {
        LogKey.createPkcs12(folder.resolve("site-1.p12"));
        SignedNote.Signer kept = LogKey.read(folder.resolve("site-1.pem"), LOG);
        signs(kept);
        assertEquals(
                kept.verifier(), LogKey.read(folder.resolve("site-1.p12"), LOG).verifier());
        assertThrows(IOException.class, () -> {
            Files.writeString(folder.resolve("site-1.p12"), "damaged");
            LogKey.read(folder.resolve("site-1.pem"), LOG);
        });
    }

    /** What a token or a key service needs: any key store that the Java platform can open, named by configuration. */
    @Test
    void takesAKeyFromAKeyStoreThatIsConfigured() throws Exception {
        LogKey.createPkcs12(folder.resolve("store.p12"));
        Path file = folder.resolve("site-1.jca");
        Files.writeString(file, "type=PKCS12\nprovider=SunJSSE\nfile=store.p12\nalias=key\n");
        assertThrows(
                IOException.class, () -> LogKey.read(file, LOG), "that provider opens the store and has no Ed25519");
        Files.writeString(file, "type=PKCS12\nfile=store.p12\nalias=key\n");
        signs(LogKey.read(file, LOG));
        for (String wrong : List.of("alias=none", "provider=Nobody", "providerClass=no.such.Class")) {
            Files.writeString(file, "type=PKCS12\nfile=store.p12\n" + wrong + "\n");
            IOException refused = assertThrows(IOException.class, () -> LogKey.read(file, LOG), wrong);
            assertTrue(refused.getMessage().startsWith("LG-202"), refused.getMessage());
        }
    }

    @Test
    void aLogGoesOnUnderANewKeyOnlyWhereTheOldOneIsNamed() throws Exception {
        MemoryLogStore store = new MemoryLogStore();
        SignedNote.Signer old = LogKey.readOrCreate(folder.resolve("old.pem"), LOG);
        SignedNote.Signer fresh = LogKey.readOrCreate(folder.resolve("fresh.pem"), LOG);
        byte[] first = "first".getBytes(StandardCharsets.UTF_8);
        byte[] second = "second".getBytes(StandardCharsets.UTF_8);
        new LogPublisher(store, LOG, old).publish(0, List.of(first));
        assertThrows(ForkException.class, () -> new LogPublisher(store, LOG, fresh).publish(0, List.of(first, second)));
        new LogPublisher(store, LOG, fresh, List.of(old.verifier())).publish(0, List.of(first, second));
        Checkpoint head = Checkpoint.open(store.files.get(Tiles.CHECKPOINT), LOG.origin(), fresh.verifier());
        assertEquals(2, head.size());
    }
}
