package org.plumbline.verification.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Workers;
import org.plumbline.influence.corpus.TokenizedCorpus;
import org.plumbline.io.Json;
import org.plumbline.model.Model;
import org.plumbline.train.Evaluation;
import org.plumbline.train.TrainingConfig;
import org.plumbline.train.TrainingState;

/**
 * The loss on documents that are not trained on: measured before the first step, at every checkpoint and at the end,
 * and printed. Measurements are kept with each checkpoint, in the progress of the training's manifest, and those of a
 * whole training in {@value #FILE}.
 */
final class HeldOut {
    static final String FILE = "validation.json";

    private static final String PROGRESS = "held-out losses";

    private final @Nullable TokenizedCorpus corpus;
    private final @Nullable Evaluation evaluation;
    private final PrintWriter err;
    private final List<Point> points;

    /**
     * The file.
     *
     * @param corpus what the held-out sequences are
     * @param predictions tokens predicted in each measurement
     * @param points by step
     */
    record Report(Map<String, String> corpus, long predictions, List<Point> points) {}

    /**
     * A measurement.
     *
     * @param step how many steps were taken
     * @param loss mean of all predictions, in nats
     */
    record Point(long step, double loss) {}

    /** The measurements as the progress of a training has them. */
    private record Points(List<Point> points) {}

    private HeldOut(
            @Nullable TokenizedCorpus corpus, @Nullable Evaluation evaluation, PrintWriter err, List<Point> points) {
        this.corpus = corpus;
        this.evaluation = evaluation;
        this.err = err;
        this.points = new ArrayList<>(points);
    }

    /**
     * Measurements on held-out sequences, or none.
     *
     * @param progress of a training that goes on, with what it measured
     */
    static HeldOut of(
            @Nullable TokenizedCorpus corpus, Model model, TrainingConfig training, Engine engine, Workers workers,
            Map<String, String> progress, PrintWriter err) {
        Evaluation evaluation = corpus == null ? null : new Evaluation(model,
                IntStream.range(0, corpus.sequences().size()).mapToObj(corpus.sequences()::get).toList(), engine,
                training.precision(), training.microBatchSize(), workers);
        return new HeldOut(corpus, evaluation, err, points(progress));
    }

    private static List<Point> points(Map<String, String> progress) {
        String known = progress.get(PROGRESS);
        return known == null ? List.of()
                : Json.parse(Path.of(PROGRESS), known.getBytes(StandardCharsets.UTF_8), Points.class).points();
    }

    /** Measures, unless that was done at this step. */
    void measure(TrainingState state) {
        if (evaluation == null || !points.isEmpty() && points.getLast().step == state.step()) {
            return;
        }
        Point point = new Point(state.step(), evaluation.meanLoss(state.parameters()));
        points.add(point);
        err.println(String.format(Locale.ROOT, "step %d, held-out loss %.4f nats a prediction, of %,d predictions",
                point.step, point.loss, evaluation.lossPositions()));
        err.flush();
    }

    /** What a checkpoint keeps. */
    Map<String, String> progress() {
        return evaluation == null ? Map.of() : Map.of(PROGRESS, Json.line(new Points(points)));
    }

    /** All measurements. */
    Optional<Report> report() {
        return corpus == null || evaluation == null ? Optional.empty()
                : Optional.of(new Report(corpus.origin(), evaluation.lossPositions(), List.copyOf(points)));
    }

    /** The last measurement in the progress of a training, in words. */
    static String last(Map<String, String> progress) {
        List<Point> points = points(progress);
        return points.isEmpty() ? "" : String.format(Locale.ROOT, ", held-out loss %.4f", points.getLast().loss);
    }
}
