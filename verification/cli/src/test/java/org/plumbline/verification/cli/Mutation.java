package org.plumbline.verification.cli;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Random changes of a file's content: of its bytes, of the tree of its JSON, of the tensors of its safetensors. */
final class Mutation {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final long[] INTEGERS = {
        0, 1, -1, 2, 7, 255, 256, 65_536, 1L << 30, Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 31, 1L << 53,
        Long.MAX_VALUE, Long.MIN_VALUE};
    private static final double[] REALS = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 1e308, -1e308, 1e-320, 1e39, -1, 0.5};
    private static final byte[] BYTES = {0, -1, '"', '\\', '{', '}', '[', ']', ',', ':', '\n', '\r', (byte) 0xc3, '9'};
    private static final String[] TEXTS = {
        "", "\0", "\n", "../x", "/", ".", "ekfac", "kfac", "none", "nan", "1e999", "-1", "\ud800", "\u202e", "true",
        "x".repeat(2000), "<|endoftext|>", "[^a]*(a+)+$"};

    private final SplittableRandom random;

    Mutation(SplittableRandom random) {
        this.random = random;
    }

    /** One to four changes of bytes. */
    byte[] bytes(byte[] content) {
        byte[] changed = content.clone();
        for (int i = random.nextInt(1, 5); i > 0 && changed.length > 0; i--) {
            changed = changeBytes(changed);
        }
        return changed;
    }

    private byte[] changeBytes(byte[] content) {
        int at = random.nextInt(content.length);
        int length = random.nextInt(1, 2 + Math.min(64, content.length - at));
        int to = Math.min(content.length, at + length);
        switch (random.nextInt(7)) {
            case 0 -> content[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> content[at] = BYTES[random.nextInt(BYTES.length)];
            case 2 -> {
                return joined(Arrays.copyOf(content, at), Arrays.copyOfRange(content, to, content.length));
            }
            case 3 -> {
                return joined(Arrays.copyOf(content, to), Arrays.copyOfRange(content, at, content.length));
            }
            case 4 -> {
                return Arrays.copyOf(content, at);
            }
            case 5 -> {
                byte[] noise = new byte[length];
                for (int i = 0; i < length; i++) {
                    noise[i] = (byte) random.nextInt(256);
                }
                return joined(Arrays.copyOf(content, at), noise, Arrays.copyOfRange(content, at, content.length));
            }
            default -> {
                if (at + Long.BYTES <= content.length) {
                    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(at, INTEGERS[random.nextInt(INTEGERS.length)]);
                }
            }
        }
        return content;
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** One to three changes of the tree; of the bytes, where there is none. */
    byte[] json(byte[] content) {
        try {
            JsonNode tree = Json.parse(Path.of("f"), content);
            change(tree, random.nextInt(1, 4));
            return Json.line(tree).getBytes(StandardCharsets.UTF_8);
        } catch (InputException e) {
            return bytes(content);
        }
    }

    /** Changes a tree in place. */
    void change(JsonNode tree, int times) {
        for (int i = 0; i < times; i++) {
            List<JsonNode> containers = new ArrayList<>();
            collect(tree, containers);
            if (!containers.isEmpty()) {
                switch (containers.get(random.nextInt(containers.size()))) {
                    case ObjectNode object -> change(object, tree);
                    case ArrayNode array -> change(array, tree);
                    default -> { }
                }
            }
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainer() && !node.isEmpty() && containers.size() < 5000) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private void change(ObjectNode object, JsonNode tree) {
        List<String> names = List.copyOf(object.propertyNames());
        String name = names.get(random.nextInt(names.size()));
        switch (random.nextInt(6)) {
            case 0 -> object.remove(name);
            case 1 -> {
                JsonNode value = object.remove(name);
                object.set(random.nextBoolean() ? name + "x" : TEXTS[random.nextInt(TEXTS.length - 1)], value);
            }
            case 2 -> object.set(name, object.get(names.get(random.nextInt(names.size()))).deepCopy());
            default -> object.set(name, value(object.get(name), tree));
        }
    }

    private void change(ArrayNode array, JsonNode tree) {
        int at = random.nextInt(array.size());
        switch (random.nextInt(5)) {
            case 0 -> array.remove(at);
            case 1 -> array.insert(at, array.get(random.nextInt(array.size())).deepCopy());
            default -> array.set(at, value(array.get(at), tree));
        }
    }

    private JsonNode value(JsonNode before, JsonNode tree) {
        return switch (random.nextInt(9)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.nextBoolean());
            case 2 -> NODES.numberNode(INTEGERS[random.nextInt(INTEGERS.length)]);
            case 3 -> NODES.numberNode(REALS[3 + random.nextInt(REALS.length - 3)]);
            case 4 -> NODES.stringNode(TEXTS[random.nextInt(TEXTS.length)].replace("\ud800", "?"));
            case 5 -> NODES.arrayNode().add(before.deepCopy());
            case 6 -> NODES.objectNode().set("a", before.deepCopy());
            case 7 -> before.isIntegralNumber() && before.canConvertToInt()
                    ? NODES.numberNode(before.intValue() + random.nextInt(-2, 3)) : NODES.arrayNode();
            default -> tree.size() < 100 ? NODES.stringNode(before.toString()) : NODES.objectNode();
        };
    }

    /** A change of the header's tree, of a tensor's elements or of the bytes of a safetensors file. */
    byte[] safetensors(byte[] content) {
        int header = (int) ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        int data = Long.BYTES + header;
        switch (random.nextInt(5)) {
            case 0 -> {
                return bytes(content);
            }
            case 1, 2 -> {
                byte[] changed = json(Arrays.copyOfRange(content, Long.BYTES, data));
                byte[] length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(changed.length).array();
                return joined(length, changed, Arrays.copyOfRange(content, data, content.length));
            }
            default -> {
                byte[] changed = content.clone();
                boolean single = random.nextBoolean();
                int width = single ? Float.BYTES : Double.BYTES;
                for (int i = random.nextInt(1, 4); i > 0 && content.length - data >= width; i--) {
                    int at = data + width * random.nextInt((content.length - data) / width);
                    double value = REALS[random.nextInt(REALS.length)];
                    ByteBuffer buffer = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
                    if (single) {
                        buffer.putFloat(at, (float) value);
                    } else {
                        buffer.putDouble(at, value);
                    }
                }
                return changed;
            }
        }
    }
}
