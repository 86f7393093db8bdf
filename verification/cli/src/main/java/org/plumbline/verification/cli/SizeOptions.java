package org.plumbline.verification.cli;

import org.plumbline.verification.verify.VerifyConfig;
import picocli.CommandLine.Option;

/** Options that change the size of the model and of the run; each is unchanged where it is not given. */
final class SizeOptions {

    @Option(names = "--vocabulary", paramLabel = "N",
            description = "Most tokens of the tokenizer trained on the text; at least those of its bytes.")
    private Integer vocabulary;

    @Option(names = "--context", paramLabel = "N", description = "Positions of a sequence.")
    private Integer context;

    @Option(names = "--width", paramLabel = "N", description = "Width of the residual stream.")
    private Integer width;

    @Option(names = "--layers", paramLabel = "N", description = "Number of blocks.")
    private Integer layers;

    @Option(names = "--heads", paramLabel = "N", description = "Attention heads.")
    private Integer heads;

    @Option(names = "--hidden", paramLabel = "N", description = "Width of the MLP.")
    private Integer hidden;

    @Option(names = "--sequences", paramLabel = "N", description = "Most training sequences.")
    private Integer sequences;

    @Option(names = "--queries", paramLabel = "N", description = "Number of queries, at least 8.")
    private Integer queries;

    @Option(names = "--steps", paramLabel = "N", description = "Training steps.")
    private Integer steps;

    @Option(names = "--batch", paramLabel = "N", description = "Sequences a training step.")
    private Integer batch;

    @Option(names = "--rate", paramLabel = "X", description = "Peak learning rate.")
    private Double rate;

    @Option(names = "--damping", paramLabel = "X",
            description = "Damping as a multiple of the mean eigenvalue of each layer.")
    private Double damping;

    VerifyConfig applyTo(VerifyConfig base) {
        return new VerifyConfig(
                or(vocabulary, base.vocabulary()), or(context, base.context()), or(width, base.width()),
                or(layers, base.layers()), or(heads, base.heads()), or(hidden, base.hidden()),
                or(sequences, base.sequences()), or(queries, base.queries()), or(steps, base.steps()),
                or(batch, base.batch()), or(rate, base.rate()), or(damping, base.damping()), base.seed());
    }

    private static <T> T or(T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
