package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.verification.report.Browser;

/**
 * Runs the commands of {@code docs/worked-example.md} and {@code docs/first-hour.md} one after the other and compares
 * what they print with the pages; with {@code -Dplumbline.tables.write=true} it writes the pages instead. The second
 * page uses the model of the first.
 *
 * <p>Commands run inside this process: {@code target/example} becomes a temporary folder. Everything is in double
 * precision, so that another order of sums, which moves the 16th digit, does not move the few digits that are printed.
 */
class WorkedExampleTest {
    private static final List<Path> PAGES =
            List.of(Path.of("../../docs/worked-example.md"), Path.of("../../docs/first-hour.md"));
    private static final String HARBOR =
            "../../corpora/src/main/resources/org/plumbline/corpora/harbor/documents.jsonl";
    private static final String FOLDER = "target/example";

    /** What a reader is to put into a file. */
    private static final Pattern FILE = Pattern.compile(
            "into\\s`target/example/([\\w.-]+)`[^`]*```jsonl?\n(.*?)```", Pattern.DOTALL);

    /** A block of one command, which may go on after a backslash, and its output. */
    private static final Pattern BLOCK = Pattern.compile(
            "```console\n\\$ ((?:[^\n]*\\\\\n)*[^\n]*\n)(.*?)```", Pattern.DOTALL);

    /** A word, or what is between quotation marks. */
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

    @TempDir
    private Path folder;

    @Test
    void thePagesShowWhatTheirCommandsPrint() throws IOException {
        for (Path path : PAGES) {
            showsWhatItsCommandsPrint(path);
        }
        thePagesOfTheExampleAreShown();
    }

    /** With what the commands left: the pages of docs/report.md, opened in a browser, and their pictures. */
    private void thePagesOfTheExampleAreShown() throws IOException {
        Path page = folder.resolve("report.html");
        plumbline(List.of("query", "--model", folder + "/model", "--factors", folder + "/factors", "--precision",
                "double", "--top", "10", "--data", HARBOR, "--prompt", "otto lives by the", "--completion",
                " stone bridge", "--against", " tall tower", "--html", page.toString()));
        assertTrue(plumbline(List.of("report", "--scores", folder + "/scores", "--data", HARBOR, "--top", "3",
                "--out", folder + "/many.html")).contains("30 queries"));
        if (Browser.executable().isEmpty()) {
            System.out.println("no Chromium: the pages of the example are not opened");
            return;
        }
        try (Browser browser = Browser.start()) {
            browser.size(1200, 900);
            browser.dark(false);
            browser.openPage(folder.resolve("many.html").toUri());
            assertEquals(List.of(), browser.complaints());
            browser.openPage(page.toUri());
            picture(browser, "report-light.png", 1200, 1500, "scrollTo(0, 0)");
            browser.dark(true);
            picture(browser, "report-dark.png", 1200, 1000, "document.querySelector('#q1-s91 .look').click(); "
                    + "document.querySelector('#q1-sequences').scrollIntoView()");
            browser.dark(false);
            picture(browser, "report-narrow.png", 400, 900, "document.querySelector('#q1-s91').scrollIntoView()");
            assertEquals(List.of(), browser.complaints());
            assertTrue(browser.requests().stream().allMatch(one -> one.startsWith("file:") || one.startsWith("data:")));
        }
    }

    private static void picture(Browser browser, String name, int width, int height, String script)
            throws IOException {
        browser.size(width, height);
        browser.eval(script + "; 1");
        // Two frames later what has come into view is drawn.
        browser.eval("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
        byte[] picture = browser.screenshot();
        if (Boolean.getBoolean("plumbline.tables.write")) {
            Files.write(Path.of("../../docs", name), picture);
        }
    }

    private void showsWhatItsCommandsPrint(Path path) throws IOException {
        String page = Files.readString(path);
        Matcher files = FILE.matcher(page);
        assertTrue(files.find(), "each page has a file to write");
        do {
            Files.writeString(folder.resolve(files.group(1)), files.group(2));
        } while (files.find());
        String found = BLOCK.matcher(page).replaceAll(block -> Matcher.quoteReplacement(
                "```console\n$ " + block.group(1) + output(block).replace(folder.toString(), FOLDER) + "```"));
        if (Boolean.getBoolean("plumbline.tables.write")) {
            Files.writeString(path, found);
        } else {
            assertEquals(page, found, () -> path.getFileName() + " is out of date; write it anew with"
                    + " -Dplumbline.tables.write=true and look at what changed");
        }
    }

    private String output(MatchResult block) {
        List<String> words = new ArrayList<>();
        WORD.matcher(block.group(1).replace("\\\n", " ")).results().forEach(word -> words.add(
                word.group(1) != null ? word.group(1)
                        : word.group(2).replace(FOLDER, folder.toString())
                                .replaceFirst("^corpora/", "../../corpora/")));
        try {
            return switch (words.removeFirst()) {
                case "./plumbline" -> plumbline(words);
                case "ls" -> names(Path.of(words.getLast()));
                case "head" -> Files.readAllLines(Path.of(words.getLast())).getFirst() + "\n";
                default -> throw new AssertionError("a command that this test does not know: " + block.group(1));
            };
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String plumbline(List<String> words) {
        CommandLineRun run = CommandLineRun.of(words.toArray(String[]::new));
        assertEquals(0, run.status(), run.err());
        return run.out().replaceAll("[ \t]+(?=\n)", "").stripTrailing() + "\n";
    }

    private static String names(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.map(file -> file.getFileName().toString()).sorted().collect(Collectors.joining("\n")) + "\n";
        }
    }
}
