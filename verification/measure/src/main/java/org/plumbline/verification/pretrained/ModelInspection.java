package org.plumbline.verification.pretrained;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.InputException;
import org.plumbline.model.Architecture;
import org.plumbline.model.Block;
import org.plumbline.model.Decoder;
import org.plumbline.model.Gpt2;
import org.plumbline.model.GptNeoX;
import org.plumbline.model.Llama;
import org.plumbline.model.LlamaConfig;
import org.plumbline.model.Transformer;
import org.plumbline.model.pretrained.PretrainedModel;
import org.plumbline.text.HuggingFaceTokenizer;
import org.plumbline.text.Tokenizer;

/**
 * A model's architecture and what influence functions on it cost.
 *
 * @param architecture the name of its kind
 * @param parameters number of parameters
 * @param vocabulary number of tokens
 * @param context largest number of positions
 * @param tokenizer number of tokens of the tokenizer in the model's folder, or {@code null} if there is none
 * @param tiedHead whether the unembedding is the token embedding
 * @param weightBytes of all parameters in single precision
 * @param mlp sums over the layers of MLPs, those that influence is computed on by default
 * @param all sums over all linear layers
 * @param layers every linear layer
 */
public record ModelInspection(
        String architecture, long parameters, int vocabulary, @Nullable Integer tokenizer, int context,
        boolean tiedHead, long weightBytes, Total mlp, Total all, List<LayerCost> layers) {

    /**
     * Sums over layers.
     *
     * @param layers how many
     * @param parameters of all of them
     * @param factorBytes as in {@link LayerCost}
     * @param ekfacBytes as in {@link LayerCost}
     * @param gradientBytes as in {@link LayerCost}
     * @param denseBytes of their Gauss–Newton matrix, block by block
     */
    public record Total(
            int layers, long parameters, long factorBytes, long ekfacBytes, long gradientBytes, double denseBytes) {

        private static Total of(List<LayerCost> layers) {
            return new Total(layers.size(), sum(layers, LayerCost::parameters), sum(layers, LayerCost::factorBytes),
                    sum(layers, LayerCost::ekfacBytes), sum(layers, LayerCost::gradientBytes),
                    layers.stream().mapToDouble(layer -> 8.0 * layer.parameters() * layer.parameters()).sum());
        }

        private static long sum(List<LayerCost> layers, ToLongFunction<LayerCost> part) {
            return layers.stream().mapToLong(part).sum();
        }
    }

    /**
     * Inspects a model folder; no weight is read.
     *
     * @throws InputException if configuration, tensors and tokenizer are malformed or do not fit together
     */
    public static ModelInspection of(Path folder) {
        Decoder model = PretrainedModel.architecture(folder);
        boolean hasTokenizer = HuggingFaceTokenizer.files(folder).stream().allMatch(Files::exists);
        Tokenizer tokenizer = hasTokenizer ? HuggingFaceTokenizer.load(folder) : null;
        if (tokenizer != null) {
            tokenizer.requireWithin(model.vocabulary());
        }
        return of(model, tokenizer == null ? null : tokenizer.vocabularySize());
    }

    private static ModelInspection of(Decoder model, @Nullable Integer tokenizer) {
        List<LayerCost> layers = model.layers().stream().map(LayerCost::of).toList();
        boolean tied = model.architecture().head().tied();
        return new ModelInspection(architecture(model), model.space().size(), model.vocabulary(), tokenizer,
                model.maximumLength(), tied,
                Float.BYTES * model.space().size(), Total.of(model.mlpLayers().stream().map(LayerCost::of).toList()),
                Total.of(layers), layers);
    }

    private static String architecture(Decoder model) {
        return switch (model) {
            case Gpt2 gpt2 -> String.format(Locale.ROOT, "GPT-2, %d layers, width %d, %d heads, MLP %d",
                    gpt2.config().layers(), gpt2.config().width(), gpt2.config().heads(), gpt2.config().hidden());
            case GptNeoX neoX -> String.format(Locale.ROOT,
                    "GPT-NeoX, %d layers, width %d, %d heads, MLP %d, %s residual",
                    neoX.config().layers(), neoX.config().width(), neoX.config().heads(), neoX.config().hidden(),
                    neoX.config().parallelResidual() ? "parallel" : "sequential");
            case Llama llama -> String.format(Locale.ROOT,
                    "%s, %d layers, width %d, %d heads on %d of keys and values, MLP %d",
                    family(llama.config().family()), llama.config().layers(), llama.config().width(),
                    llama.config().heads(), llama.config().keyValueHeads(), llama.config().hidden());
            case Transformer other -> described(other);
        };
    }

    private static String described(Transformer model) {
        Architecture architecture = model.architecture();
        String layers = String.format(Locale.ROOT, "%s, %d layers, width %d",
                model.family(), architecture.blocks().size(), architecture.width());
        if (architecture.blocks().isEmpty()) {
            return layers;
        }
        Block first = architecture.blocks().getFirst();
        return layers + String.format(Locale.ROOT, ", %d heads on %d of keys and values, MLP %d",
                first.attention().heads(), first.attention().keyValueHeads(), first.mlp().hidden());
    }

    private static String family(LlamaConfig.Family family) {
        return switch (family) {
            case LLAMA -> "Llama";
            case QWEN2 -> "Qwen2";
            case OLMO2 -> "OLMo 2";
        };
    }

    /** Prints the inspection as a table. */
    public void print(PrintWriter out) {
        line(out, "model        %s", architecture);
        line(out, "parameters   %,d; %s in single precision", parameters, bytes(weightBytes));
        line(out, "vocabulary   %,d tokens, %s head; context %,d positions",
                vocabulary, tiedHead ? "tied" : "untied", context);
        line(out, "tokenizer    %s",
                tokenizer == null ? "none in the folder" : String.format(Locale.ROOT, "%,d tokens", tokenizer));
        line(out, "");
        line(out, "%-48s %-12s %13s %12s %10s %10s %10s",
                "layer", "role", "W̄", "parameters", "A and S", "EK-FAC", "gradient");
        layers.forEach(layer -> line(out, "%-48s %-12s %13s %,12d %10s %10s %10s", layer.name(), layer.role(),
                layer.outputs() + " × " + layer.columns(), layer.parameters(), bytes(layer.factorBytes()),
                bytes(layer.ekfacBytes()), bytes(layer.gradientBytes())));
        line(out, "");
        total(out, "MLP layers (default)", mlp);
        total(out, "all linear layers", all);
        line(out, "");
        line(out, "In double precision. Memory of a fit: the column A and S in the first pass, "
                + "the column EK-FAC after it.");
        line(out, "Each query adds the column gradient, or less at a lower rank. The exact Gauss–Newton matrix of the");
        line(out, "MLP layers, block by block, would take %s.", bytes(mlp.denseBytes()));
        out.flush();
    }

    private static void total(PrintWriter out, String name, Total total) {
        line(out, "%-48s %-12s %13s %,12d %10s %10s %10s", name, "", total.layers() + " layers", total.parameters(),
                bytes(total.factorBytes()), bytes(total.ekfacBytes()), bytes(total.gradientBytes()));
    }

    private static String bytes(double bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
        int unit = 0;
        double value = bytes;
        while (value >= 1024 && unit + 1 < units.length) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, value < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    }

    private static void line(PrintWriter out, String format, Object... arguments) {
        out.println(String.format(Locale.ROOT, format, arguments));
    }
}
