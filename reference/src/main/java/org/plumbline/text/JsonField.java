package org.plumbline.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.plumbline.io.MalformedFileException;
import tools.jackson.databind.JsonNode;

/**
 * A value in a JSON file together with its place there, {@code model.merges[17]}, so that whatever is wrong with it can
 * be said in one line. A missing key is the value {@code null}; so is an explicit one.
 *
 * @param file named in errors
 * @param place the path of keys and indices; empty for the whole file
 * @param node the value; {@code null} if the key is missing
 */
record JsonField(Path file, String place, JsonNode node) {

    private static final int SHOWN = 60;

    JsonField at(String key) {
        requireObject();
        return new JsonField(file, place.isEmpty() ? key : place + "." + key, node.get(key));
    }

    boolean isNull() {
        return node == null || node.isNull();
    }

    /** Refuses any key that is not listed: an option that nobody reads must not be ignored. */
    JsonField onlyKeys(String... known) {
        requireObject();
        for (String key : node.propertyNames()) {
            if (!Arrays.asList(known).contains(key)) {
                throw at(key).unsupported();
            }
        }
        return this;
    }

    List<String> keys() {
        requireObject();
        return List.copyOf(node.propertyNames());
    }

    List<JsonField> elements() {
        if (isNull() || !node.isArray()) {
            throw expected("a list");
        }
        List<JsonField> elements = new ArrayList<>(node.size());
        int index = 0;
        for (JsonNode element : node) {
            elements.add(new JsonField(file, place + "[" + index++ + "]", element));
        }
        return elements;
    }

    boolean isList() {
        return !isNull() && node.isArray();
    }

    boolean isString() {
        return !isNull() && node.isString();
    }

    /** Text that has a UTF-8 form. */
    String string() {
        if (!isString()) {
            throw expected("a string");
        }
        String value = node.stringValue();
        if (!Utf8.isWellFormed(value)) {
            throw expected("a string without unpaired surrogates");
        }
        return value;
    }

    String string(String otherwise) {
        return isNull() ? otherwise : string();
    }

    /** A string of one character, as a code point. */
    int character() {
        String value = string();
        if (value.isEmpty() || value.codePointCount(0, value.length()) != 1) {
            throw expected("one character");
        }
        return value.codePointAt(0);
    }

    boolean bool() {
        if (isNull() || !node.isBoolean()) {
            throw expected("true or false");
        }
        return node.booleanValue();
    }

    boolean bool(boolean otherwise) {
        return isNull() ? otherwise : bool();
    }

    /** An integer in {@code 0 .. limit − 1}. */
    int integer(int limit) {
        if (isNull() || !node.isInt() || node.intValue() < 0 || node.intValue() >= limit) {
            throw expected("an integer in 0.." + (limit - 1));
        }
        return node.intValue();
    }

    /** An error for a value of the wrong kind. */
    MalformedFileException expected(String expected) {
        return new MalformedFileException(file, named() + "found " + shown() + ", expected " + expected);
    }

    /** An error for an option that is understood by others and not here. */
    MalformedFileException unsupported() {
        return new MalformedFileException(file, named() + "found " + shown() + ", which is not supported");
    }

    private void requireObject() {
        if (isNull() || !node.isObject()) {
            throw expected("an object");
        }
    }

    private String named() {
        return place.isEmpty() ? "" : place + ": ";
    }

    private String shown() {
        if (node == null) {
            return "nothing";
        }
        if (node.isObject()) {
            return "an object";
        }
        if (node.isArray()) {
            return "a list";
        }
        String text = node.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
