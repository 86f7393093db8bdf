package org.plumbline.verification.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.plumbline.io.InputException;
import org.plumbline.text.ChatLoss;
import org.plumbline.text.ChatTemplate;
import org.plumbline.text.Conversations;
import picocli.CommandLine.Option;

/** Options about conversations: records with messages. */
final class ChatOptions {

    @Option(names = "--chat-template", paramLabel = "FILE",
            description = "Jinja template that makes a text of a record's messages. Default: the model's "
                    + "chat_template.jinja, or chat_template in its tokenizer_config.json.")
    private @Nullable Path template;

    @Option(names = "--chat-loss", paramLabel = "TURNS", defaultValue = "assistant",
            description = "Which turns of a conversation are predicted: assistant (all of the assistant's) or last "
                    + "(the assistant's last one).")
    private String loss;

    /**
     * How conversations are read.
     *
     * @param folders where the template is looked for, in this order; the first also names the special tokens for a
     *     template that was given
     * @param specialTokensAreText whether the template's own tokens would be text
     */
    Conversations conversations(List<Path> folders, boolean specialTokensAreText) {
        ChatLoss predicted = switch (loss) {
            case "assistant" -> ChatLoss.ASSISTANT;
            case "last" -> ChatLoss.LAST;
            default -> throw new InputException("--chat-loss '" + loss + "' is unknown: expected assistant or last");
        };
        List<ChatTemplate> read = new ArrayList<>();
        return new Conversations(() -> {
            if (specialTokensAreText) {
                throw new InputException("found 'messages' beside --special-tokens text: the tokens that the template "
                        + "puts around them would be text, too");
            }
            synchronized (read) {
                if (read.isEmpty()) {
                    read.add(template(folders));
                }
                return read.getFirst();
            }
        }, predicted);
    }

    private ChatTemplate template(List<Path> folders) {
        if (template != null) {
            return ChatTemplate.read(
                    template, folders.isEmpty() ? template.resolveSibling("") : folders.getFirst());
        }
        return folders.stream().filter(Files::isDirectory).map(ChatTemplate::load).flatMap(Optional::stream).findFirst()
                .orElseGet(() -> Conversations.NONE.template().get());
    }
}
