package org.plumbline.batch;

/**
 * How long sequences are.
 *
 * @param sequences their number
 * @param longest positions of the longest
 * @param fed positions of all
 * @param run positions that run for all, padding included: see {@link LengthBuckets}
 * @param lengths sum of the different lengths that they run at
 */
public record SequenceLengths(int sequences, int longest, long fed, long run, long lengths) {

    /**
     * @param counts the number of sequences of each length
     */
    public static SequenceLengths of(int[] counts) {
        int longest = 0;
        for (int length = 0; length < counts.length; length++) {
            longest = counts[length] > 0 ? length : longest;
        }
        int sequences = 0;
        long fed = 0;
        long run = 0;
        long lengths = 0;
        int last = 0;
        for (int length = 1; length < counts.length; length++) {
            if (counts[length] > 0) {
                int bucket = LengthBuckets.of(length, longest);
                sequences += counts[length];
                fed += (long) counts[length] * length;
                run += (long) counts[length] * bucket;
                lengths += bucket == last ? 0 : bucket;
                last = bucket;
            }
        }
        return new SequenceLengths(sequences, longest, fed, run, lengths);
    }

    /** Sequences of one length. */
    public static SequenceLengths equal(int sequences, int length) {
        return new SequenceLengths(sequences, length, (long) sequences * length, (long) sequences * length, length);
    }
}
