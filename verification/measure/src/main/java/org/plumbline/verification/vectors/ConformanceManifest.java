package org.plumbline.verification.vectors;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code conformance.json}: what the files of a set hold and every convention that their numbers follow.
 *
 * @param format {@link #FORMAT}
 * @param formatVersion {@link #VERSION}
 * @param writtenBy the program's version
 * @param conventions what is meant, by subject
 * @param layers the tracked layers, in the order of the parameter vector
 * @param tensors of {@code vectors.safetensors}
 */
record ConformanceManifest(
        String format, int formatVersion, String writtenBy, Map<String, String> conventions, List<Layer> layers,
        List<Entry> tensors) {
    static final String FORMAT = "plumbline-conformance-vectors";

    /** Version 1 had no numbers of positions: they counted from 0 in each sequence. */
    static final int VERSION = 2;

    /**
     * A layer's block of the parameter vector: {@code [W b]} of {@code rows × columns}, row by row, from {@code
     * offset}.
     */
    record Layer(String name, int offset, int rows, int columns, boolean bias) {}

    /** A tensor; see {@link ConformanceTensor}. */
    record Entry(String name, List<Integer> shape, double tolerance, boolean upToSign, String meaning) {}

    /** Whether this program reads the format and its version. */
    boolean isKnown() {
        return format.equals(FORMAT) && formatVersion >= 1 && formatVersion <= VERSION;
    }

    /** Whether the data has the numbers of positions. */
    boolean numbersPositions() {
        return formatVersion >= 2;
    }

    /** The conventions, in words that need no other document. */
    static Map<String, String> conventionsOf(ConformanceCase which) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("case", which.folder() + ": " + which.about() + ".");
        texts.put("files",
                "model/: Hugging Face layout, float64, the architecture in config.json (GPT-2 stores c_fc and "
                + "c_proj [in, out]; its GELU is tanh's); lm_head has no bias, and with tie_word_embeddings is the "
                + "token embedding. data.safetensors: sequences. vectors.safetensors: everything that follows "
                + "from them, float64, row-major. Tensors of layers here are [out, in].");
        texts.put("data",
                "train.tokens and query.tokens [sequences, T + 1]: position t reads token t and predicts token "
                + "t + 1. *.fed [sequences, T]: 1 where a position is no padding; a position attends to itself and "
                + "earlier fed ones. *.positions [sequences, T]: its number in learned or rotary position "
                + "embeddings, the fed ones before it. *.weight [sequences, T]: 1 where its prediction bears "
                + "loss, 0 for prompts and padding. A sequence's last token is never fed. Nothing depends on "
                + "padding, its tokens or its place.");
        texts.put("loss",
                "L(z) = sum, not mean, of -log p over loss positions, natural logarithm; J = 1/N sum_m L(z_m).");
        texts.put("query",
                "f = -L(query) = log p(completion | prompt); gradients.query is the gradient of f.");
        texts.put("parameters",
                "P entries, the blocks of 'layers' in that order: each W_bar = [W b] with W [out, in] and b as "
                + "the last column, or W alone where bias is false, flattened row by row (vec is row-major, so a "
                + "Kronecker block is S (x) A and (S (x) A) vec(V) = vec(S V A^T)). A parameter that is used "
                + "twice is one block: its gradient is the sum over both uses, before anything is squared.");
        texts.put("gauss_newton",
                "G = 1/N sum_m sum_t J_t^T (diag(p_t) - p_t p_t^T) J_t: the Fisher matrix with labels of the "
                + "model, exact, not sampled; true tokens as input. hessian is that of J.");
        texts.put("factors",
                "A = E[a_bar a_bar^T], S = E[Ds Ds^T], means over all fed positions, those with Ds = 0 "
                + "included; Ds is the gradient of a sequence's loss in the layer's output, in exact expectation "
                + "over the model's labels. mean_length is n_bar, the mean number of fed positions. K-FAC is "
                + "n_bar S (x) A.");
        texts.put("eigenvectors",
                "in columns: A = QA diag(a) QA^T, S = QS diag(s) QS^T, a and s ascending; signs of columns are "
                + "free.");
        texts.put("ekfac",
                "Lambda = E_m[(QS^T D_m QA)^2], D_m = sum_t Ds_t a_bar_t^T summed over the sequence before "
                + "squaring, mean over sequences; (EK + lambda)^-1 vec(V) = vec(QS [(QS^T V QA) / (Lambda + "
                + "lambda)] QA^T). Grosse et al. (2023), eq. 20-21, print these rotations the other way round.");
        texts.put("damping",
                "lambda_l = 0.1 * mean diagonal of layer l's block of G, one number a layer, the same for all "
                + "inverses; added to the eigenvalues of the block.");
        texts.put("inverse",
                "inverse.X [queries, P] = (C_X + lambda)^-1 grad f. exact: C = G. hessian_absolute: |H| by "
                + "eigenvalues. block_diagonal: G without what couples layers. diagonal: diag G.");
        texts.put("scores",
                "raw = -(grad f)^T (C + lambda)^-1 grad L(z_m): positive where adding the sequence makes the "
                + "completion more probable; one added copy changes f by raw / N to first order. identity: C + "
                + "lambda = I.");
        texts.put("comparison",
                "an array x conforms to y if ||x - y|| <= tolerance * ||y|| (Frobenius); with upToSign, after "
                + "columns are given the sign that fits.");
        return texts;
    }
}
