package org.plumbline.text;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.InputException;
import org.plumbline.text.jinja.Template;

/**
 * The template by which a model's conversations become text, as Hugging Face's library renders it: {@code
 * chat_template.jinja} beside the model, or {@code chat_template} in its {@code tokenizer_config.json}.
 */
public final class ChatTemplate {
    private final Template template;
    private final Map<String, @Nullable Object> tokens;

    private ChatTemplate(Template template, Map<String, @Nullable Object> tokens) {
        this.template = template;
        this.tokens = tokens;
    }

    /**
     * A template in memory.
     *
     * @param source its text
     * @param tokens the texts of special tokens by name, such as {@code bos_token}
     * @throws InputException with the line, if it is malformed or asks for what is not supported
     */
    public static ChatTemplate of(String source, Map<String, String> tokens) {
        return new ChatTemplate(Template.parse(source), new LinkedHashMap<>(tokens));
    }

    /**
     * The template of a model.
     *
     * @param folder with its files
     * @return empty if it has none
     * @throws InputException if a file cannot be read, or the template is malformed or not supported
     */
    public static Optional<ChatTemplate> load(Path folder) {
        return ChatTemplateFiles.load(folder);
    }

    /**
     * The template in a file.
     *
     * @param file its text
     * @param folder of the model, whose {@code tokenizer_config.json} names the special tokens
     * @throws InputException as {@link #load} does
     */
    public static ChatTemplate read(Path file, Path folder) {
        return ChatTemplateFiles.named(file, Utf8.read(file), folder);
    }

    /**
     * The text of some messages.
     *
     * @param messages each with a {@code role} and a {@code content}
     * @param tools descriptions of tools, or {@code null}
     * @param prompt whether the text ends where the assistant is to speak
     * @throws InputException if the template refuses them, or asks for what is not supported
     */
    public String render(List<?> messages, @Nullable Object tools, boolean prompt) {
        return rendered(messages, tools, prompt).text();
    }

    private Template.Rendered rendered(List<?> messages, @Nullable Object tools, boolean prompt) {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>(tokens);
        variables.put("messages", messages);
        variables.put("tools", tools);
        variables.put("documents", null);
        variables.put("add_generation_prompt", prompt);
        return template.render(variables);
    }

    /**
     * A conversation as a document.
     *
     * @param id its name
     * @param messages each with a {@code role} and a {@code content}
     * @param tools descriptions of tools, or {@code null}
     * @param loss which of the assistant's turns are to be predicted
     * @throws InputException if the template refuses them, asks for what is not supported, or makes a text in which a
     *     turn cannot be told from the rest
     */
    public CorpusDocument.Conversation document(
            String id, List<Map<String, @Nullable Object>> messages, @Nullable Object tools, ChatLoss loss,
            Map<String, String> metadata) {
        Template.Rendered whole = rendered(messages, tools, false);
        List<Template.Span> turns = whole.generated().isEmpty()
                ? new ChatTurns(messages, tools, whole.text()).spans()
                : whole.generated();
        if (turns.isEmpty()) {
            throw new InputException("messages: found no turn of the assistant, expected something to predict");
        }
        List<TextSpan> predicted = new ArrayList<>();
        for (Template.Span turn : loss == ChatLoss.LAST ? turns.subList(turns.size() - 1, turns.size()) : turns) {
            predicted.add(new TextSpan(bytes(whole.text(), turn.from()), bytes(whole.text(), turn.to())));
        }
        return new CorpusDocument.Conversation(id, whole.text(), predicted, metadata);
    }

    private static int bytes(String text, int characters) {
        return text.substring(0, characters).getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * The assistant's turns in a text whose template does not mark them. A turn begins where the text of the messages
     * before it ends that asks the assistant to speak, and ends where the text of the messages up to it ends.
     */
    private final class ChatTurns {
        private final List<Map<String, @Nullable Object>> messages;
        private final @Nullable Object tools;
        private final String whole;

        private ChatTurns(List<Map<String, @Nullable Object>> messages, @Nullable Object tools, String whole) {
            this.messages = messages;
            this.tools = tools;
            this.whole = whole;
        }

        private List<Template.Span> spans() {
            List<Template.Span> spans = new ArrayList<>();
            for (int i = 0; i < messages.size(); i++) {
                if ("assistant".equals(messages.get(i).get("role"))) {
                    spans.add(span(i));
                }
            }
            return spans;
        }

        private Template.Span span(int i) {
            String before = i == 0 ? "" : render(messages.subList(0, i), tools, true);
            String upTo = render(messages.subList(0, i + 1), tools, false);
            if (i > 0 && whole.startsWith(before) && upTo.startsWith(before)) {
                String end = end(i, upTo);
                int from = before.length();
                if (end.length() > from && whole.startsWith(end)) {
                    return new Template.Span(from, end.length());
                }
                String last = lastLine(i);
                int latest = last.isEmpty() ? -1 : end.lastIndexOf(last);
                for (int said = from; said <= latest; said++) {
                    if (whole.startsWith(end.substring(said), from)) {
                        return new Template.Span(from, from + end.length() - said);
                    }
                }
            }
            throw new InputException("messages[" + i + "]: found a turn of the assistant that cannot be told from the "
                    + "rest of the text that the template makes, expected "
                    + (i == 0 ? "a message before it" : "a template that marks it with the tag 'generation'"));
        }

        /** The end token that some templates put after all messages, unless the assistant is to go on, is no turn's. */
        private String end(int i, String upTo) {
            if (tokens.get("eos_token") instanceof String end && upTo.endsWith(end)) {
                String asked = render(messages.subList(0, i + 1), tools, true);
                String without = upTo.substring(0, upTo.length() - end.length());
                if (!asked.startsWith(upTo) && asked.startsWith(without)) {
                    return without;
                }
            }
            return upTo;
        }

        /**
         * What a turn ends with in any case: some templates write more at its beginning, such as what the assistant
         * thought, where it is the last one.
         */
        private String lastLine(int i) {
            return messages.get(i).get("content") instanceof String content
                    ? content.strip().lines().reduce("", (_, line) -> line) : "";
        }
    }
}
