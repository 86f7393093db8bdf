package org.plumbline.verification.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.corpora.bundled.BundledCorpora;
import org.plumbline.corpora.Corpus;
import org.plumbline.io.InputException;
import org.plumbline.model.Example;
import org.plumbline.text.CharacterBpe;
import org.plumbline.text.Chunker;
import org.plumbline.text.Document;
import org.plumbline.text.TextSequence;
import org.plumbline.text.Tokenizer;
import org.plumbline.text.Utf8;

/**
 * Training sequences and queries of a run.
 *
 * @param description one line that says what the text is
 * @param texts of the training sequences
 * @param examples the training sequences, in the order of {@code texts}
 */
public record VerifyData(
        String description, Tokenizer tokenizer, List<String> texts, List<Example> examples, List<Query> queries) {

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
        List<org.plumbline.corpora.Document> documents =
                corpus.documents().subList(0, Math.min(config.sequences(), corpus.documents().size()));
        StringBuilder all = new StringBuilder();
        documents.forEach(document -> all.append(document.text()).append('\n'));
        Tokenizer tokenizer = CharacterBpe.train(all.toString(), config.vocabulary());
        List<String> texts = new ArrayList<>();
        List<Example> examples = new ArrayList<>();
        Map<String, Integer> indexOf = new LinkedHashMap<>();
        for (org.plumbline.corpora.Document document : documents) {
            int[] ids = tokenizer.encode(document.text()).ids();
            int[] kept = Arrays.copyOf(ids, Math.min(ids.length, config.context() + 1));
            indexOf.put(document.id(), texts.size());
            texts.add(document.text());
            examples.add(Example.ofTokens(kept));
        }
        List<Query> queries = new ArrayList<>();
        corpus.queries().stream()
                .filter(query -> query.group().equals("forward"))
                .forEach(query -> {
                    List<Integer> support =
                            query.support().stream().filter(indexOf::containsKey).map(indexOf::get).toList();
                    Query asked = query(tokenizer, query.prompt(), query.completion(), support);
                    if (!support.isEmpty() && asked.example().length() <= config.context()) {
                        queries.add(asked);
                    }
                });
        if (queries.size() < config.queries()) {
            throw new InputException("corpus '" + name + "' has " + queries.size() + " queries that its first "
                    + documents.size() + " documents answer and a context of " + config.context() + " holds, expected "
                    + config.queries());
        }
        String description = String.format("bundled '%s', %,d of its %,d documents, one a sequence",
                name, documents.size(), corpus.documents().size());
        return new VerifyData(description, tokenizer, texts, examples, spread(queries, config.queries()));
    }

    /** So many of the items, evenly spaced, so that every kind is asked. */
    private static <T> List<T> spread(List<T> items, int count) {
        List<T> chosen = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chosen.add(items.get((int) ((long) i * items.size() / count)));
        }
        return chosen;
    }

    private static Query query(Tokenizer tokenizer, String prompt, String completion, List<Integer> support) {
        int[] promptIds = tokenizer.encode(prompt).ids();
        int[] completionIds = tokenizer.encode(completion).ids();
        int[] ids = Arrays.copyOf(promptIds, promptIds.length + completionIds.length);
        System.arraycopy(completionIds, 0, ids, promptIds.length, completionIds.length);
        return new Query(prompt, completion, Example.ofCompletion(ids, promptIds.length), support);
    }

    /**
     * A text file, cut into sequences of {@code context + 1} tokens. The first are trained on; queries come from
     * sequences that follow and are not trained on, their first half the prompt and their second half the completion.
     *
     * @throws InputException if the file is missing, empty, not UTF-8, or too short
     */
    public static VerifyData ofText(Path file, VerifyConfig config) {
        String text = Utf8.read(file);
        Tokenizer tokenizer = CharacterBpe.train(text, config.vocabulary());
        Chunker chunker = new Chunker(tokenizer, config.context());
        List<TextSequence> sequences =
                chunker.chunk(List.of(new Document(file.getFileName().toString(), text))).sequences();
        int needed = config.queries() + 16;
        if (sequences.size() < needed) {
            throw new InputException(file + ": " + sequences.size() + " sequences of " + (config.context() + 1)
                    + " tokens, expected at least " + needed
                    + " (16 to train on and " + config.queries() + " queries)");
        }
        int training = Math.min(config.sequences(), sequences.size() - config.queries());
        List<String> texts = new ArrayList<>();
        List<Example> examples = new ArrayList<>();
        for (TextSequence sequence : sequences.subList(0, training)) {
            texts.add(sequence.text());
            examples.add(Example.ofTokens(sequence.tokens()));
        }
        List<Query> queries = new ArrayList<>();
        for (TextSequence sequence : sequences.subList(training, training + config.queries())) {
            int[] ids = sequence.tokens();
            int prompt = ids.length / 2;
            queries.add(new Query(
                    tokenizer.decode(Arrays.copyOf(ids, prompt)),
                    tokenizer.decode(Arrays.copyOfRange(ids, prompt, ids.length)),
                    Example.ofCompletion(ids, prompt), List.of()));
        }
        String description = String.format("%s, the first %,d of its %,d sequences",
                file.getFileName(), training, sequences.size());
        return new VerifyData(description, tokenizer, texts, examples, queries);
    }
}
