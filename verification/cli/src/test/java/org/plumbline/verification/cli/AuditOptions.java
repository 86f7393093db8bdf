package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.function.Executable;
import org.plumbline.io.Json;
import org.plumbline.io.Npy;
import org.plumbline.verification.cli.OptionRuns.Run;

/** What shows that each option of {@code audit} has an effect, and where it is refused. */
final class AuditOptions {
    private static final String FACTORS = "audit factors --factors ";
    private static final String MODEL = " --model @/model --data @/c.jsonl";

    private final OptionRuns runs;
    private final Map<String, Executable> entries = new LinkedHashMap<>();

    private AuditOptions(OptionRuns runs) {
        this.runs = runs;
    }

    static Map<String, Executable> entries(OptionRuns runs) {
        AuditOptions options = new AuditOptions(runs);
        options.factors();
        options.scores();
        options.claims();
        options.output();
        return options.entries;
    }

    private void entry(String option, Executable proof) {
        entries.put("audit " + option, proof);
    }

    /** Factors of the sequences that the audit makes of the documents: a position is left for the last token. */
    private String fitted(String more) {
        return runs.run(OptionRuns.FIT + " --length 23 --packing truncate" + more).succeeded().own().toString();
    }

    private Run audit(String line, int status) {
        Run run = runs.run(line);
        assertEquals(status, run.command().status(), run.command().out() + run.command().err());
        return run;
    }

    private void factors() {
        entry("--factors", () -> {
            assertTrue(audit(FACTORS + "@/ekfac", 0).printed().startsWith("sound: "));
            audit(FACTORS + "@/nowhere", 2);
            audit(FACTORS + "@/identity", 2);
            audit("audit factors", 2);
            audit("audit weights --factors @/ekfac", 2);
        });
        entry("--kronfluence", () -> {
            String exported = runs.run(FACTORS + "@/ekfac --export-kronfluence #").succeeded().own().toString();
            audit("audit factors --kronfluence " + exported, 0);
            audit("audit factors --kronfluence @/ekfac", 2);
            audit("audit factors --kronfluence " + exported + " --factors @/ekfac", 2);
        });
        entry("--model", () -> {
            String sound = audit(FACTORS + fitted("") + MODEL, 0).printed();
            assertTrue(sound.contains("convention: Plumbline's"), sound);
            String other = audit(FACTORS + fitted("") + MODEL.replace("/model", "/other"), 1).printed();
            assertTrue(other.startsWith("defects found: "), other);
            runs.refused(FACTORS + "@/ekfac --model @/model", "--model needs --data");
        });
        entry("--data", () -> {
            audit(FACTORS + fitted("") + MODEL.replace("c.jsonl", "d.jsonl"), 1);
            runs.refused(FACTORS + "@/ekfac --data @/c.jsonl", "--data means nothing without --model");
        });
        entry("--module", () -> {
            runs.refused(FACTORS + "@/ekfac" + MODEL + " --module transformer.h.0.mlp.c_fc=nothing",
                    "is said to be layer 'nothing'");
            runs.refused(FACTORS + "@/ekfac --module a=b", "--module means nothing without --model");
        });
        entry("--seed", () -> assertNotEquals(audit(FACTORS + fitted("") + MODEL, 0).printed(),
                audit(FACTORS + fitted("") + MODEL + " --seed 7", 0).printed()));
    }

    private String factorsOfTraining() {
        return " --factors " + fitted(" --labels training");
    }

    /** Scores of nothing. */
    private String wrongScores(int queries) {
        double[] values = new double[queries * 13];
        Arrays.setAll(values, i -> i % 5 - 1.5);
        Path file = runs.folder().resolve("wrong" + queries + ".npy");
        Npy.write(file, values, queries, 13);
        return file.toString();
    }

    private void scores() {
        String line = "audit scores --scores ";
        entry("--scores", () -> {
            audit(line + wrongScores(3), 0);
            audit(line + "@/nowhere", 2);
            runs.refused("audit scores", "needs --scores");
            runs.refused(FACTORS + "@/ekfac --scores x.npy", "--scores means nothing with factors");
        });
        entry("--queries", () -> {
            String model = line + wrongScores(3) + MODEL + factorsOfTraining();
            String wrong = audit(model + " --queries @/queries.jsonl", 1).printed();
            assertTrue(wrong.contains("no known explanation fits"), wrong);
            runs.refused(model, "needs --queries");
            runs.refused(line + wrongScores(2) + MODEL + factorsOfTraining() + " --queries @/queries.jsonl",
                    "expected 3 and 13");
        });
        String model = line + "@/wrong3.npy" + MODEL + " --queries @/queries.jsonl";
        entry("--damping", () -> {
            wrongScores(3);
            assertNotEquals(audit(model + factorsOfTraining(), 1).printed(),
                    audit(model + factorsOfTraining() + " --damping 3", 1).printed());
            runs.refused(FACTORS + "@/ekfac --damping 3", "--damping means nothing with factors");
        });
        entry("--damping-absolute", () -> {
            wrongScores(3);
            assertNotEquals(audit(model + factorsOfTraining(), 1).printed(),
                    audit(model + factorsOfTraining() + " --damping-absolute 30", 1).printed());
        });
    }

    private void claims() {
        entry("--convention", () -> {
            // What is a mean here would be a sum there, whose corner is the count.
            audit(FACTORS + "@/ekfac --convention Kronfluence", 1);
            runs.refused(FACTORS + "@/ekfac --convention theirs", "convention 'theirs' is unknown");
        });
        entry("--labels", () -> {
            String training = FACTORS + fitted(" --labels training") + MODEL;
            audit(training, 0);
            String named = audit(training + " --labels model", 1).printed();
            assertTrue(named.contains("M5"), named);
            runs.refused(FACTORS + "@/ekfac --labels model", "--labels means nothing without --model");
        });
    }

    private void output() {
        entry("--json", () -> assertEquals("SOUND",
                runs.run(FACTORS + "@/ekfac --json").json().get("verdict").asString()));
        entry("--out", () -> {
            Run run = audit(FACTORS + "@/ekfac --out #", 0);
            assertEquals("SOUND", Json.read(run.own()).get("verdict").asString());
        });
        entry("--export-kronfluence", () -> assertTrue(
                audit(FACTORS + "@/ekfac --export-kronfluence #", 0).wrote("lambda_matrix.safetensors")));
        entry("--export-bare", () -> {
            Run run = audit(FACTORS + "@/ekfac --export-bare #", 0);
            audit(FACTORS + run.own().resolve("index.json"), 0);
        });
        entry("--engine", () -> runs.refused(FACTORS + "@/ekfac --engine abacus", "--engine 'abacus' is unknown"));
        entry("--threads", () -> runs.refused(FACTORS + "@/ekfac --threads 0", "--threads 0 is out of range"));
    }
}
