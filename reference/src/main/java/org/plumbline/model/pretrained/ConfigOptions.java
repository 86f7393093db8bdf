package org.plumbline.model.pretrained;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.plumbline.io.InputException;
import org.plumbline.io.MalformedFileException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;

/**
 * The options of a {@code config.json}, or of an object in it, each of which is to be read, held to one value or
 * declared irrelevant: {@link #finish} refuses the rest. {@code null} is as good as absent.
 */
final class ConfigOptions {
    private static final int SHOWN = 5;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path path;
    private final String prefix;
    private final JsonNode object;
    private final Set<String> met = new HashSet<>();

    private ConfigOptions(Path path, String prefix, JsonNode object) {
        this.path = path;
        this.prefix = prefix;
        this.object = object;
    }

    static ConfigOptions of(Path path, JsonNode root) {
        if (!root.isObject()) {
            throw new MalformedFileException(path, "found " + root.getNodeType() + ", expected an object of options");
        }
        return new ConfigOptions(path, "", root);
    }

    /** Options that no file has. */
    static ConfigOptions of(Path path, Map<String, ?> options) {
        return of(path, JSON.<JsonNode>valueToTree(options));
    }

    boolean has(String key) {
        return !node(key).isNull();
    }

    /** Whether an option is there, if only as {@code null}. */
    boolean mentions(String key) {
        met.add(key);
        return object.has(key);
    }

    /** {@code 1 / √x} of a positive number. */
    double reciprocalRoot(String key, double otherwise) {
        double value = number(key, otherwise);
        if (!(value > 0)) {
            throw unexpected(key, "a positive number");
        }
        return 1 / Math.sqrt(value);
    }

    /** A positive number; 0 where there is {@code null}. */
    double softCap(String key, double otherwise) {
        double value = has(key) ? number(key) : mentions(key) ? 0 : otherwise;
        if (has(key) && !(value > 0)) {
            throw unexpected(key, "a positive number, or null");
        }
        return value;
    }

    /** A whole number of at least {@code least}. */
    int integer(String key, int least) {
        return integerIn(key, least, Integer.MAX_VALUE);
    }

    /** As {@link #integer}, or {@code otherwise} where it is not given. */
    int integer(String key, int least, int otherwise) {
        return has(key) ? integer(key, least) : otherwise;
    }

    /** A whole number in {@code least .. most}. */
    int integerIn(String key, int least, int most) {
        JsonNode node = node(key);
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < least || node.intValue() > most) {
            throw unexpected(key, "a whole number from " + least + " to " + most);
        }
        return node.intValue();
    }

    boolean flag(String key, boolean otherwise) {
        JsonNode node = node(key);
        if (!node.isNull() && !node.isBoolean()) {
            throw unexpected(key, "true or false");
        }
        return node.isNull() ? otherwise : node.booleanValue();
    }

    double number(String key) {
        JsonNode node = node(key);
        if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
            throw unexpected(key, "a finite number");
        }
        return node.doubleValue();
    }

    double number(String key, double otherwise) {
        return has(key) ? number(key) : otherwise;
    }

    String text(String key, String otherwise) {
        JsonNode node = node(key);
        if (!node.isNull() && !node.isString()) {
            throw unexpected(key, "a string");
        }
        return node.isNull() ? otherwise : node.stringValue();
    }

    /** The options inside an object; none where it is not given. */
    ConfigOptions inside(String key) {
        JsonNode node = node(key);
        if (!node.isNull() && !node.isObject()) {
            throw unexpected(key, "an object");
        }
        return new ConfigOptions(path, prefix + key + ".", node);
    }

    /** An option of which only being switched off is supported. */
    void requireFalse(String... keys) {
        for (String key : keys) {
            if (flag(key, false)) {
                throw unexpected(key, "false: it is not supported");
            }
        }
    }

    /** An option of which only being switched on is supported. */
    void requireTrue(String... keys) {
        for (String key : keys) {
            if (!flag(key, true)) {
                throw unexpected(key, "true: nothing else is supported");
            }
        }
    }

    /** An option of which only an empty value is supported. */
    void requireEmpty(String... keys) {
        for (String key : keys) {
            JsonNode node = node(key);
            if (!node.isNull() && !(node.isContainer() && node.isEmpty())) {
                throw unexpected(key, "nothing: it is not supported");
            }
        }
    }

    /** A list, if given, of {@code size} elements, each one of {@code allowed}. */
    Optional<List<String>> texts(String key, int size, List<String> allowed) {
        JsonNode node = node(key);
        if (node.isNull()) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        node.forEach(element -> texts.add(element.isString() ? element.stringValue() : ""));
        if (!node.isArray() || texts.size() != size || !allowed.containsAll(texts)) {
            throw unexpected(key, "a list of " + size + " out of " + allowed);
        }
        return Optional.of(texts);
    }

    /** A list, if given, of {@code size} whole numbers in {@code 0 .. most}. */
    Optional<List<Integer>> integers(String key, int size, int most) {
        JsonNode node = node(key);
        if (node.isNull()) {
            return Optional.empty();
        }
        List<Integer> numbers = new ArrayList<>();
        node.forEach(element -> numbers.add(element.isIntegralNumber() && element.canConvertToInt()
                ? element.intValue() : -1));
        if (!node.isArray() || numbers.size() != size || numbers.stream().anyMatch(n -> n < 0 || n > most)) {
            throw unexpected(key, "a list of " + size + " whole numbers from 0 to " + most);
        }
        return Optional.of(numbers);
    }

    /** All options, in order, as plain objects. */
    Map<String, Object> all() {
        return JSON.convertValue(object, new TypeReference<LinkedHashMap<String, Object>>() {});
    }

    /** A list, if given, that holds nothing but {@code value}. */
    void requireEvery(String key, String value) {
        JsonNode node = node(key);
        boolean fits = node.isNull() || node.isArray() && StreamSupport.stream(node.spliterator(), false)
                .allMatch(element -> element.isString() && element.stringValue().equals(value));
        if (!fits) {
            throw unexpected(key, "a list of '" + value + "' alone: nothing else is supported");
        }
    }

    /**
     * Demands that every option was met.
     *
     * @param irrelevant options that do not change what the model computes; so do those that begin with an underscore
     * @throws InputException naming an option that was not
     */
    void finish(List<String> irrelevant) {
        met.addAll(irrelevant);
        List<String> unknown = object.properties().stream()
                .filter(entry -> !met.contains(entry.getKey()) && !entry.getKey().startsWith("_")
                        && !entry.getValue().isNull())
                .map(Map.Entry::getKey).toList();
        if (unknown.size() == 1) {
            throw unexpected(unknown.getFirst(),
                    "no such option: what it changes is not known here; remove it if it is nothing");
        }
        if (!unknown.isEmpty()) {
            throw new InputException(path + ": found the options " + unknown.stream().limit(SHOWN)
                    .map(key -> "'" + prefix + abbreviated(key) + "'").collect(Collectors.joining(", "))
                    + (unknown.size() > SHOWN ? ", …" : "") + ", expected none of them: what they change is not "
                    + "known here; remove them if it is nothing");
        }
    }

    /** The error that {@code key} has a value that is not {@code expected}. */
    InputException unexpected(String key, String expected) {
        JsonNode node = node(key);
        return new InputException(path + ": option '" + prefix + key + "': found "
                + (node.isNull() ? "nothing" : abbreviated(node.toString())) + ", expected " + expected);
    }

    private static String abbreviated(String value) {
        return value.length() <= 80 ? value : value.substring(0, 80) + "…";
    }

    private JsonNode node(String key) {
        met.add(key);
        JsonNode node = object.path(key);
        return node.isMissingNode() ? NullNode.getInstance() : node;
    }
}
