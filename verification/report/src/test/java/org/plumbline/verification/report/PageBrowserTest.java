package org.plumbline.verification.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Pages opened from disk in a real browser, without a network. */
class PageBrowserTest {
    /** Names of elements that templates and scripts make. */
    private static final Set<String> KNOWN = Set.of("html", "head", "meta", "title", "link", "style", "body",
            "a", "header",
            "p", "span", "nav", "ul", "li", "main", "h1", "h2", "h3", "h4", "h5", "section", "bdi", "strong",
            "div", "button",
            "details", "summary", "figure", "figcaption", "table", "thead", "tbody", "tr", "th", "td", "form",
            "fieldset",
            "legend", "label", "input", "select", "option", "output", "article", "dl", "dt", "dd", "i", "q",
            "code", "pre",
            "footer", "script", "noscript", "svg", "g", "path", "rect", "line", "circle", "text");

    @TempDir
    private static Path folder;

    private static Browser browser;
    private static URI plain;

    @BeforeAll
    static void start() throws IOException {
        Assumptions.assumeTrue(Browser.executable().isPresent(),
                "no Chromium: pages are not opened in a browser (PLUMBLINE_CHROMIUM names one)");
        browser = Browser.start();
        browser.dark(false);
        plain = written("plain.html", Pages.page(1, 2, 6, 40, 3, Pages.words(2)));
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    /** Nothing was loaded, nothing was blocked, and nothing went wrong. */
    @AfterEach
    void isQuiet() {
        if (browser != null) {
            assertEquals(List.of(), browser.complaints());
            assertEquals(List.of(), browser.requests().stream().filter(address -> !address.startsWith("file:")
                    && !address.startsWith("data:") && !address.startsWith("blob:")).toList());
            browser.scripts(true);
            browser.dark(false);
            browser.size(1280, 900);
        }
    }

    private static URI written(String name, ReportPage page) throws IOException {
        return Files.write(folder.resolve(name), PageWriter.html(page).getBytes(StandardCharsets.UTF_8)).toUri();
    }

    private static int count(String selector) {
        return browser.eval("document.querySelectorAll(" + quoted(selector) + ").length").asInt();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "\\'") + "'";
    }

    private static String text(String selector) {
        return browser.eval("document.querySelector(" + quoted(selector) + ").textContent").asString();
    }

    private static void click(String selector) {
        browser.eval("document.querySelector(" + quoted(selector) + ").click()");
    }

    private static void choose(String selector, String value) {
        browser.eval("(() => { const s = document.querySelector(" + quoted(selector) + "); s.value = " + quoted(value)
                + "; s.dispatchEvent(new Event(s.type === 'search' ? 'input' : 'change')); })()");
    }

    private static int shown() {
        return browser.eval("[...document.querySelectorAll('#q1 .card')].filter(c => !c.hidden).length").asInt();
    }

    private static String first(String list) {
        return browser.eval("document.querySelectorAll('#q1 .list')[" + (list.equals("raise") ? 0 : 1)
                + "].querySelector('.card').dataset.sequence").asString();
    }

    @Test
    void tokenScoresAreSwitched() {
        browser.openPage(plain);
        String before = colors();
        String says = text("#q1 .kind-says");
        click("#q1 input[value=output]");
        assertFalse(before.equals(colors()));
        assertFalse(says.equals(text("#q1 .kind-says")));
        String predicted = colors();
        click("#q1 input[value=input]");
        assertFalse(predicted.equals(colors()));
        click("#q1 input[value=gradient]");
        assertEquals(before, colors(), "the colors of the server are those of the script");
    }

    private static String colors() {
        return browser.eval("[...document.querySelectorAll('#q1 .heat i')].map(i => i.className).join()").asString();
    }

    @Test
    void arrowKeysReadTokensOut() {
        browser.openPage(plain);
        browser.eval("document.querySelector('#q1-s0 .heat').focus()");
        browser.press("ArrowRight", 39);
        assertTrue(text("#q1-s0 .readout").startsWith("Token 0, "), text("#q1-s0 .readout"));
        browser.press("End", 35);
        assertTrue(text("#q1-s0 .readout").startsWith("Token 39, "), text("#q1-s0 .readout"));
    }

    @Test
    void sequencesAreFilteredAndSorted() {
        browser.openPage(plain);
        assertEquals(12, shown());
        choose("#q1 .field", "source");
        choose("#q1 .value", "even");
        assertEquals(6, shown());
        choose("#q1 .search", "no such word");
        assertEquals(0, shown());
        assertEquals("0 of 12 shown", text("#q1 .shown-count"));
        choose("#q1 .search", "");
        choose("#q1 .field", "");
        click("#q1 .hide-spurious");
        assertEquals(6, shown());
        click("#q1 .hide-spurious");
        assertEquals("0", first("raise"));
        choose("#q1 .sort", "sparsity");
        assertEquals("1", first("raise"));
        choose("#q1 .sort", "score");
        assertEquals("0", first("raise"));
    }

    @Test
    void tokensOfTheCompletionAreSelected() {
        browser.openPage(plain);
        String whole = text("#q1-s0 .raw");
        click("#q1 .chip");
        assertEquals("false",
            browser.eval("document.querySelector('#q1 .chip').getAttribute('aria-pressed')").asString());
        assertFalse(whole.equals(text("#q1-s0 .raw")));
        assertTrue(text("#q1-s0 .of-share").contains(whole));
        click("#q1 .chip.all");
        assertEquals(whole, text("#q1-s0 .raw"));
    }

    @Test
    void aCardIsCopiedAndItsLayersAreDrawn() {
        browser.openPage(plain);
        click("#q1-s0 .look");
        assertEquals(2, count("#q1-s0 .matrix svg"));
        assertTrue(count("#q1-s0 .matrix rect[class]") > 3);
        browser.eval("navigator.clipboard.writeText = async text => { window.copied = text; }; 1");
        click("#q1-s0 .copy");
        browser.await("window.copied !== undefined");
        JsonNode copied = browser.eval("JSON.parse(window.copied)");
        assertEquals(40, copied.path("tokens").size());
        assertEquals("nats", copied.path("unit").asString());
        assertTrue(count("#q1 .histogram rect") > 5 && count("#q1 .coverage .curve") == 1);
        assertTrue(count("#q1 .profile rect") >= 6);
    }

    @Test
    void twoQuestionsAreCompared() {
        browser.openPage(plain);
        int rows = count("#compare tbody tr");
        assertEquals(12, rows);
        choose("#compare .second", "q1");
        assertTrue(browser.eval("[...document.querySelectorAll('#compare tbody tr')]"
                + ".every(row => row.lastChild.textContent === '0')").asBoolean());
    }

    @Test
    void longSequencesAreFoldedAndUnfoldedOnPaper() throws IOException {
        browser.openPage(written("long.html", Pages.page(3, 1, 3, 300, 2, Pages.words(3))));
        assertEquals(6, count(".fold:not([open])"));
        click("#q1-s0 .fold summary");
        assertEquals(1, count(".fold[open]"));
        browser.eval("dispatchEvent(new Event('beforeprint'))");
        assertEquals(6, count(".fold[open]"));
        byte[] pdf = browser.pdf();
        assertEquals("%PDF", new String(pdf, 0, 4, StandardCharsets.US_ASCII));
    }

    @Test
    void everythingIsReadWithScriptsOff() {
        browser.scripts(false);
        browser.open(plain);
        // Evaluation from outside is not a script of the page.
        String all = browser.eval("document.body.innerText").asString();
        assertTrue(all.contains("nats") && all.contains("Supporting") && all.contains("no bound"), all);
        assertEquals(24, count(".card .heat"));
        assertTrue(count(".heat .p9") > 0);
        assertEquals(0, browser.eval("[...document.querySelectorAll('.controls')].filter(c => !c.hidden).length")
                .asInt());
    }

    @Test
    void pagesFitFromNarrowToWide() {
        for (int width : IntStream.of(360, 520, 768, 1280, 2560).toArray()) {
            browser.size(width, 900);
            browser.openPage(plain);
            click("#q1-s0 .look");
            assertTrue(browser.eval("document.documentElement.scrollWidth").asInt() <= width, "at " + width);
        }
    }

    @Test
    void axeFindsNothingSerious() throws IOException {
        URI page = written("axe.html", Pages.page(4, 2, 3, 150, 2, Pages.words(4)));
        String axe = PageAssets.read("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js");
        for (boolean dark : List.of(false, true)) {
            browser.dark(dark);
            browser.openPage(page);
            browser.eval("document.querySelectorAll('details').forEach(d => { d.open = true; }); "
                    + "document.querySelector('#q1-s0 .look').click(); "
                    // What is not drawn yet has no place, and axe asks what lies there.
                    + "document.querySelectorAll('.card').forEach(c => { c.style.contentVisibility = 'visible'; })");
            browser.eval(axe + "; 1");
            JsonNode found = browser.eval("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations"
                    + ".filter(v => ['serious', 'critical'].includes(v.impact))"
                    + ".map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html + ' ' + n.failureSummary)))");
            assertEquals("[]", found.toString(), dark ? "dark" : "light");
            // It paints pixels to measure contrast, and the browser has an opinion on how.
            browser.open(URI.create("about:blank#" + dark));
        }
    }

    /** Nothing of a text becomes an element, an attribute that runs, or an address; and the text is all there. */
    @Test
    void hostileTextStaysText() throws IOException {
        for (int seed = 1; seed <= 12; seed++) {
            ReportPage page = Pages.page(seed, 2, 3, 12, 2, HostileText.of(seed));
            browser.openPage(written("hostile.html", page));
            for (String field : List.of("input[value=output]", ".look", ".chip", ".chip.all")) {
                click("#q1 " + field);
            }
            requireHarmless("seed " + seed);
            assertEquals(6 * 12, count("#q1 .heat > i"));
            assertEquals(page.questions().getFirst().prompt(), wellFormed(browser.eval(
                    "JSON.parse(document.getElementById('data').textContent).questions[0].prompt").asString(),
            page.questions().getFirst().prompt()));
        }
    }

    /** A lone surrogate cannot be written in UTF-8, and becomes another character on its way. */
    private static String wellFormed(String found, String expected) {
        return expected.codePoints().anyMatch(c -> c >= 0xd800 && c < 0xe000) ? expected : found;
    }

    private static void requireHarmless(String page) {
        assertEquals("undefined", browser.eval("typeof window.hacked").asString(), page);
        JsonNode names = browser.eval("[...new Set([...document.querySelectorAll('*')].map(e => e.localName))]");
        names.forEach(name -> assertTrue(KNOWN.contains(name.asString()), page + ": <" + name.asString() + ">"));
        assertEquals("[]", browser.eval("[...document.querySelectorAll('*')].flatMap(e => [...e.attributes])"
                + ".filter(a => a.name.startsWith('on') || a.name === 'style' || a.name === 'srcdoc'"
                + " || ['href', 'src', 'action', 'formaction'].includes(a.name) && !/^(#|data:,$)/.test(a.value))"
                + ".map(a => a.name + '=' + a.value)").toString(), page);
        assertEquals(3, count("script"), page);
        assertEquals(1, count("style"), page);
    }

    /** Ten megabytes in one document, without a space. */
    @Test
    void aHugeDocumentStaysInItsPlace() throws IOException {
        String huge = "<b>x".repeat(2_500_000);
        ReportPage small = Pages.page(1, 1, 1, 9, 1, Pages.words(1));
        Question question = small.questions().getFirst();
        Card card = question.supporting().getFirst();
        Card large = new Card(1, 0, card.documents(), card.raw(), card.perCopy(), card.share(), null, null, false, null,
                huge, List.of(), Card.TokenValues.NONE, new double[0], new double[0][], new double[0]);
        ReportPage page = new ReportPage(HostileText.all(), List.of(new Question("q1", huge, huge, HostileText.all(),
                List.of(), null, question.sign(), List.of(), List.of(large), List.of(), question.whole(), List.of(),
                Keywords.of(List.of(huge), List.of()), Map.of())), small.trust(), "");
        browser.size(800, 900);
        browser.openPage(written("huge.html", page));
        requireHarmless("huge");
        assertTrue(browser.eval("document.documentElement.scrollWidth").asInt() <= 800);
    }

    /** If a text became a script after all, the policy would stop it. */
    @Test
    void thePolicyStopsWhatEscapingMissed() throws IOException {
        String html = PageWriter.html(Pages.page(1, 1, 1, 9, 1, Pages.words(1))).replace("</main>",
                "<script>window.hacked=1</script><img src=x onerror='window.hacked=2'></main>");
        browser.openPage(Files.writeString(folder.resolve("broken.html"), html).toUri());
        assertEquals("undefined", browser.eval("typeof window.hacked").asString());
        assertTrue(browser.complaints().toString().contains("Content Security Policy"));
        browser.open(URI.create("about:blank#done"));
    }
}
