package org.liuhen.custody.bag;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.liuhen.custody.event.ItemState;

/** The page {@code verify.html} of each package: one file, with the verifier and the state machine's table in it. */
public final class VerifyPage {
    private VerifyPage() {}

    /** The verifier and its tables as a script that another page can use: the same that each package brings along. */
    public static String script() {
        return tables() + "\n" + resource(VerifyPage.class, "verify.js");
    }

    private static String tables() {
        return "const STATES = " + resource(ItemState.class, "states.json").strip() + ";\nconst FORMS = "
                + resource(ItemState.class, "entry.schema.json").replaceAll("\\n *", "") + ";";
    }

    /** The page. */
    public static byte[] html() {
        return resource(VerifyPage.class, "verify.html")
                .replace("/*TABLES*/", tables())
                .replace("/*VERIFIER*/", resource(VerifyPage.class, "verify.js"))
                .getBytes(StandardCharsets.UTF_8);
    }

    static String resource(Class<?> beside, String name) {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(
                        "This build has no " + name + ": docs/formats was not there when it was made");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException impossible) {
            throw new IllegalStateException("The page is part of this program", impossible);
        }
    }
}
