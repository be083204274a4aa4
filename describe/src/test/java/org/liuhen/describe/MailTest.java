package org.liuhen.describe;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MailTest {
    @Test
    void headersAreReadByTheCharacterSetOfTheBodyAndOneThatDoesNotExistStopsNothing() {
        for (String first : new String[] {"_x", "-", "no-such-set", ":"}) {
            byte[] subject = "Subject: 现场勘验笔录".getBytes(Charset.forName("GB18030"));
            String mail = new String(subject, StandardCharsets.ISO_8859_1) + "\r\nContent-Type: text/plain; charset="
                    + first + "\r\n\r\nContent-Type: text/html; charset=gb18030\r\n";
            byte[] readable = Mail.readable(mail.getBytes(StandardCharsets.ISO_8859_1));
            assertTrue(
                    new String(readable, StandardCharsets.US_ASCII)
                            .startsWith("Subject: =?UTF-8?B?546w5Zy65YuY6aqM56yU5b2V?="),
                    first);
        }
    }
}
