package org.plumbline.model.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Workers;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.model.Example;
import org.plumbline.train.Evaluation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Adapters that peft 0.21 wrote, on small random models: the losses are those of peft, which does not merge them. */
class LoraAdapterTest {
    private static final Path FOLDER = Path.of("src/test/resources/org/plumbline/model/pretrained/lora");
    private static final JsonNode GOLDEN = Json.read(FOLDER.resolve("golden.json"));

    @TempDir
    private Path folder;

    private static PretrainedModel base(String name) {
        return PretrainedModel.load(FOLDER.resolve(name), Precision.DOUBLE);
    }

    private static double loss(PretrainedModel model) {
        int[] tokens = GOLDEN.get("tokens").valueStream().mapToInt(JsonNode::intValue).toArray();
        try (Workers workers = Workers.of(1)) {
            return new Evaluation(model.model(), List.of(Example.ofTokens(tokens)), LoweredEngine.scalar(),
                    Precision.DOUBLE, 1, workers).meanLoss(model.parameters());
        }
    }

    @TestFactory
    Stream<DynamicTest> theLossIsThatOfPeft() {
        return GOLDEN.get("cases").valueStream().map(golden -> DynamicTest.dynamicTest(
                golden.get("adapter").stringValue(), () -> {
                    PretrainedModel base = base(golden.get("base").stringValue());
                    PretrainedModel merged =
                            LoraAdapter.merge(base, FOLDER.resolve(golden.get("adapter").stringValue()));
                    double expected = golden.get("loss").doubleValue();
                    // Both in double precision: sums of some hundred terms of order 1, in another order.
                    assertEquals(expected, loss(merged), 1e-12 * Math.abs(expected));
                    assertEquals(golden.get("base_loss").doubleValue(), loss(base), 1e-12 * Math.abs(expected));
                    assertNotEquals(loss(base), loss(merged));
                }));
    }

    private Path changed(Map<String, Object> options) throws IOException {
        Path source = FOLDER.resolve("llama-plain");
        Files.copy(source.resolve("adapter_model.safetensors"), folder.resolve("adapter_model.safetensors"));
        ObjectNode config = (ObjectNode) Json.read(source.resolve("adapter_config.json"));
        options.forEach((name, value) -> config.set(name, Json.tree(value)));
        Json.write(folder.resolve("adapter_config.json"), config);
        return folder;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "use_dora | true | option 'use_dora': found true, which is not supported",
        "peft_type | IA3 | option 'peft_type': found \"IA3\", expected LORA",
        "bias | all | option 'bias': found \"all\", expected none",
        "lora_bias | true | option 'lora_bias': found true",
        "modules_to_save | lm_head | option 'modules_to_save': found \"lm_head\"",
        "init_lora_weights | pissa | option 'init_lora_weights': found \"pissa\", expected",
        "layer_replication | 1 | option 'layer_replication': found", "unheard_of | 1 | option 'unheard_of': found",
        "r | 0 | option 'r': found 0, expected a rank", "r | 7 | lora_A.weight",
        "lora_alpha | x | option 'lora_alpha': found \"x\", expected a number"
    })
    void whatIsNotSupportedIsNamed(String option, String value, String expected) throws IOException {
        Object typed = value.equals("true") ? (Object) true
                : value.matches("\\d") ? (Object) Integer.valueOf(value) : value;
        Path adapter = changed(Map.of(option, typed));
        String message =
                assertThrows(InputException.class, () -> LoraAdapter.merge(base("llama"), adapter)).getMessage();
        assertTrue(message.contains(expected), message);
    }

    @Test
    void anAdapterOfAnotherModelIsRefused() {
        for (String adapter : List.of("llama-plain", "llama-head", "gpt2-conv")) {
            PretrainedModel other = base(adapter.startsWith("llama") ? "gpt2" : "llama");
            String message = assertThrows(InputException.class, () -> LoraAdapter.merge(other, FOLDER.resolve(adapter)))
                    .getMessage();
            assertTrue(message.contains("expected the model that the adapter was trained on"), message);
        }
        assertThrows(InputException.class, () -> LoraAdapter.merge(base("llama"), FOLDER.resolve("llama")));
    }

    /** What is merged is rounded once, to the precision of the parameters. */
    @Test
    void singlePrecisionIsTheRoundedDouble() {
        PretrainedModel single = LoraAdapter.merge(
                PretrainedModel.load(FOLDER.resolve("llama"), Precision.SINGLE), FOLDER.resolve("llama-patterns"));
        PretrainedModel exact = LoraAdapter.merge(base("llama"), FOLDER.resolve("llama-patterns"));
        exact.parameters().copy(Precision.SINGLE).storages().forEach((name, expected) ->
                assertTrue(Matrices.equal(expected, single.parameters().storages().get(name)), name));
    }
}
