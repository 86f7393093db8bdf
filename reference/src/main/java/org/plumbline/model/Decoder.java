package org.plumbline.model;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Value;

/**
 * A decoder-only transformer: a language model that predicts each next token from the tokens before it.
 *
 * <p>Its inputs are {@link Example#TOKENS}, {@link Example#POSITIONS} and {@link Example#FED}; a position attends to
 * itself and to earlier fed ones, so padding on either side changes nothing.
 *
 * <p>All decoders are one, made of the parts that an {@link Architecture} lists; a class per family gives its parts and
 * their names.
 */
public sealed interface Decoder extends Model permits Gpt2, GptNeoX, Llama, Transformer {

    /**
     * Program input of {@link #scaledLoss} and {@link #scaledTapped}, {@code [T]}: the factor on
     * each token's embedding.
     */
    String TOKEN_SCALES = "token scales";

    /** Program input of {@link #logits}, {@code [1]}: the position whose logits are wanted. */
    String POSITION = "position";

    /** What it is made of, built. */
    DecoderBody body();

    /** The parts that it is made of. */
    default Architecture architecture() {
        return body().architecture();
    }

    /** Number of tokens. */
    default int vocabulary() {
        return architecture().vocabulary();
    }

    @Override
    default ParameterSpace space() {
        return body().space();
    }

    @Override
    default List<TrackedLayer> layers() {
        return body().layers();
    }

    @Override
    default Likelihood likelihood() {
        return Likelihood.CATEGORICAL;
    }

    @Override
    default Optional<OutputLayer> outputLayer() {
        return body().outputLayer();
    }

    @Override
    default int maximumLength() {
        return architecture().context();
    }

    @Override
    default Value forward(Forward forward) {
        return body().forward(forward);
    }

    /** GPT-2's initialization (Radford et al., 2019, §2.3), see {@link DecoderBody#initialize}. */
    @Override
    default Parameters initialize(RandomGenerator random) {
        return body().initialize(random);
    }

    /** The program that computes {@link #OUTPUTS} of the one position {@link #POSITION}, {@code [1, vocabulary]}. */
    default Program logits(int length) {
        return Forward.logits(this, length);
    }

    /**
     * As {@link #loss}, with the embedding of each token of the sequence multiplied by {@link #TOKEN_SCALES}: where a
     * token is read, that is, and not where a tied head predicts it.
     */
    default Program scaledLoss(int length) {
        ProgramBuilder b = new ProgramBuilder();
        Value outputs = forward(new Forward(b, this, length, Forward.Taps.TOKENS));
        return b.build(LOSS, likelihood().loss(b, outputs, Likelihood.weights(b, outputs)));
    }

    /** As {@link #tapped}, with the embeddings multiplied as those of {@link #scaledLoss} are. */
    default Program scaledTapped(int length) {
        return Forward.tapped(this, length, Forward.Taps.BOTH);
    }
}
