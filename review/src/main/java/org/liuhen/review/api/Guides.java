package org.liuhen.review.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.commonmark.Extension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.liuhen.access.Act;

/** Serves the guides for people (docs/users) as pages, which the help leads to. They hold no data, so everybody may read them. */
final class Guides {
    private static final String NAMES = "(officers|supervisors|prosecutors|administrators)\\.(zh|en)";
    private static final List<Extension> TABLES = List.of(TablesExtension.create());

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get("/guides/{name}", Guides::guide, Act.PUBLIC);
    }

    private static void guide(Context context) throws IOException {
        String name = context.pathParam("name");
        if (!name.matches(NAMES)) {
            throw new NotFoundResponse();
        }
        PageFiles.page(context, page(name));
    }

    /**
     * A guide as HTML.
     *
     * @param name such as {@code officers.zh}
     * @throws IOException where it cannot be read
     */
    static String page(String name) throws IOException {
        Node guide;
        try (InputStream markdown = Guides.class.getResourceAsStream("/org/liuhen/page/guides/" + name + ".md")) {
            requireNonNull(markdown, "This build has no guide " + name + ": docs/users was not there when it was made");
            guide = Parser.builder().extensions(TABLES).build().parse(new String(markdown.readAllBytes(), UTF_8));
        }
        StringBuilder title = new StringBuilder();
        guide.accept(new Served(title));
        String body = HtmlRenderer.builder()
                .extensions(TABLES)
                .escapeHtml(true)
                .sanitizeUrls(true)
                .build()
                .render(guide);
        String language = name.endsWith("zh") ? "zh-CN" : "en";
        return "<!DOCTYPE html>\n<html lang=\"" + language + "\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" + title
                + "</title><link rel=\"stylesheet\" href=\"/page.css\"></head><body class=\"guide\"><main>\n" + body
                + "</main></body></html>\n";
    }

    /** Lets links lead to what is served: those to other guides go there, those to other documents are words alone. */
    private static final class Served extends AbstractVisitor {
        private final StringBuilder title;

        Served(StringBuilder title) {
            this.title = title;
        }

        @Override
        public void visit(Heading heading) {
            if (heading.getLevel() == 1 && heading.getFirstChild() instanceof Text text) {
                title.append(text.getLiteral());
            }
            visitChildren(heading);
        }

        @Override
        public void visit(Link link) {
            String to = link.getDestination();
            if (to.matches(NAMES + "\\.md")) {
                link.setDestination("/guides/" + to.substring(0, to.length() - 3));
            } else if (!to.matches("https?://.*")) {
                while (link.getFirstChild() != null) {
                    link.insertBefore(link.getFirstChild());
                }
                link.unlink();
            }
        }
    }
}
