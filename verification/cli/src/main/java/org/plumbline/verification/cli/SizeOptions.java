package org.plumbline.verification.cli;

import org.plumbline.verification.verify.VerifyConfig;
import picocli.CommandLine.Option;

/** Options that change the size of the model and of the run; each is unchanged where it is not given. */
final class SizeOptions {

    @Option(names = "--vocabulary", paramLabel = "N",
            description = "Maximum vocabulary of the tokenizer that is trained on the text. The bytes of the text are "
                    + "always in it.")
    private Integer vocabulary;

    @Option(names = "--context", paramLabel = "N", description = "Positions per sequence.")
    private Integer context;

    @Option(names = "--width", paramLabel = "N", description = "Width of the residual stream.")
    private Integer width;

    @Option(names = "--depth", paramLabel = "N", description = "Number of transformer blocks.")
    private Integer depth;

    @Option(names = "--heads", paramLabel = "N", description = "Number of attention heads.")
    private Integer heads;

    @Option(names = "--hidden", paramLabel = "N", description = "Width of the MLP.")
    private Integer hidden;

    @Option(names = "--sequences", paramLabel = "N", description = "Maximum number of training sequences.")
    private Integer sequences;

    @Option(names = "--queries", paramLabel = "N", description = "Number of queries, at least 8.")
    private Integer queries;

    @Option(names = "--steps", paramLabel = "N", description = "Number of training steps.")
    private Integer steps;

    @Option(names = "--batch", paramLabel = "N", description = "Sequences per training step.")
    private Integer batch;

    @Option(names = "--rate", paramLabel = "X", description = "Peak learning rate.")
    private Double rate;

    @Option(names = "--damping", paramLabel = "X",
            description = "Damping, as a multiple of each layer's mean eigenvalue.")
    private Double damping;

    VerifyConfig applyTo(VerifyConfig base) {
        return new VerifyConfig(
                or(vocabulary, base.vocabulary()), or(context, base.context()), or(width, base.width()),
                or(depth, base.layers()), or(heads, base.heads()), or(hidden, base.hidden()),
                or(sequences, base.sequences()), or(queries, base.queries()), or(steps, base.steps()),
                or(batch, base.batch()), or(rate, base.rate()), or(damping, base.damping()), base.seed());
    }

    private static <T> T or(T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
