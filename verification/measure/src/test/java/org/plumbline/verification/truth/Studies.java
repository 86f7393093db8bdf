package org.plumbline.verification.truth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.plumbline.corpora.tables.ClassTable;
import org.plumbline.corpora.tables.Clusters;
import org.plumbline.engine.Compute;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.model.Example;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.model.Likelihood;
import org.plumbline.model.Mlp;
import org.plumbline.model.Model;
import org.plumbline.program.UnaryFunction;
import org.plumbline.train.AdamW;
import org.plumbline.train.Schedule;
import org.plumbline.train.TrainingConfig;

/** Studies small enough for every build. */
final class Studies {
    static final Compute COMPUTE = new Compute(LoweredEngine.scalar(), Workers.serial());

    private Studies() {}

    /** A classifier of 59 parameters on 20 rows. */
    static AttributionTask classifier() {
        ClassTable table = Clusters.generate(24, 5);
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < table.rows(); i++) {
            examples.add(Example.ofClasses(table.features()[i], table.labels()[i]));
        }
        Mlp model = new Mlp(List.of(Clusters.COLUMNS, 5, Clusters.CLASSES), Optional.of(UnaryFunction.TANH), true,
                Likelihood.CATEGORICAL);
        return study(model, examples, 20);
    }

    /** A transformer on sequences of unequal length. */
    static AttributionTask transformer() {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < 13; i++) {
            int[] tokens = new int[3 + i % 3];
            for (int t = 0; t < tokens.length; t++) {
                tokens[t] = (i * 3 + t * t) % 7;
            }
            examples.add(Example.ofTokens(tokens));
        }
        return study(new Gpt2(new Gpt2Config(7, 5, 4, 1, 2, 5, false, 1e-5)), examples, 11);
    }

    private static AttributionTask study(Model model, List<Example> examples, int training) {
        TrainingConfig recipe = new TrainingConfig(AdamW.withDecay(0.01), new Schedule.Constant(0.02), 40, 5, 5, 1,
                Precision.DOUBLE, 1);
        return new AttributionTask("small", "a small study", model, examples.subList(0, training),
                examples.subList(training, examples.size()), recipe);
    }
}
