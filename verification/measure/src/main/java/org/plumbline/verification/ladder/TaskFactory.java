package org.plumbline.verification.ladder;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.plumbline.corpora.harbor.Harbor;
import org.plumbline.corpora.tables.ClassTable;
import org.plumbline.corpora.tables.Clusters;
import org.plumbline.corpora.tables.Friedman;
import org.plumbline.corpora.tables.TargetTable;
import org.plumbline.engine.Precision;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Mlp;
import org.plumbline.model.Model;
import org.plumbline.program.UnaryFunction;
import org.plumbline.train.AdamW;
import org.plumbline.train.Schedule;
import org.plumbline.train.TrainingConfig;
import org.plumbline.verification.truth.AttributionTask;
import org.plumbline.verification.verify.Query;
import org.plumbline.verification.verify.VerifyConfig;
import org.plumbline.verification.verify.VerifyData;

/** The three studies of a suite. */
final class TaskFactory {
    private static final double WEIGHT_DECAY = 0.01;

    private TaskFactory() {}

    /** A transformer on the bundled corpus, asked for completions. */
    static AttributionTask transformer(VerifyConfig config) {
        VerifyData data = VerifyData.ofCorpus(Harbor.NAME, config);
        Gpt2 model = new Gpt2(config.model(data.tokenizer().vocabularySize()));
        String description = String.format(Locale.ROOT,
                "GPT-2 architecture, depth %d, width %d, MLP %d, %,d parameters, %,d of them tracked; %s",
                config.layers(), config.width(), config.hidden(), model.space().size(), config.tracked(),
                data.description());
        return new AttributionTask("transformer", description, model, data.examples(),
                data.queries().stream().map(Query::example).toList(), config.training(data.examples().size()));
    }

    /** A perceptron with softmax outputs, asked for the label of further rows. */
    static AttributionTask classifier(TableSizes sizes, long seed) {
        ClassTable table = Clusters.generate(sizes.rows() + sizes.queries(), seed);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < table.rows(); i++) {
            examples.add(Example.ofClasses(table.features()[i], table.labels()[i]));
        }
        return study("classifier", sizes, seed, Clusters.COLUMNS, Clusters.CLASSES, Likelihood.CATEGORICAL, examples,
                table.name());
    }

    /** A perceptron with squared error, asked for the log-density of further rows' targets. */
    static AttributionTask regression(TableSizes sizes, long seed) {
        TargetTable table = Friedman.generate(sizes.rows() + sizes.queries(), seed);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < table.rows(); i++) {
            examples.add(Example.ofTargets(1, table.features()[i], new double[] {table.targets()[i]}));
        }
        return study("regression", sizes, seed, Friedman.COLUMNS, 1, Likelihood.GAUSSIAN, examples, table.name());
    }

    private static AttributionTask study(
            String name, TableSizes sizes, long seed, int columns, int outputs, Likelihood likelihood,
            List<Example> examples, String table) {
        List<Integer> widths = new ArrayList<>(List.of(columns));
        widths.addAll(sizes.hidden());
        widths.add(outputs);
        Model model = new Mlp(widths, Optional.of(UnaryFunction.TANH), true, likelihood);
        TrainingConfig recipe = new TrainingConfig(AdamW.withDecay(WEIGHT_DECAY),
                new Schedule.WarmupCosine(sizes.rate(), sizes.rate() / 100, sizes.steps() / 20, sizes.steps()),
                sizes.steps(), sizes.batch(), sizes.batch(), 1, Precision.DOUBLE, seed);
        String description = String.format(Locale.ROOT, "perceptron %s with tanh, %,d parameters; `%s`, %d rows",
                widths, model.space().size(), table, sizes.rows());
        return new AttributionTask(name, description, model, examples.subList(0, sizes.rows()),
                examples.subList(sizes.rows(), examples.size()), recipe);
    }
}
