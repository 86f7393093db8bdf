package org.plumbline.text;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.plumbline.io.MalformedFileException;
import tools.jackson.databind.JsonNode;

/**
 * A record that was tokenized before, with the names that Hugging Face's models give to their inputs.
 *
 * <p>{@code labels} stand beside the tokens that they are, as there: label {@code t} says whether token {@code t} is to
 * be predicted, and −100 that it is not. Tokens of padding, where {@code attention_mask} is 0, are dropped: a record
 * with padding and one without are the same document. Whatever asks for another computation is refused by its name:
 * padding before the tokens, positions other than 0, 1, 2, …, labels that are other tokens, types of tokens.
 */
final class TokenRecord {
    static final String TOKENS = "input_ids";

    private static final String LABELS = "labels";
    private static final String MASK = "attention_mask";
    private static final String POSITIONS = "position_ids";
    private static final String TYPES = "token_type_ids";
    private static final Set<String> PARTS = Set.of(TOKENS, LABELS, MASK, POSITIONS, TYPES);

    /** The label of a token that is not to be predicted: what the losses of PyTorch pass over by default. */
    private static final int UNLABELED = -100;

    private final JsonNode record;
    private final Function<String, MalformedFileException> fault;

    private TokenRecord(JsonNode record, Function<String, MalformedFileException> fault) {
        this.record = record;
        this.fault = fault;
    }

    static boolean isPart(String name) {
        return PARTS.contains(name);
    }

    static CorpusDocument document(
            String id, JsonNode record, Map<String, String> metadata, Function<String, MalformedFileException> fault) {
        return new TokenRecord(record, fault).document(id, metadata);
    }

    private CorpusDocument document(String id, Map<String, String> metadata) {
        int[] tokens = integers(TOKENS);
        for (int t = 0; t < tokens.length; t++) {
            if (tokens[t] < 0) {
                throw at(TOKENS, t, tokens[t], "a token id");
            }
        }
        if (record.has(TYPES)) {
            throw fault.apply("found '" + TYPES + "', expected no types of tokens: no model here reads them");
        }
        int kept = record.has(MASK) ? kept(tokens.length) : tokens.length;
        requirePlainPositions(tokens.length, kept);
        return new CorpusDocument.Tokens(id, Arrays.copyOf(tokens, kept), predicted(tokens, kept), metadata);
    }

    /** Tokens before the padding. */
    private int kept(int length) {
        int[] mask = integers(MASK, length);
        int kept = 0;
        while (kept < length && mask[kept] == 1) {
            kept++;
        }
        for (int t = kept; t < length; t++) {
            if (mask[t] != 0) {
                throw at(MASK, t, mask[t], mask[t] == 1 ? "no token after padding" : "1 for a token, 0 for padding");
            }
        }
        return kept;
    }

    private void requirePlainPositions(int length, int kept) {
        if (record.has(POSITIONS)) {
            int[] positions = integers(POSITIONS, length);
            for (int t = 0; t < kept; t++) {
                if (positions[t] != t) {
                    throw at(POSITIONS, t, positions[t], t + ": a document's positions are 0, 1, 2, … here");
                }
            }
        }
    }

    private boolean[] predicted(int[] tokens, int kept) {
        boolean[] predicted = new boolean[kept];
        Arrays.fill(predicted, true);
        if (record.has(LABELS)) {
            int[] labels = integers(LABELS, tokens.length);
            for (int t = 0; t < tokens.length; t++) {
                if (labels[t] != UNLABELED && (t >= kept || labels[t] != tokens[t])) {
                    throw at(LABELS, t, labels[t], t >= kept
                            ? UNLABELED + " where " + MASK + " says that padding is"
                            : tokens[t] + ", the token there, or " + UNLABELED + " for no prediction");
                }
                if (t < kept) {
                    predicted[t] = labels[t] != UNLABELED;
                }
            }
        }
        return predicted;
    }

    private int[] integers(String column, int length) {
        int[] values = integers(column);
        if (values.length != length) {
            throw fault.apply(column + ": found " + values.length + " values, expected " + length + ", as many as "
                    + TOKENS + " has");
        }
        return values;
    }

    private int[] integers(String column) {
        JsonNode list = record.get(column);
        if (!list.isArray()) {
            throw fault.apply(column + ": found " + kind(list) + ", expected a list of integers");
        }
        int[] values = new int[list.size()];
        for (int t = 0; t < values.length; t++) {
            JsonNode value = list.get(t);
            if (!value.isIntegralNumber() || !value.canConvertToInt()) {
                throw fault.apply(column + "[" + t + "]: found " + kind(value) + ", expected an integer");
            }
            values[t] = value.intValue();
        }
        return values;
    }

    private MalformedFileException at(String column, int t, int found, String expected) {
        return fault.apply(column + "[" + t + "]: found " + found + ", expected " + expected);
    }

    private static String kind(JsonNode value) {
        return value.isArray() ? "a list" : value.isObject() ? "an object" : value.isString() ? "a string"
                : value.isNull() ? "null" : VisibleText.shortened(value.toString(), 30);
    }
}
