package org.liuhen.review.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.liuhen.access.Act;
import org.liuhen.custody.bag.VerifyPage;

/** Serves the files of the module {@code page}. They hold no data, so everybody may fetch them. */
final class PageFiles {
    /** The scripts. {@code tus.js} is tus-js-client 4.3.1 of npm without a change; a test compares them. */
    static final List<String> SCRIPTS = List.of(
            "words.js",
            "admissions.js",
            "forms.js",
            "notes.js",
            "track.js",
            "core.js",
            "format.js",
            "periods.js",
            "charts.js",
            "figures.js",
            "trail.js",
            "typed.js",
            "icons.js",
            "list.js",
            "rows.js",
            "many.js",
            "names.js",
            "numbers.js",
            "saved.js",
            "signin.js",
            "help.js",
            "chain.js",
            "item.js",
            "play.js",
            "desk.js",
            "gaps.js",
            "handover.js",
            "cases.js",
            "controls.js",
            "devices.js",
            "once.js",
            "paper.js",
            "exports.js",
            "qr.js",
            "recorded.js",
            "record.js",
            "rules.js",
            "strip.js",
            "map.js",
            "tour.js",
            "signing.js",
            "upload.js",
            "unfinished.js",
            "page.js",
            "people.js",
            "titles.js",
            "table.js",
            "timeline.js",
            "together.js",
            "tus.js",
            "units.js",
            "viewer.js");

    /** PDF.js: for older browsers, too, which is what {@code legacy} means. */
    private static final String PDF_JS = "/META-INF/resources/webjars/pdfjs-dist/4.10.38/";

    /** Leaflet, as a module. */
    private static final String LEAFLET = "/META-INF/resources/webjars/leaflet/1.9.4/dist/";

    void addTo(JavalinDefaultRoutingApi routes) {
        routes.get(
                "/pdfjs/{file}",
                context -> pdfJs(context, "legacy/build/", "pdf(\\.worker)?\\.min\\.mjs", "text/javascript"),
                Act.PUBLIC);
        routes.get(
                "/pdfjs/cmaps/{file}",
                context -> pdfJs(context, "cmaps/", "[A-Za-z0-9-]+\\.bcmap", "application/octet-stream"),
                Act.PUBLIC);
        routes.get(
                "/pdfjs/fonts/{file}",
                context -> pdfJs(context, "standard_fonts/", "[A-Za-z-]+\\.(pfb|ttf)", "application/octet-stream"),
                Act.PUBLIC);
        routes.get("/leaflet/{file}", PageFiles::leaflet, Act.PUBLIC);
        routes.get("/", context -> serve(context, "/org/liuhen/page/page.html", "text/html"), Act.PUBLIC);
        routes.get(
                "/api/openapi.json",
                context -> serve(context, "/org/liuhen/review/openapi.json", "application/json"),
                Act.PUBLIC);
        routes.get("/page.css", context -> serve(context, "/org/liuhen/page/page.css", "text/css"), Act.PUBLIC);
        for (String script : SCRIPTS) {
            routes.get(
                    "/" + script,
                    context -> serve(context, "/org/liuhen/page/" + script, "text/javascript"),
                    Act.PUBLIC);
        }
        routes.get(
                "/verify.js",
                context -> serve(context, "text/javascript", VerifyPage.script().getBytes(UTF_8)),
                Act.PUBLIC);
    }

    private static void pdfJs(Context context, String folder, String names, String type) throws IOException {
        String file = context.pathParam("file");
        if (!file.matches(names) || PageFiles.class.getResource(PDF_JS + folder + file) == null) {
            throw new NotFoundResponse();
        }
        serve(context, PDF_JS + folder + file, type);
    }

    private static void leaflet(Context context) throws IOException {
        String file = context.pathParam("file");
        if (!file.matches("leaflet-src\\.esm\\.js|leaflet\\.css")) {
            throw new NotFoundResponse();
        }
        serve(context, LEAFLET + file, file.endsWith("css") ? "text/css" : "text/javascript");
    }

    private static void serve(Context context, String name, String type) throws IOException {
        try (InputStream part = PageFiles.class.getResourceAsStream(name)) {
            serve(context, type, part.readAllBytes());
        }
    }

    /** Allows scripts and styles of this site only, so a file name or a reason with markup does nothing. */
    static void serve(Context context, String type, byte[] part) {
        context.header(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; img-src blob:;"
                        + " media-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Referrer-Policy", "no-referrer");
        context.header("Cross-Origin-Opener-Policy", "same-origin");
        context.header("Cross-Origin-Resource-Policy", "same-origin");
        context.header("Cache-Control", "no-cache");
        context.contentType(type + "; charset=utf-8").result(part);
    }
}
