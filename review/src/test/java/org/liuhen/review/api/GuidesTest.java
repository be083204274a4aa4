package org.liuhen.review.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GuidesTest {
    private static final Pattern LINK = Pattern.compile("href=\"([^\"]*)\"");

    @Test
    void eachGuideIsAPageWhoseLinksLeadToWhatIsServed() throws Exception {
        int guides = 0;
        try (Stream<Path> files = Files.list(Path.of("../docs/users"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".md", "");
                String page = Guides.page(name);
                String heading = Files.readAllLines(file).get(0).substring(2);
                assertTrue(page.contains("<title>" + heading + "</title>"), name);
                assertTrue(page.contains("<h1>" + heading + "</h1>"), name);
                assertFalse(page.contains("../"), name);
                assertFalse(page.contains("|--"), name + " has a table that is none");
                Matcher links = LINK.matcher(page);
                while (links.find()) {
                    String to = links.group(1);
                    assertTrue(
                            to.equals("/page.css")
                                    || to.startsWith("https://")
                                    || (to.startsWith("/guides/")
                                            && !Guides.page(to.substring(8)).isEmpty()),
                            name + " leads to " + to);
                }
                guides++;
            }
        }
        assertEquals(8, guides);
    }
}
