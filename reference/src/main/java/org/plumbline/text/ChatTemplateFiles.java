package org.plumbline.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;
import tools.jackson.databind.JsonNode;

/** Chat templates in the files of a model. */
final class ChatTemplateFiles {
    private static final String FILE = "chat_template.jinja";
    private static final String CONFIG = "tokenizer_config.json";
    private static final String FIELD = "chat_template";
    private static final String DEFAULT = "default";

    private ChatTemplateFiles() {}

    static Optional<ChatTemplate> load(Path folder) {
        Path file = folder.resolve(FILE);
        if (Files.exists(file)) {
            return Optional.of(ChatTemplate.read(file, folder));
        }
        Path config = folder.resolve(CONFIG);
        if (!Files.exists(config)) {
            return Optional.empty();
        }
        JsonNode field = Json.read(config).path(FIELD);
        return field.isMissingNode() || field.isNull()
                ? Optional.empty()
                : Optional.of(named(config, source(config, field), folder));
    }

    /** A template, whose errors name the file that it is in. */
    static ChatTemplate named(Path file, String source, Path folder) {
        try {
            return ChatTemplate.of(source, specialTokens(folder.resolve(CONFIG)));
        } catch (MalformedFileException e) {
            throw e;
        } catch (InputException e) {
            throw new InputException(file + ": " + e.getMessage(), e);
        }
    }

    /** One template, or several by name, of which conversations without tools take the default. */
    private static String source(Path config, JsonNode field) {
        if (field.isString()) {
            return field.stringValue();
        }
        for (JsonNode one : field) {
            if (one.path("name").isString() && one.path("name").stringValue().equals(DEFAULT)
                    && one.path("template").isString()) {
                return one.path("template").stringValue();
            }
        }
        throw new MalformedFileException(config, FIELD + ": found no text and no template named '" + DEFAULT
                + "', expected one of them");
    }

    /** Names that end in {@code _token}: each a text, or an object with its text. */
    private static Map<String, String> specialTokens(Path config) {
        Map<String, String> tokens = new LinkedHashMap<>();
        if (Files.exists(config)) {
            Json.read(config).properties().forEach(entry -> {
                JsonNode value = entry.getValue().isObject() ? entry.getValue().path("content") : entry.getValue();
                if (entry.getKey().endsWith("_token") && value.isString()) {
                    tokens.put(entry.getKey(), value.stringValue());
                }
            });
        }
        return tokens;
    }
}
