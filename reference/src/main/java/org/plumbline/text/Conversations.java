package org.plumbline.text;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;
import org.plumbline.io.InputException;

/**
 * How the conversations of a corpus are read.
 *
 * @param template the model's, asked for when the first conversation comes
 * @param loss what is to be predicted
 */
public record Conversations(Supplier<ChatTemplate> template, ChatLoss loss) {

    /** No template: a record with messages is refused. */
    public static final Conversations NONE = new Conversations(() -> {
        throw new InputException("found 'messages' and no template to make a text of them, expected the model's "
                + "chat_template.jinja, or chat_template in its tokenizer_config.json");
    }, ChatLoss.ASSISTANT);

    /** Refuses {@code null}. */
    public Conversations {
        Objects.requireNonNull(template, "template");
        Objects.requireNonNull(loss, "loss");
    }

    /**
     * The conversation in a JSON file: a list of messages, or an object with {@code messages}.
     *
     * @throws InputException if it cannot be read, holds no conversation, or one that the template refuses
     */
    public CorpusDocument.Conversation read(Path file) {
        return ConversationRecord.read(this, file);
    }
}
