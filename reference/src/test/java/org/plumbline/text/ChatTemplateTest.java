package org.plumbline.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.io.MalformedFileException;
import tools.jackson.databind.JsonNode;

/**
 * Templates in the formats of public families, written for this project, on conversations of several turns, against
 * what {@code apply_chat_template} of transformers 5.18 renders, how it tokenizes the text, and, where the template
 * marks what the assistant says, which tokens its mask has.
 */
class ChatTemplateTest {
    private static final Path FOLDER = Path.of("src/test/resources/org/plumbline/text/chat");
    private static final JsonNode GOLDEN = Json.read(FOLDER.resolve("golden.json"));
    private static final String MARKED = " marked";
    private static final Tokenizer TOKENIZER = HuggingFaceTokenizer.load(FOLDER);

    @TempDir
    private Path folder;

    private static ChatTemplate template(String name) {
        JsonNode template = GOLDEN.get("templates").get(name);
        Map<String, String> tokens = new HashMap<>();
        for (String token : List.of("bos_token", "eos_token")) {
            if (template.get(token).isString()) {
                tokens.put(token, template.get(token).stringValue());
            }
        }
        return ChatTemplate.of(template.get("chat_template").stringValue(), tokens);
    }

    /** As a record of a corpus. */
    private static CorpusDocument.Conversation document(ChatTemplate template, ChatLoss loss, int conversation) {
        String record = "{\"messages\":" + GOLDEN.get("conversations").get(conversation) + ",\"source\":\"web\"}";
        return (CorpusDocument.Conversation) new RecordDocuments(
                FieldNames.DEFAULT, new Conversations(() -> template, loss)).document(
                        Json.parse(Path.of("f"), record.getBytes(StandardCharsets.UTF_8)), "f:1",
                        detail -> new MalformedFileException(Path.of("f"), "line 1: " + detail));
    }

    private static boolean[] mask(CorpusDocument document) {
        return DocumentTokens.of(new PlacedDocument(document, 0, DocumentPlace.NONE), TOKENIZER).predicted();
    }

    private static boolean[] mask(JsonNode golden) {
        boolean[] mask = new boolean[golden.size()];
        for (int t = 0; t < mask.length; t++) {
            mask[t] = golden.get(t).intValue() == 1;
        }
        return mask;
    }

    @TestFactory
    Stream<DynamicTest> templatesRenderAsThePublicLibraryDoes() {
        return GOLDEN.get("cases").valueStream().map(golden -> {
            String name = golden.get("template").stringValue();
            int conversation = golden.get("conversation").intValue();
            return DynamicTest.dynamicTest(name + " " + conversation, () -> compare(golden, name, conversation));
        });
    }

    private static void compare(JsonNode golden, String name, int conversation) {
        ChatTemplate template = template(name);
        List<?> messages = Json.value(
                FOLDER, GOLDEN.get("conversations").get(conversation), List.class);
        if (golden.has("error")) {
            String message =
                    assertThrows(InputException.class, () -> template.render(messages, null, false)).getMessage();
            assertTrue(message.endsWith("the template refuses the conversation: " + golden.get("error").stringValue()),
                    message);
            return;
        }
        String text = golden.get("text").stringValue();
        assertEquals(text, template.render(messages, null, false));
        assertEquals(golden.get("prompt").stringValue(), template.render(messages, null, true));
        int[] ids = golden.get("ids").valueStream().mapToInt(JsonNode::intValue).toArray();
        assertArrayEquals(ids, TOKENIZER.encode(text).ids());
        if (golden.has("mask")) {
            boolean[] mask = mask(golden.get("mask"));
            if (!IntStream.range(0, mask.length).anyMatch(t -> mask[t])) {
                assertThrows(InputException.class, () -> document(template, ChatLoss.ASSISTANT, conversation));
                return;
            }
            assertArrayEquals(mask, mask(document(template, ChatLoss.ASSISTANT, conversation)));
            if (name.endsWith(MARKED) && !first(conversation)) {
                // The same text from a template that does not mark what the assistant says.
                assertArrayEquals(mask, mask(document(template(name.substring(0, name.length() - MARKED.length())),
                        ChatLoss.ASSISTANT, conversation)));
            }
        }
    }

    /** Nothing stands before the assistant's first turn that a template without marks could be asked for. */
    private static boolean first(int conversation) {
        return GOLDEN.get("conversations").get(conversation).get(0).get("role").stringValue().equals("assistant");
    }

    /** Where a template writes the last turn in another way than those before it, too. */
    @Test
    void everyTurnIsFoundInTemplatesThatDoNotMarkIt() {
        for (String name : GOLDEN.get("templates").propertyNames()) {
            for (int conversation : new int[] {1, 3, 4, 5}) {
                CorpusDocument.Conversation all = document(template(name), ChatLoss.ASSISTANT, conversation);
                List<JsonNode> turns = GOLDEN.get("conversations").get(conversation).valueStream()
                        .filter(turn -> turn.get("role").stringValue().equals("assistant")).toList();
                assertEquals(turns.size(), all.predicted().size());
                byte[] text = all.text().getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < turns.size(); i++) {
                    TextSpan span = all.predicted().get(i);
                    String part = new String(text, span.from(), span.to() - span.from(),
                            StandardCharsets.UTF_8);
                    String said = turns.get(i).get("content").stringValue().replaceFirst("(?s).*</think>\\s*", "");
                    assertTrue(part.contains(said), name + ": " + part);
                    assertFalse(part.contains("user") || part.contains("[INST]"), name + ": " + part);
                }
                List<TextSpan> last = document(template(name), ChatLoss.LAST, conversation).predicted();
                assertEquals(all.predicted().subList(turns.size() - 1, turns.size()), last);
                assertEquals(Map.of("source", "web"), all.metadata());
            }
        }
    }

    @Test
    void aModelsFilesHaveTheTemplate() throws IOException {
        assertTrue(ChatTemplate.load(folder).isEmpty());
        Path config = folder.resolve("tokenizer_config.json");
        Files.writeString(config, "{\"bos_token\": {\"content\": \"<s>\"}, \"eos_token\": \"</s>\"}");
        assertTrue(ChatTemplate.load(folder).isEmpty());
        Files.writeString(config, "{\"bos_token\": {\"content\": \"<s>\"}, \"chat_template\": \"{{ bos_token }}a\"}");
        assertEquals("<s>a", ChatTemplate.load(folder).orElseThrow().render(List.of(), null, false));
        Files.writeString(config, "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"t\"},"
                + " {\"name\": \"default\", \"template\": \"d{{ eos_token is defined }}\"}]}");
        assertEquals("dFalse", ChatTemplate.load(folder).orElseThrow().render(List.of(), null, false));
        Files.writeString(folder.resolve("chat_template.jinja"), "own");
        assertEquals("own", ChatTemplate.load(folder).orElseThrow().render(List.of(), null, false));
        Files.writeString(folder.resolve("chat_template.jinja"), "\n{% include 'x' %}");
        String message = assertThrows(InputException.class, () -> ChatTemplate.load(folder)).getMessage();
        assertTrue(message.endsWith("chat_template.jinja: chat template, line 2: found the tag 'include', which is not"
                + " supported"), message);
        Files.delete(folder.resolve("chat_template.jinja"));
        Files.writeString(config, "{\"chat_template\": 7}");
        assertThrows(InputException.class, () -> ChatTemplate.load(folder));
    }

    @Test
    void badConversationsAreRefused() throws IOException {
        refused("\"messages\": []", "messages: found an empty list");
        refused("\"messages\": {}", "messages: found no list");
        refused("\"messages\": [7]", "messages[0]: found no object");
        refused("\"messages\": [{\"content\": \"a\"}]", "messages[0]: found no 'role'");
        refused("\"messages\": [{\"role\": \"user\", \"content\": null}]", "messages[0].content: found null");
        refused("\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]", "found no turn of the assistant");
        refused("\"messages\": [{\"role\": \"assistant\", \"content\": \"a\"}]", "messages[0]: found a turn");
        Path file = Files.writeString(folder.resolve("c.jsonl"),
                "{\"messages\": [{\"role\":\"user\",\"content\":\"a\"}]}");
        try (Stream<CorpusDocument> documents =
                DocumentSource.of(file, new CorpusFormat.JsonLines(FieldNames.DEFAULT)).open()) {
            String message = assertThrows(InputException.class, documents::toList).getMessage();
            assertTrue(message.contains("line 1: found 'messages' and no template"), message);
        }
    }

    private void refused(String record, String expected) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.jsonl"), "{" + record + "}");
        DocumentSource source = DocumentSource.of(file, new CorpusFormat.JsonLines(FieldNames.DEFAULT))
                .conversing(new Conversations(() -> template("chatml"), ChatLoss.ASSISTANT));
        try (Stream<CorpusDocument> documents = source.open()) {
            String message = assertThrows(InputException.class, documents::toList).getMessage();
            assertTrue(message.contains("bad.jsonl: line 1: " + expected)
                    || message.contains("bad.jsonl: line 1: messages: " + expected), message);
        }
    }
}
