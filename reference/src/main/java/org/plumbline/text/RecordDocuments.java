package org.plumbline.text;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.MalformedFileException;
import tools.jackson.databind.JsonNode;

/** Documents from records, whatever kind of file they are in: the same record makes the same document. */
record RecordDocuments(FieldNames fields, Conversations conversations) {

    /**
     * The document in a record.
     *
     * @param place its name if it has no id
     * @param fault an error at the record
     */
    CorpusDocument document(JsonNode record, String place, Function<String, MalformedFileException> fault) {
        if (!record.isObject()) {
            throw fault.apply("found a value that is no object, expected an object with " + fields);
        }
        JsonNode id = record.get(fields.id());
        boolean usable = id == null || id.isNull() || id.isString() || id.isIntegralNumber();
        if (!usable) {
            throw fault.apply("found an '" + fields.id() + "' that is neither string nor integer");
        }
        String named = id == null || id.isNull() ? place : id.asString();
        String text = string(record, fields.text(), fault);
        if (record.has(TokenRecord.TOKENS)) {
            if (text != null) {
                throw fault.apply("found '" + TokenRecord.TOKENS + "' and '" + fields.text()
                        + "', expected one of them (--text-field names another text)");
            }
            return TokenRecord.document(named, record, metadata(record, TokenRecord::isPart), fault);
        }
        String prompt = string(record, fields.prompt(), fault);
        String completion = string(record, fields.completion(), fault);
        boolean speaks = record.has(ConversationRecord.MESSAGES) && text == null
                && (prompt == null || completion == null);
        return speaks
                ? ConversationRecord.document(
                        conversations, named, record, metadata(record, ConversationRecord::isPart), fault)
                : CorpusReader.document(
                        fault, fields, named, text, prompt, completion, metadata(record, fields::isPart));
    }

    private Map<String, String> metadata(JsonNode record, Predicate<String> parts) {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : record.properties()) {
            String key = entry.getKey();
            if (!key.equals(fields.id()) && !parts.test(key)) {
                JsonNode value = entry.getValue();
                metadata.put(key, isText(value) ? value.asString() : value.toString());
            }
        }
        return metadata;
    }

    /** What JSON has no word for is a string there; as metadata it is what stood in the file. */
    private static boolean isText(JsonNode value) {
        return value.isString() || value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue());
    }

    private static @Nullable String string(
            JsonNode record, String field, Function<String, MalformedFileException> fault) {
        JsonNode value = record.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            throw fault.apply("found a '" + field + "' that is no string");
        }
        return value.stringValue();
    }
}
