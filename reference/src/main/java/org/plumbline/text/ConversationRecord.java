package org.plumbline.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;
import tools.jackson.databind.JsonNode;

/** A record with {@code messages}, and the {@code tools} that they speak of. */
final class ConversationRecord {
    static final String MESSAGES = "messages";

    private static final String TOOLS = "tools";

    private ConversationRecord() {}

    static boolean isPart(String name) {
        return name.equals(MESSAGES) || name.equals(TOOLS);
    }

    static CorpusDocument.Conversation document(Conversations read, String id, JsonNode record,
            Map<String, String> metadata, Function<String, MalformedFileException> fault) {
        List<Map<String, @Nullable Object>> messages = messages(record.get(MESSAGES), fault);
        JsonNode tools = record.get(TOOLS);
        try {
            return read.template().get().document(
                    id, messages, tools == null ? null : plain(tools), read.loss(), metadata);
        } catch (MalformedFileException e) {
            throw e;
        } catch (InputException e) {
            throw fault.apply(String.valueOf(e.getMessage()));
        }
    }

    /** The conversation in a file of its own: a list of messages, or an object with one. */
    static CorpusDocument.Conversation read(Conversations read, Path file) {
        JsonNode tree = Json.read(file);
        JsonNode record = tree.isArray() ? Json.tree(Map.of(MESSAGES, tree)) : tree;
        if (!record.has(MESSAGES)) {
            throw new MalformedFileException(file, "found no '" + MESSAGES + "', expected a list of messages, or an "
                    + "object with one");
        }
        return document(read, String.valueOf(file.getFileName()), record, Map.of(),
                detail -> new MalformedFileException(file, detail));
    }

    private static List<Map<String, @Nullable Object>> messages(
            JsonNode list, Function<String, MalformedFileException> fault) {
        if (!list.isArray() || list.isEmpty()) {
            throw fault.apply(MESSAGES + ": found " + (list.isArray() ? "an empty list" : "no list")
                    + ", expected a list of messages");
        }
        List<Map<String, @Nullable Object>> messages = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode message = list.get(i);
            if (!message.isObject() || !message.path("role").isString()) {
                throw fault.apply(MESSAGES + "[" + i + "]: found " + (message.isObject() ? "no 'role'" : "no object")
                        + ", expected an object with 'role' and 'content'");
            }
            JsonNode content = message.path("content");
            boolean usable = content.isString() || content.isArray() || message.has("tool_calls");
            if (!usable) {
                throw fault.apply(MESSAGES + "[" + i + "].content: found " + (content.isMissingNode() ? "nothing"
                        : VisibleText.shortened(content.toString(), 30)) + ", expected text");
            }
            messages.add(fields(message));
        }
        return messages;
    }

    private static Map<String, @Nullable Object> fields(JsonNode object) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        object.properties().forEach(entry -> fields.put(entry.getKey(), plain(entry.getValue())));
        return fields;
    }

    /** A value as templates have it. */
    private static @Nullable Object plain(JsonNode value) {
        if (value.isObject()) {
            return fields(value);
        }
        if (value.isArray()) {
            List<@Nullable Object> elements = new ArrayList<>();
            value.forEach(element -> elements.add(plain(element)));
            return elements;
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        return value.isNull() ? null
                : value.isBoolean() ? (Object) value.booleanValue()
                : value.isNumber() ? (Object) value.doubleValue()
                : value.stringValue();
    }
}
