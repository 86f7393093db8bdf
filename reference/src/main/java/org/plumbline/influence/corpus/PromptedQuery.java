package org.plumbline.influence.corpus;

import static org.plumbline.text.VisibleText.escape;
import static org.plumbline.text.VisibleText.shortened;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.plumbline.io.InputException;
import org.plumbline.model.Example;
import org.plumbline.text.CorpusDocument;
import org.plumbline.text.Encoding;
import org.plumbline.text.Packing;
import org.plumbline.text.PromptedText;
import org.plumbline.text.TextSpan;
import org.plumbline.text.Tokenizer;

/**
 * A prompt and the completion whose log-likelihood is meant.
 *
 * @param text prompt and completion as {@link PromptedText} cuts them
 * @param border where the completion begins, for a report
 * @param tokens of the prompt, then of the completion, after the begin token if there is one
 * @param warnings what a user should know about the border, a line each; empty in most cases
 */
public record PromptedQuery(
        String name, PromptedText text, Border border, int[] tokens, Example example, List<String> warnings) {
    private static final int SHOWN = 40;

    /**
     * The border between prompt and completion.
     *
     * @param promptTokens tokens that are given, without the begin token
     * @param completionTokens tokens of the completion
     * @param beginToken whether a begin token stands before the prompt
     * @param firstIsGiven whether the completion's first token is given and not predicted, since nothing stands before
     * @param cutAlikeApart whether prompt and completion have the same tokens when each is tokenized by itself
     * @param completion the completion's tokens as a reader sees them
     */
    public record Border(
            int promptTokens, int completionTokens, boolean beginToken, boolean firstIsGiven, boolean cutAlikeApart,
            List<String> completion) {}

    /**
     * Tokenizes prompt and completion by the rule of {@link PromptedText}.
     *
     * @param beginToken put before the prompt as before the documents of the corpus, or {@link Packing#NONE}
     * @throws InputException if there is nothing to predict, or too much for the model
     */
    public static PromptedQuery of(String name, String prompt, String completion, ModelFolder model, int beginToken) {
        PromptedQuery query = of(name, prompt, completion, model.tokenizer().tokenizer(), beginToken);
        int most = model.model().maximumLength();
        if (query.tokens.length - 1 > most) {
            throw new InputException(name + ": found " + (query.tokens.length - 1)
                    + " positions, expected at most the " + most + " of the model");
        }
        return query;
    }

    /** The same for a model of any length. */
    static PromptedQuery of(String name, String prompt, String completion, Tokenizer tokenizer, int beginToken) {
        try {
            PromptedText text = PromptedText.of(tokenizer, prompt, completion);
            Example example = text.example(beginToken);
            boolean begin = beginToken != Packing.NONE;
            Border border = new Border(text.promptTokens(), text.completionTokens(), begin,
                    text.firstIsGiven(beginToken), text.isCutAlikeApart(tokenizer),
                    pieces(text.encoding(), text.promptTokens(), text.encoding().size(), tokenizer));
            return new PromptedQuery(
                    name, text, border, text.tokens(beginToken), example, warnings(name, text, border, tokenizer));
        } catch (InputException e) {
            throw new InputException(name + ": " + e.getMessage(), e);
        }
    }

    private static List<String> pieces(Encoding encoding, int from, int to, Tokenizer tokenizer) {
        return Arrays.stream(encoding.ids(), from, to).mapToObj(tokenizer::token).toList();
    }

    private static List<String> warnings(String name, PromptedText text, Border border, Tokenizer tokenizer) {
        List<String> warnings = new ArrayList<>();
        String query = shortened(escape(name), SHOWN);
        if (border.firstIsGiven()) {
            warnings.add(query + ": no token stands before the completion, so that its first token is given and not"
                    + " predicted; --begin-token puts one there");
        }
        if (!border.cutAlikeApart()) {
            int p = text.promptTokens();
            warnings.add(query + ": tokenized together, prompt and completion meet as "
                    + meeting(pieces(text.encoding(), Math.max(0, p - 1), p, tokenizer), border.completion())
                    + apart(text, tokenizer) + "; scored is the former, as in a corpus");
        }
        return List.copyOf(warnings);
    }

    private static String apart(PromptedText text, Tokenizer tokenizer) {
        try {
            Encoding prompt = tokenizer.encode(text.prompt());
            Encoding completion = tokenizer.encode(text.completion());
            return ", tokenized apart as " + meeting(
                    pieces(prompt, Math.max(0, prompt.size() - 1), prompt.size(), tokenizer),
                    pieces(completion, 0, completion.size(), tokenizer));
        } catch (InputException e) {
            return ", and one of them cannot be tokenized by itself";
        }
    }

    /** The last token of the prompt and the first of the completion. */
    private static String meeting(List<String> before, List<String> after) {
        return quoted(before) + " | " + quoted(after.subList(0, Math.min(1, after.size())));
    }

    private static String quoted(List<String> tokens) {
        return tokens.isEmpty()
                ? "nothing"
                : tokens.stream().map(token -> '"' + shortened(escape(token), SHOWN) + '"')
                        .collect(Collectors.joining(" "));
    }

    /** The same with the predictions at some positions alone: the log-probability of the tokens after them. */
    public PromptedQuery weighted(int... positions) {
        double[] all = example.reals(Example.WEIGHTS);
        double[] weights = new double[all.length];
        for (int position : positions) {
            weights[position] = all[position];
        }
        return new PromptedQuery(name, text, border, tokens, example.withWeights(weights), warnings);
    }

    /**
     * The same with some tokens of the completion alone.
     *
     * @param chosen numbers of tokens among those that are predicted, from 0
     * @throws InputException if there is no such token, or none is chosen
     */
    public PromptedQuery ofTokens(List<Integer> chosen) {
        double[] weights = example.reals(Example.WEIGHTS);
        int[] predicting = IntStream.range(0, weights.length).filter(t -> weights[t] != 0).toArray();
        if (chosen.isEmpty() || chosen.stream().anyMatch(token -> token < 0 || token >= predicting.length)) {
            throw new InputException(name + ": found the tokens " + chosen
                    + " of the completion, expected some of 0 to "
                    + (predicting.length - 1));
        }
        return weighted(chosen.stream().mapToInt(token -> predicting[token]).toArray());
    }

    /** The query in a document: a prompt with its completion, or a text all of which is to be predicted. */
    public static PromptedQuery of(CorpusDocument document, ModelFolder model, int beginToken) {
        return switch (document) {
            case CorpusDocument.Completion(String id, String prompt, String completion, var _) ->
                    of(id, prompt, completion, model, beginToken);
            case CorpusDocument.Plain(String id, String text, var _) -> of(id, "", text, model, beginToken);
            case CorpusDocument.Conversation conversation -> of(conversation, model, beginToken);
            case CorpusDocument.Tokens(String id, var _, var _, var _) ->
                    throw new InputException(id + ": found tokens, expected the text of a query");
        };
    }

    /** What the assistant says last, after all that is before it. */
    private static PromptedQuery of(CorpusDocument.Conversation conversation, ModelFolder model, int beginToken) {
        byte[] text = conversation.text().getBytes(StandardCharsets.UTF_8);
        TextSpan last = conversation.predicted().getLast();
        return of(conversation.id(), new String(text, 0, last.from(), StandardCharsets.UTF_8),
                new String(text, last.from(), last.to() - last.from(), StandardCharsets.UTF_8), model, beginToken);
    }
}
