package org.plumbline.verification.cli;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import org.plumbline.influence.corpus.ModelFolder;
import org.plumbline.influence.corpus.PromptedQuery;
import org.plumbline.io.InputException;
import org.plumbline.text.Utf8;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** A prompt and its completion, on the command line as they stand there or in files; or a conversation. */
final class PromptOptions {

    @ArgGroup(multiplicity = "1")
    private Question question;

    /** One of the two. */
    private static final class Question {
        @ArgGroup(exclusive = false, multiplicity = "1")
        private @Nullable Pair pair;

        @Option(names = "--conversation", paramLabel = "FILE", required = true,
                description = "JSON file with a list of messages, or an object with one; the assistant's last turn is "
                        + "the completion.")
        private @Nullable Path conversation;
    }

    private static final class Pair {
        @ArgGroup(multiplicity = "1")
        private Prompt prompt;

        @ArgGroup(multiplicity = "1")
        private Completion completion;
    }

    /** The prompt alone. */
    static final class Prompt {
        @Option(names = "--prompt", paramLabel = "TEXT", required = true, parameterConsumer = AsItStands.class,
                description = "Text that the model reads first.")
        private String text;

        @Option(names = "--prompt-file", paramLabel = "FILE", required = true,
                description = "UTF-8 file with that text, of which every character counts.")
        private Path file;

        /** The prompt. */
        String value() {
            return PromptOptions.text("--prompt", text, file);
        }
    }

    private static final class Completion {
        @Option(names = "--completion", paramLabel = "TEXT", required = true, parameterConsumer = AsItStands.class,
                description = "Text whose probability is explained. It usually starts with a space.")
        private String text;

        @Option(names = "--completion-file", paramLabel = "FILE", required = true,
                description = "UTF-8 file with that text, of which every character counts.")
        private Path file;
    }

    /** Takes the next word whatever it looks like, an option too. */
    static final class AsItStands implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
            if (words.isEmpty()) {
                throw new ParameterException(command.commandLine(),
                        "Missing required parameter for option '" + ((OptionSpec) option).longestName() + "'");
            }
            option.setValue(words.pop());
        }
    }

    /** The query. */
    PromptedQuery query(ModelFolder model, FactorOptions options) {
        int begin = options.packing(model).beginToken();
        if (question.conversation != null) {
            return PromptedQuery.of(options.conversations().read(question.conversation), model, begin);
        }
        Pair pair = Objects.requireNonNull(question.pair);
        return PromptedQuery.of("query", pair.prompt.value(),
                text("--completion", pair.completion.text, pair.completion.file), model, begin);
    }

    /**
     * The same prompt with another completion.
     *
     * @throws InputException if the query is a conversation, whose completion has no prompt of its own
     */
    PromptedQuery against(String completion, ModelFolder model, FactorOptions options) {
        if (question.conversation != null) {
            throw new InputException("--against means nothing with --conversation: expected --prompt");
        }
        return PromptedQuery.of("against", Objects.requireNonNull(question.pair).prompt.value(), completion, model,
                options.packing(model).beginToken());
    }

    /** Picocli does not count an option that takes its word as it stands, so it lets both pass. */
    private static String text(String option, @Nullable String text, @Nullable Path file) {
        if (text != null && file != null) {
            throw new InputException(
                    option + " and " + option + "-file: found both, expected only one of them");
        }
        return text != null ? text : Utf8.readAny(Objects.requireNonNull(file));
    }
}
