package org.plumbline.verification.ladder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.plumbline.corpora.tables.Friedman;
import org.plumbline.corpora.tables.TargetTable;
import org.plumbline.engine.Compute;
import org.plumbline.engine.InsufficientMemoryException;
import org.plumbline.verification.truth.AttributionTask;
import org.plumbline.verification.truth.RidgeAnchor;

/** One run of a suite: the analytic anchor and three studies. */
public final class SuiteRun {
    private static final int ANCHOR_ROWS = 100;
    private static final int ANCHOR_QUERIES = 10;
    private static final double ANCHOR_RIDGE = 0.1;

    private final SuiteConfig config;
    private final Compute compute;
    private final Optional<Path> folder;
    private final Consumer<String> progress;

    /**
     * @param folder where results of steps are kept, so that a run that was killed can go on; absent to keep none
     * @param progress told what is being done, and how long it may take
     * @throws InsufficientMemoryException if the dense curvatures do not fit into memory
     */
    public SuiteRun(SuiteConfig config, Compute compute, Optional<Path> folder, Consumer<String> progress) {
        this.config = config;
        this.compute = compute;
        this.folder = folder;
        this.progress = progress;
        long tracked = config.transformer().tracked();
        InsufficientMemoryException.require(8 * Double.BYTES * tracked * tracked,
                String.format(Locale.ROOT, "a suite with a dense curvature of %,d parameters", tracked));
    }

    /**
     * Runs everything.
     *
     * @param version of this program, for the report; results of another version are not gone on with
     */
    public SuiteReport run(String version) {
        return run(version,
                List.of(TaskFactory.regression(config.regression(), config.seed()),
                        TaskFactory.classifier(config.classifier(), config.seed()),
                        TaskFactory.transformer(config.transformer())),
                List.of(config.regressionSizes(), config.classifierSizes(), config.transformerSizes()));
    }

    /** Runs studies of one's own. */
    SuiteReport run(String version, List<AttributionTask> studies, List<TaskSizes> sizes) {
        long begin = System.nanoTime();
        Map<String, Object> identity = new LinkedHashMap<>();
        identity.put("version", version);
        identity.put("engine", compute.engine().name());
        identity.put("suite", config);
        StepStore store = new StepStore(folder, identity);
        double work = 0;
        for (int i = 0; i < studies.size(); i++) {
            work += TaskRun.work(studies.get(i), sizes.get(i));
        }
        SuiteProgress told = new SuiteProgress(work, progress);
        List<TaskReport> reports = new ArrayList<>();
        for (int i = 0; i < studies.size(); i++) {
            reports.add(new TaskRun(studies.get(i), sizes.get(i), config.seed(), compute, store, told).run());
        }
        RidgeAnchor anchor = anchor();
        return new SuiteReport(version, config, environment(), anchor, reports,
                (System.nanoTime() - begin) * 1e-9 + store.foundSeconds());
    }

    private RidgeAnchor anchor() {
        TargetTable table = Friedman.generate(ANCHOR_ROWS + ANCHOR_QUERIES, config.seed());
        return RidgeAnchor.measure(Arrays.copyOf(table.features(), ANCHOR_ROWS),
                Arrays.copyOf(table.targets(), ANCHOR_ROWS),
                Arrays.copyOfRange(table.features(), ANCHOR_ROWS, ANCHOR_ROWS + ANCHOR_QUERIES), ANCHOR_RIDGE, compute);
    }

    private SuiteReport.Environment environment() {
        return new SuiteReport.Environment(System.getProperty("java.version"),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"), compute.engine().name(),
                Runtime.getRuntime().availableProcessors(), compute.workers().threads());
    }
}
