package org.plumbline.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.special.Erf;
import org.plumbline.program.ActivationFunction;

/**
 * The decoders once more, as loops over positions, heads and coordinates in the order of their papers: one vector at a
 * time, rotations as products of complex numbers, every head with keys and values of its own. It shares nothing with
 * the programs but the configuration and the names of parameters.
 */
final class LoopDecoder {
    private final Decoder model;
    private final Parameters parameters;
    private final int[] tokens;
    private final int[] positions;
    private final double[] fed;

    LoopDecoder(Decoder model, Parameters parameters, Example example) {
        this.model = model;
        this.parameters = parameters;
        this.tokens = example.indices(Example.TOKENS);
        this.positions = example.indices(Example.POSITIONS);
        this.fed = example.reals(Example.FED);
    }

    /** Logits of each position. */
    double[][] logits() {
        return switch (model) {
            case Gpt2 gpt2 -> gpt2(gpt2.config());
            case GptNeoX neoX -> gptNeoX(neoX.config());
            case Llama llama -> llama(llama.config());
            case Transformer other -> described(other.architecture());
        };
    }

    private double[][] gpt2(Gpt2Config c) {
        int size = c.width() / c.heads();
        double[][] x = each(t -> plus(row("transformer.wte", tokens[t]), row("transformer.wpe", positions[t])));
        for (int block = 0; block < c.layers(); block++) {
            String h = "transformer.h." + block + ".";
            double[][] in = x;
            double[][] joint = each(t -> linear(h + "attn.c_attn", layerNorm(h + "ln_1", in[t], c.epsilon())));
            double scale = (c.scaledAttention() ? Math.sqrt(size) : 1) * (c.scaledByDepth() ? block + 1 : 1);
            double[][] mixed = attend(c.heads(), size, scale,
                    (t, head) -> part(joint[t], head * size, size),
                    (t, head) -> part(joint[t], c.width() + head * size, size),
                    (t, head) -> part(joint[t], 2 * c.width() + head * size, size));
            double[][] middle = each(t -> plus(in[t], linear(h + "attn.c_proj", mixed[t])));
            x = each(t -> plus(middle[t], linear(h + "mlp.c_proj", activate(c.activation(),
                    linear(h + "mlp.c_fc", layerNorm(h + "ln_2", middle[t], c.epsilon()))))));
        }
        double[][] last = x;
        String head = c.tiedHead() ? "transformer.wte" : "lm_head";
        return each(t -> linear(head, layerNorm("transformer.ln_f", last[t], c.epsilon())));
    }

    private double[][] gptNeoX(GptNeoXConfig c) {
        int size = c.width() / c.heads();
        double[][] x = each(t -> row("gpt_neox.embed_in", tokens[t]));
        for (int block = 0; block < c.layers(); block++) {
            String h = "gpt_neox.layers." + block + ".";
            double[][] in = x;
            double[][] joint = each(t -> linear(
                    h + "attention.query_key_value", layerNorm(h + "input_layernorm", in[t], c.epsilon())));
            double[][] mixed = attend(c.heads(), size, Math.sqrt(size),
                    (t, head) -> rotate(c.rotary(), t, part(joint[t], 3 * head * size, size)),
                    (t, head) -> rotate(c.rotary(), t, part(joint[t], (3 * head + 1) * size, size)),
                    (t, head) -> part(joint[t], (3 * head + 2) * size, size));
            double[][] attended = each(t -> linear(h + "attention.dense", mixed[t]));
            double[][] read = c.parallelResidual() ? in : each(t -> plus(in[t], attended[t]));
            double[][] fed = each(t -> linear(h + "mlp.dense_4h_to_h", activate(c.activation(),
                    linear(h + "mlp.dense_h_to_4h", layerNorm(h + "post_attention_layernorm", read[t], c.epsilon())))));
            x = each(t -> plus(plus(in[t], attended[t]), fed[t]));
        }
        double[][] last = x;
        String head = c.tiedHead() ? "gpt_neox.embed_in" : "embed_out";
        return each(t -> linear(head, layerNorm("gpt_neox.final_layer_norm", last[t], c.epsilon())));
    }

    private double[][] llama(LlamaConfig c) {
        boolean post = c.family() == LlamaConfig.Family.OLMO2;
        double[][] x = each(t -> row("model.embed_tokens", tokens[t]));
        for (int block = 0; block < c.layers(); block++) {
            String h = "model.layers." + block + ".";
            double[][] in = x;
            double[][] first = each(t -> post ? in[t] : rmsNorm(h + "input_layernorm", in[t], c.epsilon()));
            double[][] attended = each(llamaAttention(c, h + "self_attn.", first)::apply);
            double[][] middle = each(t -> plus(in[t],
                    post ? rmsNorm(h + "post_attention_layernorm", attended[t], c.epsilon()) : attended[t]));
            x = each(t -> {
                double[] second = post ? middle[t] : rmsNorm(h + "post_attention_layernorm", middle[t], c.epsilon());
                double[] gate = activate(c.activation(), linear(h + "mlp.gate_proj", second));
                double[] up = linear(h + "mlp.up_proj", second);
                Arrays.setAll(up, i -> gate[i] * up[i]);
                double[] down = linear(h + "mlp.down_proj", up);
                return plus(middle[t], post ? rmsNorm(h + "post_feedforward_layernorm", down, c.epsilon()) : down);
            });
        }
        double[][] last = x;
        String head = c.tiedHead() ? "model.embed_tokens" : "lm_head";
        return each(t -> linear(head, rmsNorm("model.norm", last[t], c.epsilon())));
    }

    private PerPosition llamaAttention(LlamaConfig c, String name, double[][] in) {
        boolean norm = c.family() == LlamaConfig.Family.OLMO2;
        int size = c.headSize();
        int group = c.heads() / c.keyValueHeads();
        double[][] query = each(t -> linear(name + "q_proj", in[t]));
        double[][] key = each(t -> linear(name + "k_proj", in[t]));
        double[][] value = each(t -> linear(name + "v_proj", in[t]));
        double[][] q = norm ? each(t -> rmsNorm(name + "q_norm", query[t], c.epsilon())) : query;
        double[][] k = norm ? each(t -> rmsNorm(name + "k_norm", key[t], c.epsilon())) : key;
        double[][] mixed = attend(c.heads(), size, Math.sqrt(size),
                (t, head) -> rotate(c.rotary(), t, part(q[t], head * size, size)),
                (t, head) -> rotate(c.rotary(), t, part(k[t], head / group * size, size)),
                (t, head) -> part(value[t], head / group * size, size));
        return t -> linear(name + "o_proj", mixed[t]);
    }

    private double[][] described(Architecture a) {
        double[][] x = each(t -> {
            double[] row = times(a.embedding().scale(), row(stem(a.embedding().tokens()), tokens[t]));
            return a.embedding().positions()
                    .map(p -> plus(row, row(stem(p.weight()), positions[t] + p.offset()))).orElse(row);
        });
        for (Block block : a.blocks()) {
            double[][] in = x;
            double[][] attended = describedAttention(block.attention(),
                    each(t -> normalized(block.beforeAttention(), in[t])));
            double[][] middle = each(t -> plus(in[t],
                    times(block.multiplier(), normalized(block.afterAttention(), attended[t]))));
            double[][] read = block.parallel() ? in : middle;
            x = each(t -> plus(middle[t], times(block.multiplier(),
                    normalized(block.afterMlp(), mlp(block.mlp(), normalized(block.beforeMlp(), read[t]))))));
        }
        double[][] last = x;
        Architecture.Head head = a.head();
        String name = head.tied() ? stem(a.embedding().tokens()) : head.name();
        return each(t -> {
            double[] h = times(head.scale(), normalized(Optional.of(a.lastNorm()), last[t]));
            return Arrays.stream(linear(name, h)).map(z -> capped(z, head.softCap())).toArray();
        });
    }

    private static String stem(String weight) {
        return weight.substring(0, weight.length() - ".weight".length());
    }

    private static double capped(double z, double cap) {
        return cap == 0 ? z : cap * Math.tanh(z / cap);
    }

    private static double[] times(double factor, double[] x) {
        return Arrays.stream(x).map(value -> factor * value).toArray();
    }

    private double[] mlp(FeedForward mlp, double[] x) {
        double[] hidden = switch (mlp) {
            case FeedForward.Plain p -> activate(p.nonlinearity(), linear(p.up(), x));
            case FeedForward.Gated p -> product(activate(p.nonlinearity(), linear(p.gate(), x)), linear(p.up(), x));
            case FeedForward.JointlyGated p -> {
                double[] joint = linear(p.gateAndUp(), x);
                yield product(activate(p.nonlinearity(), part(joint, 0, p.hidden())),
                        part(joint, p.hidden(), p.hidden()));
            }
        };
        return linear(mlp.down(), hidden);
    }

    private static double[] product(double[] x, double[] y) {
        double[] z = new double[x.length];
        Arrays.setAll(z, i -> x[i] * y[i]);
        return z;
    }

    private double[] normalized(Optional<Normalization> norm, double[] x) {
        if (norm.isEmpty()) {
            return x;
        }
        Normalization n = norm.get();
        return switch (n.kind()) {
            case LAYER -> layerNorm(n.name(), x, n.epsilon());
            case RMS -> rmsNorm(n.name(), x, n.epsilon());
            // (1 + γ) ∘ y as y + γ ∘ y.
            case RMS_FROM_ONE -> plus(rmsNorm(n.name(), x, n.epsilon()),
                    times(1 / Math.sqrt(dot(x, x) / x.length + n.epsilon()), x));
        };
    }

    private double[][] describedAttention(SelfAttention a, double[][] in) {
        int size = a.size();
        int group = a.heads() / a.keyValueHeads();
        int queries = a.heads() * size;
        int keys = a.keyValueHeads() * size;
        double[][] q = new double[in.length][];
        double[][] k = new double[in.length][];
        double[][] v = new double[in.length][];
        for (int t = 0; t < in.length; t++) {
            switch (a.projection()) {
                case Projection.Separate p -> {
                    q[t] = linear(p.query(), in[t]);
                    k[t] = linear(p.key(), in[t]);
                    v[t] = linear(p.value(), in[t]);
                }
                case Projection.Sections p -> {
                    double[] joint = linear(p.joint(), in[t]);
                    q[t] = part(joint, 0, queries);
                    k[t] = part(joint, queries, keys);
                    v[t] = part(joint, queries + keys, keys);
                }
                case Projection.HeadByHead p -> {
                    double[] joint = linear(p.joint(), in[t]);
                    q[t] = new double[queries];
                    k[t] = new double[queries];
                    v[t] = new double[queries];
                    for (int head = 0; head < a.heads(); head++) {
                        System.arraycopy(joint, 3 * head * size, q[t], head * size, size);
                        System.arraycopy(joint, (3 * head + 1) * size, k[t], head * size, size);
                        System.arraycopy(joint, (3 * head + 2) * size, v[t], head * size, size);
                    }
                }
            }
        }
        double[][] mixed = attend(a.heads(), size, a.window().orElse(Integer.MAX_VALUE),
                score -> capped(score * a.scale(), a.softCap()),
                (t, head) -> turned(a, t, query(a, q[t], head)),
                (t, head) -> turned(a, t, key(a, k[t], head / group)),
                (t, head) -> part(v[t], head / group * size, size));
        return each(t -> linear(a.output(), mixed[t]));
    }

    private double[] query(SelfAttention a, double[] q, int head) {
        return head(a, a.norms().map(SelfAttention.QueryKeyNorm::query), q, head);
    }

    private double[] key(SelfAttention a, double[] k, int head) {
        return head(a, a.norms().map(SelfAttention.QueryKeyNorm::key), k, head);
    }

    private double[] head(SelfAttention a, Optional<Normalization> norm, double[] x, int head) {
        return norm.isPresent() && norm.get().width() == x.length
                ? part(normalized(norm, x), head * a.size(), a.size())
                : normalized(norm, part(x, head * a.size(), a.size()));
    }

    private double[] turned(SelfAttention a, int t, double[] x) {
        return a.rotary().map(rotary -> rotate(rotary, t, x)).orElse(x);
    }

    private interface PerPosition {
        double[] apply(int position);
    }

    private interface PerHead {
        double[] apply(int position, int head);
    }

    private double[][] each(PerPosition function) {
        double[][] all = new double[tokens.length][];
        Arrays.setAll(all, function::apply);
        return all;
    }

    private double[][] attend(int heads, int size, double divisor, PerHead query, PerHead key, PerHead value) {
        return attend(heads, size, Integer.MAX_VALUE, score -> score / divisor, query, key, value);
    }

    private double[][] attend(int heads, int size, int window, DoubleUnaryOperator scale, PerHead query, PerHead key,
            PerHead value) {
        return each(i -> {
            double[] mixed = new double[heads * size];
            for (int head = 0; head < heads; head++) {
                double total = 0;
                double[] sum = new double[size];
                for (int j = 0; j <= i; j++) {
                    if (j == i || fed[j] != 0 && i - j < window) {
                        double weight = Math.exp(scale.applyAsDouble(dot(query.apply(i, head), key.apply(j, head))));
                        double[] v = value.apply(j, head);
                        total += weight;
                        Arrays.setAll(sum, s -> sum[s] + weight * v[s]);
                    }
                }
                for (int s = 0; s < size; s++) {
                    mixed[head * size + s] = sum[s] / total;
                }
            }
            return mixed;
        });
    }

    private double[] rotate(RotaryEmbedding rotary, int t, double[] x) {
        double[] y = x.clone();
        int pairs = rotary.dimensions() / 2;
        for (int i = 0; i < pairs; i++) {
            double frequency = frequency(rotary, Math.exp(-Math.log(rotary.base()) * i / pairs));
            int first = rotary.neighbors() ? 2 * i : i;
            int second = rotary.neighbors() ? 2 * i + 1 : i + pairs;
            Complex turned = new Complex(x[first], x[second]).multiply(new Complex(0, positions[t] * frequency).exp());
            y[first] = turned.getReal();
            y[second] = turned.getImaginary();
        }
        return y;
    }

    /** As transformers states Llama 3's rule, by wavelength and case by case. */
    private static double frequency(RotaryEmbedding rotary, double frequency) {
        return switch (rotary.scaling()) {
            case RotaryScaling.None _ -> frequency;
            case RotaryScaling.Linear(double factor) -> frequency / factor;
            case RotaryScaling.Llama3(double factor, double low, double high, int context) -> {
                double wavelength = 2 * Math.PI / frequency;
                if (wavelength < context / high) {
                    yield frequency;
                }
                if (wavelength > context / low) {
                    yield frequency / factor;
                }
                double smooth = (context / wavelength - low) / (high - low);
                yield (1 - smooth) * frequency / factor + smooth * frequency;
            }
        };
    }

    private double[] linear(String name, double[] x) {
        double[] weight = parameters.doubles(name + ".weight");
        double[] y = new double[weight.length / x.length];
        double[] bias = model.space().shapes().containsKey(name + ".bias") ? parameters.doubles(name + ".bias")
                : new double[y.length];
        Arrays.setAll(y, o -> dot(part(weight, o * x.length, x.length), x) + bias[o]);
        return y;
    }

    private double[] layerNorm(String name, double[] x, double epsilon) {
        double mean = Arrays.stream(x).average().orElseThrow();
        double[] bias = parameters.doubles(name + ".bias");
        double[] y = rmsNorm(name, Arrays.stream(x).map(value -> value - mean).toArray(), epsilon);
        return plus(y, bias);
    }

    private double[] rmsNorm(String name, double[] x, double epsilon) {
        double[] gain = parameters.doubles(name + ".weight");
        double deviation = Math.sqrt(dot(x, x) / x.length + epsilon);
        double[] y = new double[x.length];
        Arrays.setAll(y, i -> gain[i] * x[i] / deviation);
        return y;
    }

    private static double[] activate(ActivationFunction function, double[] x) {
        return Arrays.stream(x).map(v -> switch (function) {
            case GELU -> v * 0.5 * Erf.erfc(-v / Math.sqrt(2));
            case GELU_TANH -> 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
            case SILU -> v / (1 + Math.exp(-v));
        }).toArray();
    }

    private static double[] activate(Nonlinearity nonlinearity, double[] x) {
        return switch (nonlinearity) {
            case GELU -> activate(ActivationFunction.GELU, x);
            case GELU_TANH -> activate(ActivationFunction.GELU_TANH, x);
            case SILU -> activate(ActivationFunction.SILU, x);
            case RELU -> Arrays.stream(x).map(v -> Math.max(v, 0)).toArray();
        };
    }

    private double[] row(String table, int row) {
        double[] values = parameters.doubles(table + ".weight");
        int width = model.space().shape(table + ".weight").dimension(1);
        return part(values, row * width, width);
    }

    private static double[] part(double[] x, int from, int size) {
        return Arrays.copyOfRange(x, from, from + size);
    }

    private static double[] plus(double[] x, double[] y) {
        double[] sum = x.clone();
        Arrays.setAll(sum, i -> sum[i] + y[i]);
        return sum;
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }
}
