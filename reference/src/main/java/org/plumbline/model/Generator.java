package org.plumbline.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.plumbline.engine.Engine;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Storage;

/**
 * Continues a prompt, token by token, by the forward pass that losses are made of. So the log-probabilities of a
 * continuation add up to the negative loss of {@link Example#ofCompletion} on it, to rounding.
 *
 * <p>Cost: a forward pass over the whole text for each token, and the logits of its last position; nothing of the pass
 * before is kept. Passes are padded to a power of two, so that few programs are compiled. Not thread-safe.
 */
public final class Generator {
    private static final int SHORTEST = 16;

    private final Decoder model;
    private final Parameters parameters;
    private final Engine engine;
    private @Nullable Executable executable;
    private int length;

    public Generator(Decoder model, Parameters parameters, Engine engine) {
        this.model = model;
        this.parameters = parameters;
        this.engine = engine;
    }

    /**
     * Continues a prompt.
     *
     * @param prompt at least one token, and no more than the model's context
     * @param most number of tokens to write at most
     * @param end token to stop after
     * @throws ModelException if the prompt does not fit, or the model gives a token no finite logit
     */
    public Continuation continuation(int[] prompt, int most, OptionalInt end, Sampling sampling) {
        if (prompt.length < 1 || prompt.length > model.maximumLength()) {
            throw new ModelException("found a prompt of " + prompt.length + " tokens, expected 1 to "
                    + model.maximumLength() + ", the model's context");
        }
        int[] text = prompt.clone();
        List<Continuation.Token> tokens = new ArrayList<>();
        while (tokens.size() < most) {
            if (text.length > model.maximumLength()) {
                return new Continuation(tokens, Continuation.Stop.CONTEXT);
            }
            double[] logits = logits(text);
            int next = sampling.choose(logits, tokens.size());
            tokens.add(new Continuation.Token(next, logits[next] - logSumExp(logits)));
            if (end.isPresent() && next == end.getAsInt()) {
                return new Continuation(tokens, Continuation.Stop.END_TOKEN);
            }
            text = Arrays.copyOf(text, text.length + 1);
            text[text.length - 1] = next;
        }
        return new Continuation(tokens, Continuation.Stop.LENGTH);
    }

    /**
     * The logits of the token after a text.
     *
     * @throws ModelException if one is not finite
     */
    double[] logits(int[] text) {
        Executable executable = executable(text.length);
        // The label of the last position is not read: it is what is looked for.
        Example example = Example.ofTokens(Arrays.copyOf(text, text.length + 1)).padRight(length);
        executable.bindPresent(example.storages(parameters.precision()));
        executable.bind(Decoder.POSITION, Storage.of(new int[] {text.length - 1}));
        executable.run();
        double[] logits = executable.doubles(Model.OUTPUTS);
        for (double logit : logits) {
            if (!Double.isFinite(logit)) {
                throw new ModelException("found logit " + logit + " after " + text.length
                        + " tokens, expected a finite number: weights or their products are not finite");
            }
        }
        return logits;
    }

    private Executable executable(int positions) {
        if (executable == null || length < positions) {
            length = Math.min(model.maximumLength(), Math.max(SHORTEST, Integer.highestOneBit(2 * positions - 1)));
            executable = engine.compile(model.logits(length), parameters.precision());
            executable.bindPresentConstants(parameters.storages());
        }
        return executable;
    }

    private static double logSumExp(double[] logits) {
        double largest = Arrays.stream(logits).max().orElseThrow();
        return largest + Math.log(Arrays.stream(logits).map(z -> Math.exp(z - largest)).sum());
    }
}
