package org.plumbline.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Learns merges: again and again the pair of neighboring tokens that is most frequent over all words becomes a token
 * (Sennrich, Haddow and Birch, <em>Neural Machine Translation of Rare Words with Subword Units</em>, 2016). Ties go to
 * the smaller left id, then the smaller right id. Only words that hold the merged pair are looked at again.
 */
final class BpeTrainer {

    /** Neighboring tokens. */
    record Pair(int left, int right) {}

    /** A pair and its count at some time; stale when the count has changed since. */
    private record Candidate(Pair pair, long count) {
        static final Comparator<Candidate> BEST_FIRST = Comparator.comparingLong((Candidate c) -> -c.count)
                .thenComparingInt(c -> c.pair.left)
                .thenComparingInt(c -> c.pair.right);
    }

    /** A distinct word: how often it occurs, and its tokens so far. */
    static final class Word {
        private final long count;
        private int[] ids;

        /** A word as tokens of the alphabet. */
        Word(int[] ids, long count) {
            this.ids = ids;
            this.count = count;
        }
    }

    private final Map<Pair, Long> counts = new HashMap<>();
    private final Map<Pair, Set<Word>> holders = new HashMap<>();
    private final PriorityQueue<Candidate> candidates = new PriorityQueue<>(Candidate.BEST_FIRST);

    private BpeTrainer() {}

    /** Gives the tokens that merges make their ids. */
    interface Naming {
        /** Whether the vocabulary has its size, so that no more is merged. */
        boolean full();

        /** The id of what a pair makes: a new one, or that of a token which already spells the same. */
        int id(Pair pair);
    }

    /**
     * @param words distinct words; used up
     * @param naming the vocabulary that grows
     * @return merges in order, until the vocabulary is full or no pair occurs twice
     */
    static List<Pair> train(List<Word> words, Naming naming) {
        BpeTrainer trainer = new BpeTrainer();
        words.forEach(trainer::start);
        trainer.nominate(List.copyOf(trainer.counts.keySet()));
        // A pair can come back when another merge spells one of its parts: it keeps the rank that it has.
        Set<Pair> merges = new LinkedHashSet<>();
        while (!naming.full()) {
            Pair best = trainer.mostFrequent();
            if (best == null) {
                break;
            }
            trainer.merge(best, naming.id(best));
            merges.add(best);
        }
        return List.copyOf(merges);
    }

    /** The ids with every occurrence of the pair merged, from left to right. */
    static int[] merged(int[] ids, Pair pair, int id) {
        int[] result = new int[ids.length];
        int length = 0;
        for (int i = 0; i < ids.length; i++) {
            boolean here = i + 1 < ids.length && ids[i] == pair.left && ids[i + 1] == pair.right;
            result[length++] = here ? id : ids[i];
            i += here ? 1 : 0;
        }
        return Arrays.copyOf(result, length);
    }

    private void start(Word word) {
        Set<Pair> pairs = new HashSet<>();
        for (int i = 0; i + 1 < word.ids.length; i++) {
            hold(add(word.ids[i], word.ids[i + 1], word.count, pairs), word);
        }
    }

    private @Nullable Pair mostFrequent() {
        for (Candidate best = candidates.poll(); best != null; best = candidates.poll()) {
            if (counts.getOrDefault(best.pair, 0L) == best.count && best.count >= 2) {
                return best.pair;
            }
        }
        return null;
    }

    private void merge(Pair pair, int id) {
        Set<Pair> touched = new HashSet<>();
        for (Word word : holders.remove(pair)) {
            int[] before = word.ids;
            word.ids = merged(before, pair, id);
            recount(before, word, touched);
        }
        nominate(touched);
    }

    /** Only pairs that a merge took part of, or made, change their count: long words cost no more than short ones. */
    private void recount(int[] before, Word word, Set<Pair> touched) {
        boolean[] joined = new boolean[before.length];
        boolean[] made = new boolean[word.ids.length];
        int position = 0;
        for (int i = 0; i < word.ids.length; i++) {
            // The merged token is longer than either part, so it differs from what stood there.
            made[i] = before[position] != word.ids[i];
            joined[position++] = made[i];
            if (made[i]) {
                joined[position++] = true;
            }
        }
        for (int i = 0; i + 1 < before.length; i++) {
            if (joined[i] || joined[i + 1]) {
                add(before[i], before[i + 1], -word.count, touched);
            }
        }
        for (int i = 0; i + 1 < word.ids.length; i++) {
            if (made[i] || made[i + 1]) {
                hold(add(word.ids[i], word.ids[i + 1], word.count, touched), word);
            }
        }
    }

    private void nominate(Collection<Pair> pairs) {
        for (Pair pair : pairs) {
            Long count = counts.get(pair);
            if (count != null) {
                candidates.add(new Candidate(pair, count));
            }
        }
    }

    /** Changes a pair's count. */
    private Pair add(int left, int right, long change, Set<Pair> touched) {
        Pair pair = new Pair(left, right);
        touched.add(pair);
        if (counts.merge(pair, change, Long::sum) == 0) {
            counts.remove(pair);
        }
        return pair;
    }

    /** Holders are never struck off while their pair lives: one that has lost the pair is unchanged by its merge. */
    private void hold(Pair pair, Word word) {
        holders.computeIfAbsent(pair, _ -> new HashSet<>()).add(word);
    }
}
