package org.plumbline.verification.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.plumbline.io.Hashes;

/**
 * Style and scripts of a page, and the policy that allows these and nothing else: each is named by its SHA-256, so that
 * no other script and no other style counts, whatever a text smuggles in.
 *
 * @param style the style sheet
 * @param library the charts' library
 * @param script the page's own
 * @param askScript that of the page to ask on
 */
public record PageAssets(String style, String library, String script, String askScript) {
    private static final PageAssets ALL = new PageAssets(read("report.css"),
            read("/META-INF/resources/webjars/d3/7.9.0/dist/d3.min.js"),
            List.of("page.js", "heat.js", "cards.js", "charts.js", "start.js").stream()
                    .map(PageAssets::read).collect(Collectors.joining("\n", "(() => {\n\"use strict\";\n", "})();\n")),
            read("ask.js"));

    /** Those that come with this module. */
    public static PageAssets all() {
        return ALL;
    }

    /** The policy, for the element {@code meta} of a page or the header of an answer. */
    public String policy() {
        return "default-src 'none'; script-src " + hash(library) + " " + hash(script) + "; style-src " + hash(style)
                + "; img-src data:; base-uri 'none'; form-action 'none'";
    }

    /** The policy of the page to ask on, which asks its own server. */
    public String askPolicy() {
        return "default-src 'none'; script-src " + hash(askScript) + "; style-src " + hash(style)
                + "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";
    }

    /** The policy of a page without scripts. */
    public String stillPolicy() {
        return "default-src 'none'; style-src " + hash(style) + "; img-src data:; base-uri 'none'; form-action 'none'";
    }

    /** The description of the interface for programs, in OpenAPI's JSON. */
    public static String openApi() {
        return read("openapi.json");
    }

    static String hash(String inline) {
        byte[] digest = Hashes.sha256().digest(inline.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }

    static String read(String name) {
        try (InputStream stream = PageAssets.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException(name + " is missing from the class path");
            }
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
            // Inside an element, this would end it.
            if (text.contains("</script") || text.contains("</style") || text.contains("<!--")) {
                throw new IllegalStateException(name + " cannot stand inside a page");
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
