package org.plumbline.text;

import java.util.Arrays;

/**
 * Room to merge one word after another: symbols in a doubly linked list, and a heap of the pairs that have a rank, by
 * rank and then by place. A pair that has changed since it entered the heap is passed over. Not thread-safe.
 */
final class BpeMerger {

    private int[] ids = new int[64];
    private int[] lengths = new int[64];
    private int[] previous = new int[64];
    private int[] next = new int[64];
    private long[] heap = new long[64];
    private int size;
    private int heapSize;

    /** Forgets the last word. */
    void start(int symbols) {
        size = 0;
        heapSize = 0;
        if (symbols > ids.length) {
            int capacity = Math.max(symbols, 2 * ids.length);
            ids = new int[capacity];
            lengths = new int[capacity];
            previous = new int[capacity];
            next = new int[capacity];
        }
    }

    void add(int id, int length) {
        ids[size] = id;
        lengths[size++] = length;
    }

    void extendLast(int length) {
        lengths[size - 1] += length;
    }

    BpeModel.Word merge(String word, BpeModel model) {
        for (int i = 0; i < size; i++) {
            previous[i] = i - 1;
            next[i] = i + 1;
        }
        for (int i = 0; i + 1 < size; i++) {
            nominate(i, i + 1, model);
        }
        int count = size;
        while (heapSize > 0) {
            long best = poll();
            int rank = (int) (best >>> 32);
            int left = (int) best;
            int right = ids[left] < 0 ? size : next[left];
            if (right >= size || model.rank(ids[left], ids[right]) != rank) {
                continue;
            }
            ids[left] = model.merged(rank);
            lengths[left] += lengths[right];
            ids[right] = -1;
            next[left] = next[right];
            if (next[left] < size) {
                previous[next[left]] = left;
                nominate(left, next[left], model);
            }
            if (previous[left] >= 0) {
                nominate(previous[left], left, model);
            }
            count--;
        }
        return result(word, count);
    }

    private BpeModel.Word result(String word, int count) {
        int[] resultIds = new int[count];
        int[] resultLengths = new int[count];
        int symbol = 0;
        for (int i = 0; i < count; i++) {
            resultIds[i] = ids[symbol];
            resultLengths[i] = lengths[symbol];
            symbol = next[symbol];
        }
        return new BpeModel.Word(word, resultIds, resultLengths);
    }

    private void nominate(int left, int right, BpeModel model) {
        int rank = model.rank(ids[left], ids[right]);
        if (rank >= 0) {
            push((long) rank << 32 | left);
        }
    }

    private void push(long value) {
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, 2 * heapSize);
        }
        int at = heapSize++;
        while (at > 0 && heap[at - 1 >>> 1] > value) {
            heap[at] = heap[at - 1 >>> 1];
            at = at - 1 >>> 1;
        }
        heap[at] = value;
    }

    private long poll() {
        long best = heap[0];
        long last = heap[--heapSize];
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= heapSize) {
                break;
            }
            child += child + 1 < heapSize && heap[child + 1] < heap[child] ? 1 : 0;
            if (heap[child] >= last) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = last;
        return best;
    }
}
