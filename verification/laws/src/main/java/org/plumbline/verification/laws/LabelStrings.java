package org.plumbline.verification.laws;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.model.Example;
import org.plumbline.model.Model;

/** All label strings of a sequence, with their probabilities under the model at the true inputs. */
final class LabelStrings {

    /** A sequence with some labels at its loss positions, and the probability that the model draws them. */
    record Weighted(double probability, Example example) {}

    private LabelStrings() {}

    /** {@code C^T} strings for {@code T} loss positions. */
    static List<Weighted> of(Setting setting, Example example) {
        double[] outputs = outputs(setting, example);
        int length = example.length();
        int classes = outputs.length / length;
        double[] weights = example.reals(Example.WEIGHTS);
        List<Weighted> strings = new ArrayList<>(List.of(new Weighted(1, example)));
        for (int t = 0; t < length; t++) {
            if (weights[t] == 0) {
                continue;
            }
            double[] p = LabelEnumeration.softmax(Arrays.copyOfRange(outputs, t * classes, (t + 1) * classes));
            List<Weighted> longer = new ArrayList<>();
            for (Weighted string : strings) {
                for (int c = 0; c < classes; c++) {
                    int[] labels = string.example().indices(Example.LABELS);
                    labels[t] = c;
                    longer.add(new Weighted(string.probability() * p[c], string.example().withLabels(labels)));
                }
            }
            strings = longer;
        }
        return strings;
    }

    /** The model's outputs {@code [T, C]} on an example. */
    static double[] outputs(Setting setting, Example example) {
        Executable run = Setting.COMPUTE.engine().compile(setting.model().outputs(example.length()), Precision.DOUBLE);
        run.bindPresent(setting.objective().parameters().storages());
        run.bindPresent(example.storages(Precision.DOUBLE));
        run.run();
        return run.doubles(Model.OUTPUTS).clone();
    }

    /** An example whose loss is {@code factor} times as large. */
    static Example scaled(Example example, double factor) {
        return example.withWeights(Dense.times(factor, example.reals(Example.WEIGHTS)));
    }
}
