package org.plumbline.verification.ladder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.plumbline.batch.Sequences;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.engine.vector.VectorEngine;
import org.plumbline.io.Json;
import org.plumbline.io.MortalFileSystem;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.train.AdamW;
import org.plumbline.train.Schedule;
import org.plumbline.train.TrainingConfig;
import org.plumbline.verification.truth.AttributionTask;
import org.plumbline.verification.verify.VerifyConfig;

/** A suite small enough for every build, in this process or, by {@link #main}, in one that may be killed. */
final class SmallSuite {
    private static final TaskSizes SIZES =
            new TaskSizes(4, 2, 4, 0.02, List.of(0.25, 0.0625), 4, 1, 2, 2, 1, 0.02, 0.1, 16);
    private static final TableSizes TABLE = new TableSizes(16, 6, List.of(3), 20, 8, 1e-2);
    /** The status of a process that ended before its time. */
    static final int KILLED = 137;
    static final SuiteConfig CONFIG = config(3);
    private static final List<AttributionTask> STUDIES = List.of(TaskFactory.classifier(TABLE, 3), transformer());

    static SuiteConfig config(long seed) {
        return new SuiteConfig("test", seed, VerifyConfig.quick(seed), SIZES, TABLE, SIZES, TABLE, SIZES);
    }

    /** Sequences of five tokens, too few and too short to learn much from. */
    private static AttributionTask transformer() {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            examples.add(Example.ofTokens(i % 5, (2 * i + 1) % 5, i % 3, (i + 2) % 5, i % 2));
        }
        TrainingConfig recipe = new TrainingConfig(
                AdamW.withDecay(0), new Schedule.Constant(0.02), 15, 5, 5, 1, Precision.DOUBLE, 1);
        return new AttributionTask("transformer", "a small one",
                new Gpt2(new Gpt2Config(5, 4, 4, 1, 1, 4, false, 1e-5)), examples.subList(0, 12),
                examples.subList(12, 16), recipe);
    }

    private SmallSuite() {}

    static SuiteReport run(int threads, Optional<Path> folder, SuiteConfig config, Consumer<String> progress) {
        try (Workers workers = Workers.of(threads)) {
            return new SuiteRun(config, new Compute(VectorEngine.orScalar(workers), workers), folder, progress)
                    .run("test", STUDIES, List.of(SIZES, SIZES));
        }
    }

    /**
     * Runs it in a folder, and leaves there what does not depend on the clock; with a second argument the process ends
     * at once, with nothing closed and nobody told, after so many changes of the files.
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int lifetime = arguments.length > 1 ? Integer.parseInt(arguments[1]) : Integer.MAX_VALUE;
        try {
            SuiteReport report = run(2, Optional.of(new MortalFileSystem(lifetime).path(folder)), CONFIG, line -> {});
            Files.writeString(folder.resolve("report.txt"), withoutTimings(report));
        } catch (MortalFileSystem.Killed _) {
            Runtime.getRuntime().halt(KILLED);
        }
    }

    /** Everything but seconds, as the file would hold it. */
    static String withoutTimings(SuiteReport report) {
        StringBuilder text = new StringBuilder(Json.pretty(report.anchor()));
        for (TaskReport study : report.studies()) {
            text.append(Json.pretty(new TaskReport(study.name(), study.description(), study.sequences(),
                    study.queries(), study.pairs(), study.initialLoss(), study.loss(), study.damping(),
                    study.negativeEigenvalues(), study.rungs(), study.reliability(), study.ceiling(), study.bySeed(),
                    study.stepStudy(), study.advantages(), study.datamodeling(), study.rankings(), study.solvers(),
                    study.equalErrors(), List.of())));
        }
        return text.toString();
    }
}
