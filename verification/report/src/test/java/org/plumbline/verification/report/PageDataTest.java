package org.plumbline.verification.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;

/** What is inside a page, without a browser. */
class PageDataTest {
    private static final Pattern INLINE = Pattern.compile("<(script|style)>(.*?)</\\1>", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Property(tries = 300)
    void escapedJsonIsTheSameJsonAndHoldsNoMarkup(@ForAll String text) {
        String json = Json.line(Map.of("text", text, text, "name"));
        String escaped = PageData.escaped(json);
        assertEquals(Json.parse(Path.of("x"), json.getBytes(StandardCharsets.UTF_8)),
                Json.parse(Path.of("x"), escaped.getBytes(StandardCharsets.UTF_8)));
        assertFalse(escaped.matches("(?s).*[<>&\u2028\u2029].*"));
    }

    /** The limit is the one that pages promise: 50 sequences of 512 tokens in less than 5 MB, with 24 layers. */
    @Test
    void aPageOfFiftySequencesIsSmall() {
        ReportPage page = Pages.page(1, 1, 25, 512, 24, Pages.words(1));
        int bytes = PageWriter.html(page).getBytes(StandardCharsets.UTF_8).length;
        assertTrue(bytes < 5_000_000, bytes + " bytes");
    }

    /** Every script and style that counts is in the policy, and nothing else is. */
    @Test
    void thePolicyNamesWhatIsInside() {
        String html = PageWriter.html(Pages.page(1, 2, 2, 9, 2, HostileText.of(1))).replace("&#39;", "'");
        long inline = INLINE.matcher(html).results()
                .peek(found -> assertTrue(html.contains(PageAssets.hash(found.group(2))), found.group(1))).count();
        assertEquals(3, inline);
        assertTrue(html.contains("default-src 'none'"));
        assertFalse(PageAssets.all().policy().contains("unsafe"));
    }

    @Test
    void aPageReplacesPagesAlone() throws IOException {
        Path file = folder.resolve("page.html");
        String html = PageWriter.html(Pages.page(1, 1, 1, 9, 1, Pages.words(1)));
        PageWriter.write(file, html);
        PageWriter.write(file, html);
        assertEquals(html, Files.readString(file));
        Path other = Files.writeString(folder.resolve("other.html"), "<p>mine</p>");
        assertTrue(assertThrows(InputException.class, () -> PageWriter.write(other, html)).getMessage()
                .contains("no page of Plumbline"));
        assertEquals("<p>mine</p>", Files.readString(other));
        assertThrows(InputException.class, () -> PageWriter.require(folder));
        assertTrue(assertThrows(InputException.class, () -> PageWriter.require(folder.resolve("no/page.html")))
                .getMessage().contains("found no folder"));
    }

    /** A page of one sequence without tokens, layers or metadata, as a folder of scores may give it. */
    @Test
    void whatIsNotKnownIsLeftOut() {
        Card bare = new Card(1, 7, List.of(), 1.5, 0.015, 1, null, null, false, null, "", List.of(),
                Card.TokenValues.NONE, new double[0], new double[0][], new double[0]);
        Question question = new Question("q1", "name", "", "", List.of(), null, "positive: more", List.of(),
                List.of(bare), List.of(), Distribution.of(new double[] {1.5, 0}),
                List.of(), Keywords.of(List.of(""), List.of()), Map.of(7, 1.5));
        String html = PageWriter.html(new ReportPage("t", List.of(question),
                Trust.of(List.of(), Map.of(), null), ""));
        assertTrue(html.contains("no bound"));
        assertTrue(html.contains("sequence 7"));
    }
}
