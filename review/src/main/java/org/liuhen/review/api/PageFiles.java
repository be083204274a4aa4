package org.liuhen.review.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import io.javalin.router.JavalinDefaultRoutingApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.liuhen.access.Act;
import org.liuhen.custody.bag.VerifyPage;
import org.liuhen.custody.evidence.Sha256Digest;
import org.liuhen.review.http.Gzip;

/** Serves the files of the module {@code page}. They hold no data, so everybody may fetch them. */
final class PageFiles {
    /** The scripts. {@code tus.js} is tus-js-client 4.3.1 of npm without a change; a test compares them. */
    static final List<String> SCRIPTS = List.of(
            "words.js",
            "admissions.js",
            "forms.js",
            "notes.js",
            "notices.js",
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
            "query.js",
            "rows.js",
            "many.js",
            "batch.js",
            "names.js",
            "numbers.js",
            "saved.js",
            "signin.js",
            "help.js",
            "chain.js",
            "item.js",
            "facts.js",
            "play.js",
            "pictures.js",
            "desk.js",
            "gaps.js",
            "handover.js",
            "cases.js",
            "controls.js",
            "devices.js",
            "once.js",
            "paper.js",
            "proof.js",
            "exports.js",
            "qr.js",
            "recorded.js",
            "record.js",
            "rules.js",
            "settings.js",
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

    /** The files that were asked for, by their names; they are the program's own, and do not change while it runs. */
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

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
        routes.get("/leaflet/{file}", this::leaflet, Act.PUBLIC);
        routes.get("/", context -> file(context, "/org/liuhen/page/page.html", "text/html"), Act.PUBLIC);
        routes.get(
                "/api/openapi.json",
                context -> file(context, "/org/liuhen/review/openapi.json", "application/json"),
                Act.PUBLIC);
        routes.get("/page.css", context -> file(context, "/org/liuhen/page/page.css", "text/css"), Act.PUBLIC);
        for (String script : SCRIPTS) {
            routes.get(
                    "/" + script,
                    context -> file(context, "/org/liuhen/page/" + script, "text/javascript"),
                    Act.PUBLIC);
        }
        Kept verifier = Kept.of(VerifyPage.script().getBytes(UTF_8));
        routes.get("/verify.js", context -> serve(context, "text/javascript", verifier), Act.PUBLIC);
    }

    private void pdfJs(Context context, String folder, String names, String type) {
        String file = context.pathParam("file");
        if (!file.matches(names) || PageFiles.class.getResource(PDF_JS + folder + file) == null) {
            throw new NotFoundResponse();
        }
        file(context, PDF_JS + folder + file, type);
    }

    private void leaflet(Context context) {
        String file = context.pathParam("file");
        if (!file.matches("leaflet-src\\.esm\\.js|leaflet\\.css")) {
            throw new NotFoundResponse();
        }
        file(context, LEAFLET + file, file.endsWith("css") ? "text/css" : "text/javascript");
    }

    private void file(Context context, String name, String type) {
        serve(context, type, kept.computeIfAbsent(name, PageFiles::read));
    }

    private static Kept read(String name) {
        try (InputStream part = PageFiles.class.getResourceAsStream(name)) {
            byte[] bytes = part.readAllBytes();
            return Kept.of(name.endsWith("/page.html") ? withPreloads(bytes) : bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException("The program's own file " + name + " cannot be read", failed);
        }
    }

    /** Names the modules in the page, so that a browser fetches all of them at once and not each when another one asks for it. */
    private static byte[] withPreloads(byte[] page) {
        String links = SCRIPTS.stream()
                .filter(script -> !script.equals("tus.js")) // a script, and no module
                .map(script -> "<link rel=\"modulepreload\" href=\"" + script + "\">\n")
                .collect(joining());
        return new String(page, UTF_8).replace("</head>", links + "</head>").getBytes(UTF_8);
    }

    /** A file as it is sent: its bytes, these in gzip, and the entity tag of both (RFC 9110 §8.8.3: weak, for it is one for two codings). */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Kept(byte[] bytes, byte[] gzip, String tag) {
        static Kept of(byte[] bytes) {
            return new Kept(
                    bytes, Gzip.of(bytes), "W/\"" + Sha256Digest.of(bytes).hex() + "\"");
        }
    }

    /**
     * Sends a page or a part of one. A browser asks each time whether its copy still stands (RFC 9110 §13.1.2), so that nobody works with the page
     * of an older version. Allows scripts and styles of this site only, so a file name or a reason with markup does nothing.
     */
    private static void serve(Context context, String type, Kept file) {
        context.header(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; img-src blob:;"
                        + " media-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Referrer-Policy", "no-referrer");
        context.header("Cross-Origin-Opener-Policy", "same-origin");
        context.header("Cross-Origin-Resource-Policy", "same-origin");
        context.header("Cache-Control", "no-cache");
        context.header("ETag", file.tag());
        context.header("Vary", "Accept-Encoding");
        String has = context.header("If-None-Match");
        if (has != null && List.of(has.split("\\s*,\\s*")).contains(file.tag())) {
            context.status(304);
            return;
        }
        context.contentType(type + "; charset=utf-8");
        if (Gzip.isAccepted(context.header("Accept-Encoding"))) {
            context.header("Content-Encoding", "gzip").result(file.gzip());
        } else {
            context.result(file.bytes());
        }
    }

    /** Sends a page that was made of the program's own files. */
    static void page(Context context, String page) {
        serve(context, "text/html", Kept.of(page.getBytes(UTF_8)));
    }
}
