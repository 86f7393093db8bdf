package org.plumbline.model.pretrained;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.io.Dtype;
import org.plumbline.model.Decoder;
import org.plumbline.model.DecoderFixture;
import org.plumbline.model.Gpt2;
import org.plumbline.model.GptNeoX;
import org.plumbline.model.Llama;
import org.plumbline.model.Parameters;
import org.plumbline.model.RandomDecoders;
import org.plumbline.model.RotaryScaling;
import org.plumbline.model.Transformer;

/** What can be read, and that what is written reads back. */
class PretrainedModelTest {

    private static Object config(Decoder model) {
        return switch (model) {
            case Gpt2 gpt2 -> gpt2.config();
            case GptNeoX neoX -> neoX.config();
            case Llama llama -> llama.config();
            case Transformer other -> other.architecture();
        };
    }

    private static void assertSame(Parameters expected, Parameters found) {
        assertEquals(expected.precision(), found.precision());
        assertEquals(expected.space(), found.space());
        expected.storages().forEach((name, storage) -> {
            switch (storage) {
                case Storage.Floats(float[] array) ->
                        assertArrayEquals(array, ((Storage.Floats) found.storages().get(name)).array(), name);
                default -> assertArrayEquals(storage.toDoubles(), found.doubles(name), name);
            }
        });
    }

    /** Every option and every bit, in one file and in shards of any size. */
    @Property(tries = 60)
    void whatIsWrittenReadsBack(
            @ForAll(supplier = RandomDecoders.OfConfigurations.class) RandomDecoders.Drawn drawn,
            @ForAll Precision precision,
            @ForAll @IntRange(min = 1, max = 3000) int shardBytes) throws IOException {
        Path folder = Files.createTempDirectory("plumbline-round-trip");
        try {
            Parameters parameters = drawn.parameters().copy(precision);
            new PretrainedModel(drawn.model(), parameters).save(folder, shardBytes);
            PretrainedModel read = PretrainedModel.load(folder, precision);
            assertEquals(config(drawn.model()), config(read.model()));
            assertSame(parameters, read.parameters());
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                files.forEach(file -> file.toFile().delete());
            }
            Files.delete(folder);
        }
    }

    /** What transformers wrote comes back tensor by tensor, under the same names but for the head's older one. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "gpt_neox", "llama"})
    void aForeignFileIsWrittenAsItWas(String name, @TempDir Path folder) {
        Path source = new DecoderFixture(name).folder();
        PretrainedModel.load(source, Precision.DOUBLE).save(folder);
        Map<String, ModelFolder.Tensor> expected = ModelFolder.copyOf(source).tensors();
        Map<String, ModelFolder.Tensor> found = ModelFolder.copyOf(folder).tensors();
        assertEquals(expected.size(), found.size());
        expected.forEach((tensor, value) -> {
            String key = name.equals("gpt_neox") && tensor.equals("lm_head.weight") ? "embed_out.weight" : tensor;
            assertArrayEquals(value.shape(), found.get(key).shape(), key);
            assertArrayEquals(value.values(), found.get(key).values(), key);
        });
    }

    /** Each type widens exactly; into single precision, what is wider is rounded to nearest. */
    @ParameterizedTest
    @EnumSource(names = {"F64", "F32", "F16", "BF16"})
    void everyFloatingTypeIsRead(Dtype dtype) {
        DecoderFixture fixture = new DecoderFixture("llama");
        ModelFolder folder = ModelFolder.copyOf(fixture.folder()).tensors(dtype, tensors -> {});
        DoubleUnaryOperator rounded = switch (dtype) {
            case F64 -> x -> x;
            case F32 -> x -> (float) x;
            case F16 -> x -> Float.float16ToFloat(Float.floatToFloat16((float) x));
            default -> x -> Float.intBitsToFloat(Float.floatToRawIntBits((float) x) & 0xffff0000);
        };
        Parameters wide = PretrainedModel.load(folder.path(), Precision.DOUBLE).parameters();
        Parameters narrow = PretrainedModel.load(folder.path(), Precision.SINGLE).parameters();
        fixture.parameters().storages().forEach((name, storage) -> {
            double[] expected = Arrays.stream(storage.toDoubles()).map(rounded).toArray();
            assertArrayEquals(expected, wide.doubles(name), name);
            assertArrayEquals(Arrays.stream(expected).map(x -> (float) x).toArray(), narrow.doubles(name), name);
        });
    }

    private static void assertReads(DecoderFixture fixture, ModelFolder folder) {
        assertSame(fixture.parameters(), PretrainedModel.load(folder.path(), Precision.DOUBLE).parameters());
    }

    private static void rename(Map<String, ModelFolder.Tensor> tensors, UnaryOperator<String> names) {
        Map<String, ModelFolder.Tensor> renamed = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> renamed.put(names.apply(name), tensor));
        tensors.clear();
        tensors.putAll(renamed);
    }

    private static ModelFolder.Tensor vector(double... values) {
        return new ModelFolder.Tensor(new int[] {values.length}, values);
    }

    /** As the first files of GPT-2 are: no prefix, and masks beside the weights. */
    @Test
    void filesOfABaseModelWithItsMasksAreRead() {
        DecoderFixture fixture = new DecoderFixture("gpt2");
        assertReads(fixture, ModelFolder.copyOf(fixture.folder()).tensors(tensors -> {
            rename(tensors, name -> name.replace("transformer.", ""));
            tensors.put("h.0.attn.bias", vector(1, 1));
            tensors.put("h.1.attn.masked_bias", vector(-1e4));
        }));
    }

    @Test
    void olderFilesOfRotaryModelsAreRead() {
        DecoderFixture neoX = new DecoderFixture("gpt_neox");
        assertReads(neoX, ModelFolder.copyOf(neoX.folder()).tensors(tensors -> {
            rename(tensors, name -> name.replace("lm_head", "embed_out"));
            tensors.put("gpt_neox.layers.1.attention.rotary_emb.inv_freq", vector(1));
            tensors.put("gpt_neox.layers.1.attention.bias", vector(1));
        }).config(config -> {
            config.remove("rope_parameters");
            config.put("rotary_pct", 0.25);
            config.put("rotary_emb_base", 10000);
        }));
        DecoderFixture llama = new DecoderFixture("llama");
        assertReads(llama, ModelFolder.copyOf(llama.folder())
                .tensors(tensors -> tensors.put("model.layers.0.self_attn.rotary_emb.inv_freq", vector(1)))
                .config(config -> {
                    config.remove("rope_parameters");
                    config.put("rope_theta", 10000.0);
                    config.put("rope_scaling", null);
                }));
    }

    @Test
    void bothSpellingsOfAScalingAreTheSame() {
        Map<String, Object> llama3 = new LinkedHashMap<>(Map.of("factor", 8.0, "low_freq_factor", 1.0,
                "high_freq_factor", 4.0, "original_max_position_embeddings", 8192, "rope_type", "llama3"));
        ModelFolder older = ModelFolder.copyOf(new DecoderFixture("llama").folder()).config(config -> {
            config.remove("rope_parameters");
            config.put("rope_theta", 500000.0);
            config.put("rope_scaling", llama3);
        });
        ModelFolder newer = ModelFolder.copyOf(new DecoderFixture("llama").folder()).config(config -> {
            Map<String, Object> parameters = new LinkedHashMap<>(llama3);
            parameters.put("rope_theta", 500000.0);
            config.put("rope_parameters", parameters);
        });
        Llama first = (Llama) PretrainedModel.load(older.path(), Precision.DOUBLE).model();
        Llama second = (Llama) PretrainedModel.load(newer.path(), Precision.DOUBLE).model();
        assertEquals(new RotaryScaling.Llama3(8, 1, 4, 8192), first.config().rotary().scaling());
        assertEquals(500000.0, first.config().rotary().base());
        assertEquals(first.config(), second.config());
    }

    @Test
    void aTiedHeadMayBeStoredIfItIsTheEmbedding() {
        DecoderFixture fixture = new DecoderFixture("gpt2");
        assertReads(fixture, ModelFolder.copyOf(fixture.folder()).tensors(
                tensors -> tensors.put("lm_head.weight", tensors.get("transformer.wte.weight"))));
    }

    @Test
    void shardsAreRead() {
        DecoderFixture fixture = new DecoderFixture("llama");
        assertReads(fixture, ModelFolder.copyOf(fixture.folder()).sharded());
    }

    @Test
    void optionsThatChangeNothingAreIgnored() {
        DecoderFixture fixture = new DecoderFixture("gpt2");
        assertReads(fixture, ModelFolder.copyOf(fixture.folder()).config(config -> {
            config.put("attn_pdrop", 0.1);
            config.put("_name_or_path", "somewhere");
            config.put("quantization_config", null);
            config.put("n_inner", 16);
            config.put("task_specific_params", Map.of("text-generation", Map.of("do_sample", true)));
        }));
    }

    /** {@code null} is four times the width, and options change what they say. */
    @Test
    void optionsOfGpt2AreHonored() {
        ModelFolder folder = ModelFolder.copyOf(new DecoderFixture("gpt2").folder()).config(config -> {
            config.put("activation_function", "gelu");
            config.put("scale_attn_weights", false);
            config.put("scale_attn_by_inverse_layer_idx", true);
        });
        Gpt2 model = (Gpt2) PretrainedModel.load(folder.path(), Precision.DOUBLE).model();
        assertEquals("GELU", model.config().activation().name());
        assertTrue(!model.config().scaledAttention() && model.config().scaledByDepth());
        // The fixture's MLP is twice as wide as the model, so its tensors do not fit four times the width.
        folder.config(config -> config.put("n_inner", null));
        HostileModelFilesTest.assertRefused(folder, "c_fc.weight", List.of("[8, 16]", "[8, 32]"));
    }
}
