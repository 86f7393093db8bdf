package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.io.Npy;
import org.plumbline.verification.verify.VerifyExport;

/**
 * What {@code verify} says of an estimator it says of the one that users get: the commands {@code fit} and
 * {@code scores}, on the model, the data, the queries and the damping that {@code verify} exports, give the scores of
 * its rows again.
 */
class VerifyExportTest {
    private static final String SEED = "5";

    /** Of the scores' norm. Sums of some thousand products in another order leave less than a thousandth of it. */
    private static final double TOLERANCE = 1e-12;

    /**
     * Of the rows that multiply with the exact matrix, which {@code fit} does by programs and {@code verify} with the
     * dense one: the condition of a projected system, below 10⁴ at this damping and size, magnifies the roundings.
     */
    private static final double OF_PRODUCTS = 1e-8;

    @TempDir
    private Path folder;

    /** The options of {@code fit} that make the estimator of a row. */
    private static Map<String, List<String>> rows() {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        List<String> expectation = List.of("--labels", "expectation");
        List<String> sampled = List.of("--labels", "sampled", "--seed", SEED);
        rows.put("EK-FAC", with(expectation, "EK-FAC"));
        rows.put("K-FAC", with(expectation, "K-FAC"));
        rows.put("K-FAC Tikhonov", with(expectation, "kfac-tikhonov"));
        rows.put("EK-FAC O=2", with(expectation, "ekfac", "--partitions", "2"));
        rows.put("diagonal", with(expectation, "diagonal"));
        rows.put("EK-FAC sampled", with(sampled, "ekfac"));
        rows.put("K-FAC sampled", with(sampled, "kfac"));
        rows.put("diag. sampled", with(sampled, "diagonal"));
        rows.put("EK-FAC empir.", with(List.of("--labels", "training"), "ekfac"));
        rows.put("exact", with(List.of(), "exact"));
        rows.put("block-diagonal", with(List.of(), "block-diagonal"));
        rows.put("Shampoo factors", with(List.of(), "shampoo"));
        rows.put("nearest S⊗A", with(List.of(), "nearest"));
        rows.put("identity", with(List.of(), "identity"));
        rows.put("Lanczos r=64", with(List.of("--seed", SEED), "lanczos"));
        rows.put("LoGra k=8", with(List.of("--seed", SEED), "logra"));
        rows.put("TRAK p=256", with(List.of("--seed", SEED), "trak"));
        return rows;
    }

    private static List<String> with(List<String> labels, String strategy, String... more) {
        List<String> options = new ArrayList<>(List.of("--strategy", strategy));
        options.addAll(labels);
        options.addAll(List.of(more));
        return options;
    }

    @Test
    void fitAndScoresGiveTheRowsAgain() {
        Path exported = folder.resolve("exported");
        run("verify", "--export", exported.toString(), "--seed", SEED, "--vocabulary", "128", "--context", "20",
                "--width", "8", "--depth", "1", "--heads", "2", "--hidden", "8", "--sequences", "48", "--queries", "8",
                "--steps", "100");
        rows().forEach((row, options) -> {
            Path factors = folder.resolve("factors of " + row);
            Path scores = folder.resolve("scores of " + row);
            List<String> model = List.of("--model", exported.resolve("model").toString(),
                    "--data", exported.resolve("data.jsonl").toString(), "--length", "20", "--packing", "truncate",
                    "--precision", "double");
            List<String> fit = new ArrayList<>(List.of("fit", "--out", factors.toString()));
            fit.addAll(model);
            fit.addAll(options);
            run(fit.toArray(String[]::new));
            List<String> scan = new ArrayList<>(List.of("scores", "--factors", factors.toString(), "--out",
                    scores.toString(), "--queries", exported.resolve("queries.jsonl").toString()));
            scan.addAll(model);
            if (!row.equals("identity")) {
                scan.addAll(List.of("--damping-absolute", exported.resolve("damping.json").toString()));
            }
            run(scan.toArray(String[]::new));
            assertSame(row, Npy.read(VerifyExport.file(exported, row)), Npy.read(scores.resolve("scores.npy")));
        });
    }

    @Test
    void anExportGoesIntoAnEmptyFolderAlone() throws java.io.IOException {
        Files.writeString(folder.resolve("mine"), "mine");
        CommandLineRun refused = CommandLineRun.of("verify", "--export", folder.toString());
        assertEquals(1, refused.status());
        assertTrue(refused.err().contains("found 'mine', expected an empty folder"), refused.err());
        assertEquals("mine", Files.readString(folder.resolve("mine")));
    }

    private static void run(String... arguments) {
        CommandLineRun run = CommandLineRun.of(arguments);
        assertEquals(0, run.status(), run.err());
    }

    private static void assertSame(String row, Npy.Array expected, Npy.Array found) {
        assertArrayEquals(expected.shape(), found.shape(), row);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.values().length; i++) {
            difference += Math.pow(expected.values()[i] - found.values()[i], 2);
            norm += Math.pow(expected.values()[i], 2);
        }
        double relative = Math.sqrt(difference / norm);
        double tolerance = row.matches("(Lanczos|LoGra|TRAK).*") ? OF_PRODUCTS : TOLERANCE;
        assertTrue(relative <= tolerance, () -> row + " differs by " + relative);
    }
}
