package org.plumbline.verification.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.plumbline.corpora.bundled.BundledCorpora;
import org.plumbline.engine.Precision;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.ScratchFolder;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.verification.bench.RandomGpt2;
import org.plumbline.verification.bench.ResidentMemory;

/**
 * A model of GPT-2's size with random weights, through loading and the commands {@code loss}, {@code fit} and
 * {@code query} in single precision: the time of each, and the largest resident memory up to its end.
 */
final class Gpt2Bench {
    private static final int LOADS = 3;
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Path folder;
    private final List<String> common;
    private final PrintStream out;

    private Gpt2Bench(Path folder, List<String> common, PrintStream out) {
        this.folder = folder;
        this.common = common;
        this.out = out;
    }

    /**
     * Runs all stages in a temporary folder of some 5 GB and prints a row for each.
     *
     * @param engine as for {@code --engine}
     * @param sequences of the bundled corpus
     * @param length positions of each
     * @param layers pattern of the layers to fit, or {@code null} for those of the MLPs
     * @param partitions that each factor is split into
     */
    static void run(String engine, int threads, int sequences, int length, String layers, int partitions,
            PrintStream out)
            throws IOException {
        try (ScratchFolder scratch = ScratchFolder.make(Path.of(System.getProperty("java.io.tmpdir")), "gpt2")) {
            Path folder = scratch.path();
            new Gpt2Bench(folder, common(folder, engine, threads, length), out).run(sequences, layers, partitions);
        }
    }

    /** Options of all commands. */
    static List<String> common(Path folder, String engine, int threads, int length) {
        return List.of("--model", folder.resolve("model").toString(), "--data",
                folder.resolve("corpus.jsonl").toString(), "--length", Integer.toString(length), "--engine", engine,
                "--threads", Integer.toString(threads));
    }

    /** The fit, without those. */
    static List<String> fit(Path folder, int sequences, String layers, int partitions) {
        List<String> fit = new ArrayList<>(List.of("fit", "--out", folder.resolve("factors").toString(),
                "--micro-batch", "1", "--partitions", Integer.toString(partitions),
                "--shard", Integer.toString(Math.max(1, sequences / 2))));
        if (layers != null) {
            fit.addAll(List.of("--layers", layers));
        }
        return fit;
    }

    private void run(int sequences, String layers, int partitions) throws IOException {
        List<String> documents =
                BundledCorpora.load("harbor").documents().stream().limit(sequences).map(Json::line).toList();
        Files.write(folder.resolve("corpus.jsonl"), documents);
        Path model = folder.resolve("model");
        out.printf(Locale.ROOT, "%-28s %10s %10s %16s%n", "stage", "seconds", "CPU s", "resident peak");
        stage("write random weights", () -> RandomGpt2.write(model));
        stage("map and check", () -> PretrainedModel.architecture(model));
        for (int i = 0; i < LOADS; i++) {
            stage("load", () -> PretrainedModel.load(model, Precision.SINGLE));
        }
        command("loss");
        command(fit(folder, sequences, layers, partitions).toArray(String[]::new));
        command("query", "--factors", folder.resolve("factors").toString(), "--micro-batch", "1", "--prompt",
                "otto lives by the", "--completion", " stone bridge");
    }

    private void command(String... words) {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(common);
        stage(words[0], () -> {
            StringWriter errors = new StringWriter();
            int status = Main.commandLine().setOut(new PrintWriter(new StringWriter()))
                    .setErr(new PrintWriter(errors, true)).execute(arguments.toArray(String[]::new));
            if (status != 0) {
                throw new InputException(words[0] + ": " + errors.toString().lines().toList().getLast());
            }
        });
    }

    private void stage(String name, Runnable work) {
        // What the stage before left is not this one's memory.
        System.gc();
        long begin = System.nanoTime();
        long processor = PROCESS.getProcessCpuTime();
        work.run();
        out.printf(Locale.ROOT, "%-28s %10.2f %10.2f %16s%n", name, (System.nanoTime() - begin) * 1e-9,
                (PROCESS.getProcessCpuTime() - processor) * 1e-9, ResidentMemory.peak());
    }
}
