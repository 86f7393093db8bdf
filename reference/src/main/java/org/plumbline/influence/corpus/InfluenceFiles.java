package org.plumbline.influence.corpus;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.plumbline.io.AtomicFiles;
import org.plumbline.io.Json;

/** A query's report as files: {@code report.json}, {@code ranking.jsonl} and {@code ranking.csv}. */
public final class InfluenceFiles {
    private InfluenceFiles() {}

    /**
     * Writes the three files, each atomically.
     *
     * @throws org.plumbline.io.InputException if one cannot be written
     */
    public static void write(Path folder, InfluenceReport report) {
        Json.write(folder.resolve("report.json"), report);
        List<String> lines = new ArrayList<>();
        List<String> rows =
                new ArrayList<>(List.of("list,rank,sequence,raw,perCopy,share,sparsity,spurious,selfInfluence,timesMedian,"
                        + "outlier,normalized,normalizedRank,documents,text"));
        report.positive().forEach(entry -> add("positive", entry, lines, rows));
        report.negative().forEach(entry -> add("negative", entry, lines, rows));
        write(folder.resolve("ranking.jsonl"), lines);
        write(folder.resolve("ranking.csv"), rows);
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
     * run what a corpus says.
     */
    static String quoted(String text) {
        boolean formula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        return '"' + (formula ? "'" : "") + text.replace("\"", "\"\"") + '"';
    }

    private static void write(Path path, List<String> lines) {
        byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(path, out -> out.write(bytes));
    }
}
