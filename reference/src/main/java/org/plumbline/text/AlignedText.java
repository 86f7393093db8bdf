package org.plumbline.text;

import java.util.Arrays;

/**
 * A text that was changed on its way to the model, and where each character came from: between the bytes {@code
 * origins[i]} and {@code origins[i + 1]} of the UTF-8 form of the original text. Origins never decrease.
 *
 * @param text the text as it is now
 * @param origins one more than the text has characters (UTF-16 units); the second half of a surrogate pair repeats the
 *     origin of the first
 */
record AlignedText(String text, int[] origins) {

    /** A text that nobody has changed yet. */
    static AlignedText of(String text) {
        int[] origins = new int[text.length() + 1];
        int offset = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            origins[i] = offset;
            if (Character.isHighSurrogate(c)) {
                origins[++i] = offset;
                offset += 4;
            } else {
                offset += Utf8.length(c);
            }
        }
        origins[text.length()] = offset;
        return new AlignedText(text, origins);
    }

    AlignedText slice(int from, int to) {
        return from == 0 && to == text.length()
                ? this
                : new AlignedText(text.substring(from, to), Arrays.copyOfRange(origins, from, to + 1));
    }

    /**
     * The original place of a byte in the text as it is now: exact where the character is unchanged, inside the
     * characters that it stands for otherwise.
     *
     * @param index the character that holds the byte
     * @param within the byte's number in the character's UTF-8 form
     */
    int origin(int index, int within) {
        return within == 0
                ? origins[index]
                : Math.min(origins[index] + within, origins[index + Character.charCount(text.codePointAt(index))]);
    }

    /** Builds a changed text from parts kept and parts replaced, in order. */
    static final class Editor {
        private final AlignedText source;
        private final StringBuilder text;
        private int[] origins;

        Editor(AlignedText source) {
            this.source = source;
            this.text = new StringBuilder(source.text.length() + 16);
            this.origins = new int[source.text.length() + 17];
        }

        void keep(int from, int to) {
            reserve(to - from);
            System.arraycopy(source.origins, from, origins, text.length(), to - from);
            text.append(source.text, from, to);
        }

        /** The first character of the replacement stands for all that is replaced. */
        void replace(int from, int to, String replacement) {
            reserve(replacement.length());
            int first = replacement.isEmpty() ? 0 : Character.charCount(replacement.codePointAt(0));
            for (int i = 0; i < replacement.length(); i++) {
                origins[text.length() + i] = source.origins[i < first ? from : to];
            }
            text.append(replacement);
        }

        /** Characters so far. */
        int length() {
            return text.length();
        }

        /** Ends the text; it covers the original as far as {@code to} in the source. */
        AlignedText finish(int to) {
            origins[text.length()] = source.origins[to];
            return new AlignedText(text.toString(), Arrays.copyOf(origins, text.length() + 1));
        }

        private void reserve(int more) {
            int needed = Math.addExact(text.length(), more) + 1;
            if (needed > origins.length) {
                origins = Arrays.copyOf(origins, Math.max(needed, origins.length + (origins.length >> 1)));
            }
        }
    }
}
