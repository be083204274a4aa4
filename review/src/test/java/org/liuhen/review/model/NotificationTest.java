package org.liuhen.review.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationTest {
    private static final URI PAGE = URI.create("https://liuhen.example/station/");

    private static String link(String place) {
        return new Notification("msg_1", "note.named", "044001", "", Instant.EPOCH, place, "")
                .link(PAGE)
                .toString();
    }

    @Test
    void itsAddressIsThatOfItsPlaceOnThePage() {
        assertEquals("https://liuhen.example/station/#/item/01a", link("#/item/01a"));
        assertEquals("https://liuhen.example/station/#/item/01a?part=review", link("#/item/01a?part=review"));
    }

    /** Whoever can write into PostgreSQL sends nobody to another site. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://elsewhere.example/",
                "//elsewhere.example/",
                "../x",
                "javascript:1",
                "",
                "#/ no place\n",
                "#/%zz"
            })
    void whatIsNoPlaceOfThePageLeadsToWhatWaits(String altered) {
        assertEquals("https://liuhen.example/station/#/", link(altered));
    }
}
