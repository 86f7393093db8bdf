package org.plumbline.verification.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.plumbline.corpora.Corpus;
import org.plumbline.corpora.Document;
import org.plumbline.corpora.bundled.BundledCorpora;
import org.plumbline.io.InputException;
import org.plumbline.model.Example;
import org.plumbline.text.ByteLevelBpe;
import org.plumbline.text.CorpusDocument;
import org.plumbline.text.PackedSequences;
import org.plumbline.text.Packing;
import org.plumbline.text.PromptedText;
import org.plumbline.text.TokenSequence;
import org.plumbline.text.Tokenizer;
import org.plumbline.text.Utf8;

/**
 * Training sequences and queries of a run. Tokens, sequences and the border of prompts are made by what {@code train},
 * {@code fit} and {@code query} use; the vocabulary is small, since its alphabet is the bytes of the text.
 *
 * @param description one line that says what the text is
 * @param vocabulary of the tokenizer, trained on the texts
 * @param texts of the training sequences
 * @param examples the training sequences, in the order of {@code texts}
 */
public record VerifyData(
        String description, ByteLevelBpe vocabulary, Tokenizer tokenizer, List<String> texts, List<Example> examples,
        List<Query> queries) {

    /**
     * The bundled corpus of this name: each document is a sequence, and its own queries are asked, those first whose
     * fact most of the training sequences state.
     *
     * @throws InputException if there is no such corpus
     */
    public static VerifyData ofCorpus(String name, VerifyConfig config) {
        if (!BundledCorpora.names().contains(name)) {
            throw new InputException("no bundled corpus '" + name + "'; there are " + BundledCorpora.names());
        }
        Corpus corpus = BundledCorpora.load(name);
        List<Document> documents =
                corpus.documents().subList(0, Math.min(config.sequences(), corpus.documents().size()));
        ByteLevelBpe vocabulary = vocabulary(documents.stream().map(Document::text).toList(), config);
        Tokenizer tokenizer = vocabulary.tokenizer();
        Map<String, String> textOf = new HashMap<>();
        documents.forEach(document -> textOf.put(document.id(), document.text()));
        List<String> texts = new ArrayList<>();
        List<Example> examples = new ArrayList<>();
        Map<String, Integer> indexOf = new HashMap<>();
        for (TokenSequence sequence : sequences(Packing.truncating(config.context()), documents.stream()
                .map(document -> new CorpusDocument.Plain(document.id(), document.text(), Map.of()))
                .toList(), tokenizer)) {
            String id = sequence.parts().getFirst().documentId();
            indexOf.put(id, texts.size());
            texts.add(textOf.get(id));
            examples.add(sequence.example());
        }
        List<Query> queries = new ArrayList<>();
        corpus.queries().stream()
                .filter(query -> query.group().equals("forward"))
                .forEach(query -> {
                    List<Integer> support =
                            query.support().stream().filter(indexOf::containsKey).map(indexOf::get).toList();
                    PromptedText text = PromptedText.of(tokenizer, query.prompt(), query.completion());
                    Query asked = new Query(
                            query.prompt(), query.completion(), text.example(Packing.NONE), support);
                    if (!support.isEmpty() && asked.example().length() <= config.context()) {
                        queries.add(asked);
                    }
                });
        if (queries.size() < config.queries()) {
            throw new InputException("corpus '" + name + "' has " + queries.size() + " queries that its first "
                    + documents.size() + " documents answer and a context of " + config.context() + " holds, expected "
                    + config.queries());
        }
        String description = String.format(Locale.ROOT, "bundled '%s', %,d of its %,d documents, one a sequence",
                name, documents.size(), corpus.documents().size());
        return new VerifyData(description, vocabulary, tokenizer, texts, examples, spread(queries, config.queries()));
    }

    /** So many of the items, evenly spaced, so that every kind is asked. */
    private static <T> List<T> spread(List<T> items, int count) {
        List<T> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chosen.add(items.get((int) ((long) i * items.size() / count)));
        }
        return chosen;
    }

    /** At most the vocabulary that is asked for, unless the bytes of the texts alone are more. */
    private static ByteLevelBpe vocabulary(List<String> texts, VerifyConfig config) {
        int size = Math.max(config.vocabulary(), ByteLevelBpe.smallestVocabulary(texts));
        return ByteLevelBpe.trainCompact(texts, size);
    }

    /** What a corpus of these documents is to every command, without the padding. */
    private static List<TokenSequence> sequences(
            Packing packing, List<? extends CorpusDocument> documents, Tokenizer tokenizer) {
        List<TokenSequence> sequences = new ArrayList<>();
        try (PackedSequences packed = packing.open(documents, tokenizer)) {
            packed.forEachRemaining(sequence -> sequences.add(sequence.trimmed()));
        }
        return sequences;
    }

    /**
     * A text file, cut into sequences of {@code context} positions. The first are trained on; queries come from
     * sequences that follow and are not trained on, their first half the prompt and their second half the completion.
     * What is left at the end of the text is shorter and left out.
     *
     * @throws InputException if the file is missing, empty, not UTF-8, or too short
     */
    public static VerifyData ofText(Path file, VerifyConfig config) {
        String text = Utf8.read(file);
        String name = file.getFileName().toString();
        ByteLevelBpe vocabulary = vocabulary(List.of(text), config);
        Tokenizer tokenizer = vocabulary.tokenizer();
        List<TokenSequence> all = sequences(Packing.splitting(config.context()),
                List.of(new CorpusDocument.Plain(name, text, Map.of())), tokenizer);
        List<TokenSequence> sequences =
                all.stream().filter(sequence -> sequence.fed() == config.context()).toList();
        int needed = config.queries() + 16;
        if (sequences.size() < needed) {
            long tokens = all.stream().mapToLong(TokenSequence::fed).sum();
            throw new InputException(file + ": found " + tokens + " tokens to predict in " + sequences.size()
                    + " sequences of " + config.context() + ", expected at least " + needed
                    + " sequences (16 to train on and " + config.queries() + " queries)");
        }
        int training = Math.min(config.sequences(), sequences.size() - config.queries());
        List<String> texts = new ArrayList<>();
        List<Example> examples = new ArrayList<>();
        for (TokenSequence sequence : sequences.subList(0, training)) {
            texts.add(tokenizer.decode(sequence.tokens()));
            examples.add(sequence.example());
        }
        List<Query> queries = new ArrayList<>();
        for (TokenSequence sequence : sequences.subList(training, training + config.queries())) {
            int[] ids = sequence.tokens();
            int prompt = ids.length / 2;
            queries.add(new Query(
                    tokenizer.decode(Arrays.copyOf(ids, prompt)),
                    tokenizer.decode(Arrays.copyOfRange(ids, prompt, ids.length)),
                    Example.ofCompletion(ids, prompt), List.of()));
        }
        String description = String.format(
                Locale.ROOT, "%s, the first %,d of its %,d sequences", name, training, sequences.size());
        return new VerifyData(description, vocabulary, tokenizer, texts, examples, queries);
    }
}
