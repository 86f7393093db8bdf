package org.plumbline.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * What makes up a tokenizer, as its files say.
 *
 * @param source the file, named in errors
 * @param normalizer what is done to text first
 * @param preTokenizer how text is cut
 * @param model how pieces become tokens
 * @param decoder how tokens become text
 * @param template special tokens around a text
 * @param added added tokens
 * @param ignored fields of the file that are set and change nothing here
 */
record TokenizerParts(
        Path source,
        TextNormalizer normalizer,
        PreTokenizer preTokenizer,
        BpeModel model,
        TokenDecoder decoder,
        SpecialTemplate template,
        List<AddedToken> added,
        List<String> ignored) {

    private static final String VERSION = "1.0";

    /** The parts in a {@code tokenizer.json}. */
    static TokenizerParts read(Path file) {
        return of(file, Json.read(file));
    }

    /** The parts in the content of a {@code tokenizer.json}. */
    static TokenizerParts parse(Path source, byte[] utf8) {
        return of(source, Json.parse(source, utf8));
    }

    private static TokenizerParts of(Path source, JsonNode root) {
        JsonField file = new JsonField(source, "", root)
                .onlyKeys("version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
                        "post_processor", "decoder", "model");
        if (!file.at("version").string(VERSION).equals(VERSION)) {
            throw file.at("version").unsupported();
        }
        // Left by a call that truncated or padded a batch; the ids of one text, all of it, do not depend on them.
        if (!file.at("truncation").isNull()) {
            file.at("truncation").onlyKeys("direction", "max_length", "strategy", "stride");
        }
        if (!file.at("padding").isNull()) {
            file.at("padding").onlyKeys(
                    "strategy", "direction", "pad_to_multiple_of", "pad_id", "pad_type_id", "pad_token");
        }
        PreTokenizer preTokenizer = PreTokenizer.of(file.at("pre_tokenizer"));
        BpeModel model = BpeModel.of(file.at("model"), preTokenizer.isByteLevel());
        TokenizerParts parts = new TokenizerParts(
                source,
                TextNormalizer.of(file.at("normalizer")),
                preTokenizer,
                model,
                TokenDecoder.of(file.at("decoder")),
                SpecialTemplate.of(file.at("post_processor")),
                added(file.at("added_tokens"), model),
                Stream.of("truncation", "padding").filter(key -> !file.at(key).isNull()).toList());
        parts.requireKnownTemplate(file.at("post_processor"));
        return parts;
    }

    /** GPT-2's two files: ids by token, and a merge on each line after the first, which is the version. */
    static TokenizerParts gpt2(Path vocabularyFile, Path mergesFile) {
        JsonField vocabularyField = new JsonField(vocabularyFile, "", Json.read(vocabularyFile));
        Map<String, Integer> vocabulary = BpeModel.vocabulary(vocabularyField);
        List<BpeModel.Merge> merges = new ArrayList<>();
        String[] lines = Utf8.read(mergesFile).split("\r?\n");
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].isEmpty() || lines[i].startsWith("#version")) {
                continue;
            }
            JsonField line = new JsonField(mergesFile, "line " + (i + 1), StringNode.valueOf(lines[i]));
            String[] pair = lines[i].split(" ", -1);
            if (pair.length != 2) {
                throw line.expected("two tokens with one space between them");
            }
            merges.add(BpeModel.merge(pair[0], pair[1], vocabulary, line));
        }
        List<AddedToken> added = new ArrayList<>();
        Integer end = vocabulary.get(ByteLevelBpe.END_OF_TEXT);
        if (end != null) {
            added.add(new AddedToken(end, ByteLevelBpe.END_OF_TEXT, false, false, false, false, true));
        }
        return new TokenizerParts(
                vocabularyFile,
                new TextNormalizer.Sequence(List.of()),
                new PreTokenizer.ByteLevel(false, true),
                new BpeModel(vocabulary, merges, new BpeModel.Options(-1, false, false, false, true)),
                new TokenDecoder.ByteLevel(),
                new SpecialTemplate(List.of(), List.of()),
                added,
                List.of());
    }

    private static List<AddedToken> added(JsonField field, BpeModel model) {
        List<AddedToken> tokens = new ArrayList<>();
        Map<Integer, String> names = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (JsonField element : field.isNull() ? List.<JsonField>of() : field.elements()) {
            element.onlyKeys("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");
            int id = element.at("id").integer(BpeModel.MAX_ID);
            String content = element.at("content").string();
            if (content.isEmpty() || content.length() > AddedTokens.MAX_LENGTH) {
                throw element.at("content").expected("1 to " + AddedTokens.MAX_LENGTH + " characters");
            }
            Integer modelId = model.ids().get(content);
            String modelToken = id < model.tokens().length ? model.tokens()[id] : null;
            boolean clash = modelId != null && modelId != id || modelToken != null && !modelToken.equals(content);
            if (clash) {
                throw element.at("id").expected(
                        modelId != null ? modelId + ", the id of '" + content + "' in the vocabulary"
                                : "an id that is free: '" + modelToken + "' has it");
            }
            if (names.put(id, content) != null || !seen.add(content)) {
                throw element.expected("an added token whose id and content no other has");
            }
            tokens.add(new AddedToken(
                    id,
                    content,
                    element.at("single_word").bool(false),
                    element.at("lstrip").bool(false),
                    element.at("rstrip").bool(false),
                    element.at("normalized").bool(true),
                    element.at("special").bool(false)));
        }
        return List.copyOf(tokens);
    }

    /** Tokens by id; {@code null} for an id that is left out. */
    String[] tokens() {
        int size = model.tokens().length;
        for (AddedToken token : added) {
            size = Math.max(size, token.id() + 1);
        }
        String[] tokens = Arrays.copyOf(model.tokens(), size);
        for (AddedToken token : added) {
            tokens[token.id()] = token.content();
        }
        return tokens;
    }

    private void requireKnownTemplate(JsonField field) {
        String[] tokens = tokens();
        for (List<Integer> ids : List.of(template.before(), template.after())) {
            for (int id : ids) {
                if (id >= tokens.length || tokens[id] == null) {
                    throw new MalformedFileException(
                            source, field.place() + ": found token id " + id + ", expected one of the vocabulary");
                }
            }
        }
    }
}
