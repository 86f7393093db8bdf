package org.plumbline.model.pretrained;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.plumbline.engine.Precision;
import org.plumbline.io.Dtype;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.model.DecoderFixture;
import tools.jackson.databind.JsonNode;

/** Folders that are wrong, by accident or on purpose: each is refused in one line that names what is wrong. */
class HostileModelFilesTest {
    private static final String FILE = "model.safetensors";

    private static ModelFolder folder(String name) {
        return ModelFolder.copyOf(new DecoderFixture(name).folder());
    }

    static void assertRefused(ModelFolder folder, String named, List<String> said) {
        InputException refused =
                assertThrows(InputException.class, () -> PretrainedModel.load(folder.path(), Precision.DOUBLE));
        String message = refused.getMessage();
        assertTrue(message.contains(named) && said.stream().allMatch(message::contains), message);
        assertFalse(message.contains("\n"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "gpt2 | model_type | 'bert'",
        "gpt2 | model_type | 7",
        "gpt2 | reorder_and_upcast_attn | true",
        "gpt2 | add_cross_attention | true",
        "gpt2 | activation_function | 'relu'",
        "gpt2 | n_head | 3",
        "gpt2 | n_head | 0",
        "gpt2 | n_layer | 2147483647",
        "gpt2 | n_layer | -1",
        "gpt2 | n_embd | 2147483647",
        "gpt2 | vocab_size | 4294967296",
        "gpt2 | vocab_size | 2147483647",
        "gpt2 | vocab_size | 1.5",
        "gpt2 | vocab_size | null",
        "gpt2 | layer_norm_epsilon | -1",
        "gpt2 | layer_norm_epsilon | '1e-5'",
        "gpt2 | scale_attn_weights | 1",
        "gpt2 | tie_word_embeddings | 'yes'",
        "gpt2 | sliding_window | 128",
        "gpt2 | some_new_option | false",
        "gpt2 | quantization_config | {'bits': 4}",
        "gpt2 | pruned_heads | {'0': [1]}",
        "gpt_neox | hidden_act | 'gelu_fast'",
        "gpt_neox | rope_parameters | {'rope_type': 'yarn', 'factor': 2.0}",
        "gpt_neox | rope_parameters | {'rope_type': 'default', 'beta_fast': 2.0}",
        "gpt_neox | rope_parameters | {'partial_rotary_factor': 2.0}",
        "gpt_neox | rope_parameters | {'partial_rotary_factor': 0.4}",
        "gpt_neox | rope_parameters | []",
        "gpt_neox | rotary_pct | 0.5",
        "gpt_neox | rotary_emb_base | 5000",
        "gpt_neox | is_encoder_decoder | true",
        "llama | rope_scaling | {'type': 'dynamic', 'factor': 2.0}",
        "llama | rope_parameters | {'rope_type': 'linear'}",
        "llama | rope_parameters | {'rope_type': 'linear', 'factor': 0.5}",
        "llama | rope_parameters | {'rope_type': 'llama3', 'factor': 8.0, 'low_freq_factor': 4.0, "
                + "'high_freq_factor': 1.0, 'original_max_position_embeddings': 8}",
        "llama | rope_parameters | {'rope_theta': -1.0}",
        "llama | rope_parameters | {'partial_rotary_factor': 0.5}",
        "llama | rope_theta | 500000.0",
        "llama | rope_interleaved | true",
        "llama | use_sliding_window | true",
        "llama | layer_types | ['full_attention', 'sliding_attention']",
        "llama | num_key_value_heads | 3",
        "llama | head_dim | 2147483647",
        "llama | head_dim | 3",
        "llama | head_dim | 2147483646",
        "llama | logit_scale | 2.0"
    })
    void optionsThatAreNotSupportedAreNamed(String name, String option, String value) {
        Object parsed = Json.parse(Path.of("value"),
                ("[" + value.replace('\'', '"') + "]").getBytes(StandardCharsets.UTF_8), List.class).getFirst();
        ModelFolder folder = folder(name).config(config -> config.put(option, parsed));
        // A value that is possible in itself is named as the size that does not fit, or by the tensor
        // that it contradicts.
        String named = switch (option) {
            case "n_head" -> parsed.equals(3) ? "heads" : option;
            case "num_key_value_heads" -> "heads of keys and values";
            case "layer_norm_epsilon" -> parsed instanceof String ? option : "epsilon";
            case "vocab_size" -> parsed instanceof Integer ? "[2147483647, 8]" : option;
            case "rope_parameters" -> value.contains("_theta") ? "base"
                    : value.contains("0.4") || value.contains("0.5") ? "rotary"
                    : value.contains("llama3") ? "low_freq_factor" : "rope_parameters";
            default -> option;
        };
        assertRefused(folder, named, List.of(folder.path().getFileName().toString()));
    }

    static Stream<Arguments> wrongTensors() {
        return Stream.of(
                Arguments.of("missing", "ln_f.bias", change(tensors -> tensors.remove("transformer.ln_f.bias"))),
                Arguments.of("unexpected", "extra.weight", change(tensors -> tensors.put("extra.weight", one()))),
                Arguments.of("a mask of a block's other layer", "h.0.mlp.bias",
                        change(tensors -> tensors.put("transformer.h.0.mlp.bias", one()))),
                Arguments.of("a block too many", "h.2.ln_1.bias",
                        change(tensors -> tensors.put("transformer.h.2.ln_1.bias", one()))),
                Arguments.of("twice", "ln_f.bias",
                        change(tensors -> tensors.put("ln_f.bias", tensors.get("transformer.ln_f.bias")))),
                Arguments.of("shape", "wpe.weight", change(tensors -> tensors.compute("transformer.wpe.weight",
                        (_, tensor) -> new ModelFolder.Tensor(new int[] {4, 16}, tensor.values())))),
                Arguments.of("not transposed", "c_fc.weight", change(tensors -> tensors.compute(
                        "transformer.h.0.mlp.c_fc.weight",
                        (_, tensor) -> new ModelFolder.Tensor(new int[] {16, 8}, tensor.values())))),
                Arguments.of("another head than the embedding", "lm_head.weight", change(tensors -> tensors.put(
                        "lm_head.weight", new ModelFolder.Tensor(new int[] {13, 8}, new double[104])))),
                Arguments.of("NaN", "h.1.ln_2.weight", change(tensors ->
                        tensors.get("transformer.h.1.ln_2.weight").values()[3] = Double.NaN)),
                Arguments.of("infinity", "h.1.mlp.c_proj.weight", change(tensors ->
                        tensors.get("transformer.h.1.mlp.c_proj.weight").values()[5] = Double.NEGATIVE_INFINITY)));
    }

    private static Consumer<Map<String, ModelFolder.Tensor>> change(Consumer<Map<String, ModelFolder.Tensor>> change) {
        return change;
    }

    private static ModelFolder.Tensor one() {
        return new ModelFolder.Tensor(new int[] {1}, new double[] {1});
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongTensors")
    void tensorsThatDoNotFitAreNamed(String what, String tensor, Consumer<Map<String, ModelFolder.Tensor>> change) {
        assertRefused(folder("gpt2").tensors(change), tensor, List.of());
    }

    @Test
    void weightsThatOverflowSinglePrecisionAreNamed() {
        ModelFolder folder =
                folder("gpt2").tensors(tensors -> tensors.get("transformer.ln_f.bias").values()[0] = 1e300);
        InputException refused =
                assertThrows(InputException.class, () -> PretrainedModel.load(folder.path(), Precision.SINGLE));
        assertTrue(refused.getMessage().contains("ln_f.bias"), refused.getMessage());
        PretrainedModel.load(folder.path(), Precision.DOUBLE);
    }

    @Test
    void weightsOfIntegersAreRefused() {
        assertRefused(folder("gpt2").tensors(Dtype.I64, tensors -> {}), "transformer.wte.weight", List.of("I64"));
    }

    @Test
    void foldersWithoutTheirFilesAreRefused(@TempDir Path empty) {
        assertRefused(folder("gpt2").without(FILE), FILE, List.of("neither"));
        assertRefused(folder("gpt2").without("config.json"), "config.json", List.of("no such file"));
        assertRefused(folder("gpt2").index(Map.of("x", "y.safetensors")), FILE, List.of("both"));
        assertThrows(InputException.class, () -> PretrainedModel.load(empty.resolve("nowhere"), Precision.DOUBLE));
        assertThrows(InputException.class, () -> PretrainedModel.load(empty, Precision.DOUBLE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a.safetensors", "/etc/a.safetensors", "x/../a.safetensors", "x/a.safetensors", "..",
        ".", "", "a.safetensors/", "\\a.safetensors", "a\u0000.safetensors", "a.bin", "config.json"})
    void aShardOutsideOfTheFolderIsNotFollowed(String shard) {
        ModelFolder folder = folder("llama").sharded();
        Map<String, String> map = folder.index();
        map.put("model.norm.weight", shard);
        assertRefused(folder.index(map), "index.json", List.of("plain name"));
    }

    @Test
    void shardsThatAreNotAsListedAreRefused() {
        assertRefused(folder("llama").sharded().without("b.safetensors"), "b.safetensors", List.of("no such file"));
        ModelFolder elsewhere = folder("llama").sharded();
        Map<String, String> map = elsewhere.index();
        map.put("lm_head.weight", "b.safetensors");
        assertRefused(elsewhere.index(map), "lm_head.weight", List.of("b.safetensors"));
        map.remove("lm_head.weight");
        assertRefused(elsewhere.index(map), "lm_head.weight", List.of("not listed"));
        ModelFolder twice = folder("llama");
        Map<String, ModelFolder.Tensor> tensors = twice.tensors();
        twice.sharded().write("b.safetensors", Dtype.F64, tensors);
        assertRefused(twice, "already", List.of("a.safetensors"));
        assertRefused(folder("llama").sharded().index(Map.of()), "weight_map", List.of());
        assertRefused(folder("llama").without(FILE).bytes("model.safetensors.index.json", "{\"weight_map\": {\"x\": 1}}"
                .getBytes(StandardCharsets.UTF_8)), "'x'", List.of());
    }

    private static ModelFolder withHeader(String header, int dataBytes) {
        return folder("gpt2").bytes(FILE, ModelFolder.safetensors(header, new byte[dataBytes]));
    }

    private static String entry(String name, String dtype, String shape, long begin, long end) {
        return String.format(
                "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}", name, dtype, shape, begin, end);
    }

    @Test
    void headersThatLieAreRefused() {
        assertRefused(
                withHeader("{" + entry("a", "F32", "[2]", 0, 8) + "," + entry("b", "F32", "[2]", 4, 12) + "}", 12),
                "'b'", List.of("inside the tensor before it"));
        assertRefused(withHeader("{" + entry("a", "F32", "[4]", 0, 16) + "}", 8), "'a'", List.of("data_offsets"));
        assertRefused(withHeader("{" + entry("a", "F32", "[2]", 0, 16) + "}", 16), "'a'", List.of("need 8"));
        assertRefused(withHeader("{" + entry("a", "F99", "[2]", 0, 8) + "}", 8), "'a'", List.of("F99"));
        assertRefused(withHeader("{" + entry("a", "F32", "[2]", 0, 8) + "," + entry("a", "F32", "[2]", 0, 8) + "}", 8),
                FILE, List.of("uplicate"));
        assertRefused(withHeader("{" + entry("a", "F32", "[2147483647,2147483647,2147483647]", 0, 8) + "}", 8),
                "'a'", List.of("more elements"));
        assertRefused(withHeader("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", 0), FILE, List.of("100"));
        assertRefused(folder("gpt2").bytes(FILE, new byte[] {1, 2, 3}), FILE, List.of("3 bytes"));
        byte[] beyond = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.MAX_VALUE).array();
        assertRefused(folder("gpt2").bytes(FILE, beyond), FILE, List.of(Long.toString(Long.MAX_VALUE)));
        byte[] negative = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(-1).array();
        assertRefused(folder("gpt2").bytes(FILE, negative), FILE, List.of("18446744073709551615"));
    }

    @Test
    void configurationsThatAreNoneAreRefused() {
        for (String text : new String[] {"", "[]", "{", "\"gpt2\"",
            "{\"model_type\":\"gpt2\",\"model_type\":\"llama\"}", "[".repeat(100_000), "{\"a\":" .repeat(50_000)}) {
            assertRefused(folder("gpt2").bytes("config.json", text.getBytes(StandardCharsets.UTF_8)),
                    "config.json", List.of());
        }
    }

    /**
     * A valid file with some bytes changed, cut or repeated either still reads or is refused by name. Nothing is
     * allocated that the file does not hold: the largest claim here, a shape of 2³¹ elements or a header of 2⁶³ bytes,
     * would not fit the memory that tests have.
     */
    @Property(tries = 500)
    void mutatedWeightsAreReadOrRefused(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        String name = new String[] {"gpt2", "gpt_neox", "llama"}[random.nextInt(3)];
        Path source = new DecoderFixture(name).folder();
        assertReadOrRefused(
                source, FILE, mutated(Files.readAllBytes(source.resolve(FILE)), random, random.nextInt(3) > 0));
    }

    @Property(tries = 300)
    void mutatedConfigurationsAreReadOrRefused(@ForAll long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        String name = new String[] {"gpt2", "gpt_neox", "llama"}[random.nextInt(3)];
        Path source = new DecoderFixture(name).folder();
        byte[] config = Files.readAllBytes(source.resolve("config.json"));
        assertReadOrRefused(source, "config.json",
                random.nextBoolean() ? mutated(config, random, false) : otherValue(config, random));
    }

    private static void assertReadOrRefused(Path source, String file, byte[] bytes) {
        ModelFolder folder = ModelFolder.copyOf(source).bytes(file, bytes);
        // Far more than any of these takes: only a loop without end reaches it.
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            try {
                PretrainedModel.load(folder.path(), Precision.SINGLE);
            } catch (InputException refused) {
                assertTrue(refused.getMessage().contains(folder.path().getFileName().toString()), refused.getMessage());
                assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
            }
        });
        for (String name : new String[] {"config.json", FILE}) {
            folder.without(name);
        }
        folder.path().toFile().delete();
    }

    /** A few edits; in a safetensors file, where headers matter most, within the header's bytes. */
    private static byte[] mutated(byte[] original, SplittableRandom random, boolean header) {
        byte[] bytes = original.clone();
        int reach = header
                ? 8 + (int) ByteBuffer.wrap(original).order(ByteOrder.LITTLE_ENDIAN).getLong()
                : bytes.length;
        for (int edit = random.nextInt(1, 4); edit > 0; edit--) {
            int at = random.nextInt(Math.min(reach, bytes.length));
            int size = random.nextInt(1, 20);
            bytes = switch (random.nextInt(6)) {
                case 0 -> with(bytes, at, (byte) random.nextInt(256));
                case 1 -> with(bytes, at, (byte) "0123456789-[]{},:\"eE.".charAt(random.nextInt(21)));
                case 2 -> with(bytes, random.nextInt(Math.min(8, bytes.length)), (byte) random.nextInt(256));
                case 3 -> joined(Arrays.copyOf(bytes, at), tail(bytes, at + size));
                case 4 -> joined(Arrays.copyOf(bytes, Math.min(bytes.length, at + size)), tail(bytes, at));
                default -> Arrays.copyOf(bytes, Math.max(1, at));
            };
        }
        return bytes;
    }

    /** Another value, of another type or far too large, for one option. */
    private static byte[] otherValue(byte[] config, SplittableRandom random) {
        List<Map.Entry<String, JsonNode>> options =
                List.copyOf(Json.parse(Path.of("config"), config).properties());
        Map.Entry<String, JsonNode> option = options.get(random.nextInt(options.size()));
        String[] values = {"null", "true", "-1", "0", "1", "7", "2147483647", "9223372036854775807", "1e308", "1e-320",
                "\"x\"", "[]", "{}", "{\"rope_theta\": 1e308}", "{\"partial_rotary_factor\": 1e-9}"};
        String old = "\"" + option.getKey() + "\": ";
        String text = new String(config, StandardCharsets.UTF_8);
        int from = text.indexOf(old);
        int to = from + old.length() + valueLength(text.substring(from + old.length()));
        return (text.substring(0, from) + old + values[random.nextInt(values.length)] + text.substring(to))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Options are one on a line, but for the one object. */
    private static int valueLength(String rest) {
        if (rest.startsWith("{")) {
            return rest.indexOf('}') + 1;
        }
        int comma = rest.indexOf(",\n");
        return comma >= 0 ? comma : rest.indexOf('\n');
    }

    private static byte[] with(byte[] bytes, int at, byte value) {
        bytes[at] = value;
        return bytes;
    }

    private static byte[] tail(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, Math.min(from, bytes.length), bytes.length);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined.length == 0 ? new byte[1] : joined;
    }

    /** Read by the public library under this architecture's own name alone: honoring it would make another model. */
    @ParameterizedTest
    @CsvSource({"rope_theta, 5000.0, rotary_emb_base", "partial_rotary_factor, 0.5, rotary_pct"})
    void anOptionThatTheReferenceDoesNotReadIsRefused(String option, double value, String own) {
        ModelFolder general = folder("gpt_neox").config(config -> {
            config.remove("rope_parameters");
            config.put(option, value);
        });
        assertRefused(general, option, List.of(own, "expected nothing"));
        ModelFolder both = folder("gpt_neox").config(config -> {
            config.remove("rope_parameters");
            config.put(option, value);
            config.put(own, value);
        });
        PretrainedModel.load(both.path(), Precision.DOUBLE);
    }

    @Test
    void unknownOptionsAreNamedTogether() {
        assertRefused(folder("gpt2").config(config -> {
            config.put("first_thing", 1);
            config.put("second_thing", 2);
        }), "first_thing", List.of("second_thing"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "adapter_config.json | adapter", "adapter_config.json | --adapter",
    })
    void anAdapterBesideAModelIsNotPassedOver(String file, String said) throws IOException {
        ModelFolder folder = folder("gpt2");
        Files.writeString(folder.path().resolve(file), "{}");
        assertRefused(folder, file, List.of(said));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "pytorch_model.bin | safe_serialization=True", "pytorch_model-00001-of-00002.bin | safe_serialization=True",
        "model.q4.gguf | llama.cpp", "tf_model.h5 | another framework", "flax_model.msgpack | another framework",
    })
    void weightsInAnotherFormatAreNamed(String file, String said) throws IOException {
        ModelFolder folder = folder("gpt2");
        Files.move(folder.path().resolve(FILE), folder.path().resolve(file));
        assertRefused(folder, file, List.of(said));
    }

    @Test
    void otherFoldersAndPointersAreNamed() throws IOException {
        ModelFolder folder = folder("gpt2");
        Path weights = folder.path().resolve(FILE);
        Files.writeString(weights, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 6424\n");
        assertRefused(folder, FILE, List.of("Git LFS pointer", "git lfs pull"));
        Files.move(folder.path().resolve("config.json"), folder.path().resolve("manifest.json"));
        assertRefused(folder, "manifest.json", List.of("store of factors"));
        InputException file = assertThrows(InputException.class, () -> PretrainedModel.load(weights, Precision.DOUBLE));
        assertTrue(file.getMessage().contains("found a file, expected the folder"), file.getMessage());
    }
}
