package org.plumbline.influence.corpus;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.plumbline.io.AtomicFiles;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.StoreFolder;
import org.plumbline.text.PromptedText;

/** A query's report as files: {@code report.json}, {@code ranking.jsonl} and {@code ranking.csv}. */
public final class InfluenceFiles {
    private InfluenceFiles() {}

    /**
     * Claims a folder for the report of a query, before any work.
     *
     * @throws InputException if the folder holds something else, or the report of another query
     */
    public static StoreFolder claim(Path folder, PromptedText text, QuerySettings settings) {
        SequencedMap<String, String> identity = new LinkedHashMap<>();
        identity.put("prompt", text.prompt());
        identity.put("completion", text.completion());
        identity.put("filter", settings.filter().describe());
        identity.put("top", Integer.toString(settings.top()));
        identity.put("recall", Boolean.toString(settings.recall()));
        identity.put("output tokens", Boolean.toString(settings.outputTokens()));
        identity.put("input tokens", Boolean.toString(settings.inputTokens()));
        return StoreFolder.claim(folder, "report", identity);
    }

    /**
     * Writes the three files, of which all count or none.
     *
     * @throws InputException if one cannot be written, or the report is of another model, corpus or curvature than the
     *     one that is there
     */
    public static void write(StoreFolder store, InfluenceReport report) {
        store.identify(new LinkedHashMap<>(report.origin()));
        if (store.isComplete()) {
            return;
        }
        store.begin();
        store.put("report.json", file -> Json.write(file, report));
        List<String> lines = new ArrayList<>();
        List<String> rows =
                new ArrayList<>(List.of("list,rank,sequence,raw,perCopy,share,sparsity,spurious,selfInfluence,"
                        + "timesMedian,outlier,normalized,normalizedRank,documents,text"));
        report.positive().forEach(entry -> add("positive", entry, lines, rows));
        report.negative().forEach(entry -> add("negative", entry, lines, rows));
        store.put("ranking.jsonl", file -> write(file, lines));
        store.put("ranking.csv", file -> write(file, rows));
        store.commit(Map.of(), true);
    }

    private static void add(String list, InfluenceReport.Ranked entry, List<String> lines, List<String> rows) {
        lines.add(Json.line(new Line(list, entry)));
        rows.add(String.join(",", list, Integer.toString(entry.rank()), Integer.toString(entry.sequence()),
                Double.toString(entry.raw()), Double.toString(entry.perCopy()), Double.toString(entry.share()),
                Double.toString(entry.sparsity()), Boolean.toString(entry.spurious()),
                Double.toString(entry.normalized().selfInfluence()),
                Double.toString(entry.normalized().timesMedian()), Boolean.toString(entry.normalized().outlier()),
                Double.toString(entry.normalized().score()), Integer.toString(entry.normalized().rank()),
                quoted(entry.documents().stream().map(DocumentPart::named).collect(Collectors.joining("; "))),
                quoted(entry.text())));
    }

    private record Line(String list, InfluenceReport.Ranked entry) {}

    /**
     * A value of RFC 4180. One that begins like a formula gets an apostrophe before it, lest a spreadsheet
     * run what a corpus says. Some spreadsheets pass over what is blank before a formula.
     */
    static String quoted(String text) {
        String begin = text.codePoints().dropWhile(c -> Character.isWhitespace(c) || Character.isSpaceChar(c))
                .limit(1).collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        boolean formula = !text.isEmpty() && "\t\r\n".indexOf(text.charAt(0)) >= 0
                || !begin.isEmpty() && "=+-@＝＋－＠".indexOf(begin.charAt(0)) >= 0;
        return '"' + (formula ? "'" : "") + text.replace("\"", "\"\"") + '"';
    }

    private static void write(Path path, List<String> lines) {
        byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(path, out -> out.write(bytes));
    }
}
