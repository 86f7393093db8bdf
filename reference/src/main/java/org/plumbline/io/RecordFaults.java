package org.plumbline.io;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** All faults of a JSON tree that is to be a record, so that a user mends a file once and not a fault at a time. */
final class RecordFaults {
    private static final int SHOWN = 40;
    private static final int MOST = 8;

    private final List<String> faults = new ArrayList<>();

    private RecordFaults() {}

    /**
     * What keeps the tree from being a value of this type: missing and unknown keys together, then values of another
     * kind.
     *
     * @return one text for each place; empty if the tree fits, as far as is known here
     */
    static List<String> of(JsonNode tree, Type type) {
        RecordFaults found = new RecordFaults();
        found.look(tree, type, "");
        return found.faults;
    }

    private void look(JsonNode node, Type type, String place) {
        if (faults.size() > MOST) {
            return;
        }
        switch (type) {
            case Class<?> raw when raw.isRecord() -> record(node, raw, place);
            case Class<?> raw -> expect(fits(node, raw), node, place, name(raw));
            case ParameterizedType generic when generic.getRawType() == List.class -> {
                if (expect(node.isNull() || node.isArray(), node, place, "a list")) {
                    int i = 0;
                    for (JsonNode element : node) {
                        look(element, generic.getActualTypeArguments()[0], place + "[" + i++ + "]");
                    }
                }
            }
            case ParameterizedType generic when generic.getRawType() == Map.class -> {
                if (expect(node.isNull() || node.isObject(), node, place, "an object")) {
                    for (Map.Entry<String, JsonNode> entry : node.properties()) {
                        look(entry.getValue(), generic.getActualTypeArguments()[1], inside(place, entry.getKey()));
                    }
                }
            }
            default -> { }
        }
    }

    private void record(JsonNode node, Class<?> type, String place) {
        if (node.isNull() && !place.isEmpty() || !expect(node.isObject(), node, place, "an object")) {
            return;
        }
        RecordComponent[] components = type.getRecordComponents();
        Set<String> missing = Arrays.stream(components).map(RecordComponent::getName)
                .filter(name -> !node.has(name)).collect(Collectors.toCollection(TreeSet::new));
        Set<String> unknown = new TreeSet<>(node.propertyNames());
        Arrays.stream(components).map(RecordComponent::getName).forEach(unknown::remove);
        String where = place.isEmpty() ? "" : " in " + place;
        if (!missing.isEmpty()) {
            faults.add("missing" + where + ": " + String.join(", ", missing));
        }
        if (!unknown.isEmpty()) {
            faults.add("unknown" + where + ": " + unknown.stream().limit(MOST).map(RecordFaults::shortened)
                    .collect(Collectors.joining(", ")) + (unknown.size() > MOST ? ", …" : ""));
        }
        for (RecordComponent component : components) {
            if (node.has(component.getName())) {
                look(node.get(component.getName()), component.getGenericType(), inside(place, component.getName()));
            }
        }
    }

    private static boolean fits(JsonNode node, Class<?> type) {
        if (node.isNull()) {
            return !type.isPrimitive();
        }
        return switch (type.getName()) {
            case "int", "java.lang.Integer" -> node.isIntegralNumber() && node.canConvertToInt();
            case "long", "java.lang.Long" -> node.isIntegralNumber() && node.canConvertToLong();
            // JSON has no word for what is not finite, so that it is written as a string.
            case "double", "java.lang.Double" -> node.isNumber()
                    || node.isString() && Set.of("NaN", "Infinity", "-Infinity").contains(node.stringValue());
            case "boolean", "java.lang.Boolean" -> node.isBoolean();
            case "java.lang.String" -> node.isString();
            default -> true;
        };
    }

    private static String name(Class<?> type) {
        return switch (type.getName()) {
            case "int", "java.lang.Integer" -> "a whole number up to 2147483647";
            case "long", "java.lang.Long" -> "a whole number";
            case "double", "java.lang.Double" -> "a number";
            case "boolean", "java.lang.Boolean" -> "true or false";
            default -> "a string";
        };
    }

    private boolean expect(boolean fits, JsonNode node, String place, String expected) {
        if (!fits) {
            faults.add((place.isEmpty() ? "" : place + ": ") + "found " + shown(node) + ", expected " + expected);
        }
        return fits;
    }

    private static String inside(String place, String name) {
        return place.isEmpty() ? shortened(name) : shortened(place + "." + name);
    }

    private static String shown(JsonNode node) {
        return node.isObject() ? "an object" : node.isArray() ? "a list" : shortened(node.toString());
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
