package org.plumbline.text;

/**
 * Words met before, with their tokens: most of a text is words met before. Each word has one place, the newest wins, so
 * the size is bounded. Threads may share it: a race loses an entry, and entries never change.
 */
final class WordCache {

    private static final int ENTRIES = 1 << 16;
    private static final int MAX_LENGTH = 48;

    private final BpeModel.Word[] words = new BpeModel.Word[ENTRIES];

    /** The tokens of a part of a text. */
    BpeModel.Word encode(String text, int start, int end, BpeModel model, BpeMerger merger) {
        int length = end - start;
        if (length > MAX_LENGTH) {
            return model.encode(text.substring(start, end), merger);
        }
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + text.charAt(i);
        }
        int slot = (hash ^ hash >>> 16) & ENTRIES - 1;
        BpeModel.Word known = words[slot];
        if (known != null && known.text().length() == length && text.startsWith(known.text(), start)) {
            return known;
        }
        BpeModel.Word word = model.encode(text.substring(start, end), merger);
        words[slot] = word;
        return word;
    }
}
