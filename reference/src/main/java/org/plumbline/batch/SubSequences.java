package org.plumbline.batch;

import org.plumbline.model.Example;

/**
 * Some sequences of others, in the order given: the candidates that a filter left.
 *
 * @param all the sequences chosen from
 * @param numbers of the chosen ones
 */
public record SubSequences(Sequences all, int[] numbers) implements Sequences {

    @Override
    public int size() {
        return numbers.length;
    }

    @Override
    public Example get(int m) {
        return all.get(numbers[m]);
    }

    /** That of all sequences, so that each runs at the length that it runs at among them. */
    @Override
    public int longest() {
        return all.longest();
    }
}
