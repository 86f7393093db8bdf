package org.plumbline.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds added tokens in a text: the leftmost first, of those that begin together the longest. */
final class AddedTokens {

    /** Longest added token: the search takes this many steps a character in the worst case. */
    static final int MAX_LENGTH = 1000;

    private final Node root = new Node();
    private final boolean[] firstAscii = new boolean[128];
    private boolean otherFirst;

    /** A node of the tree of all tokens. */
    private static final class Node {
        private final Map<Character, Node> children = new HashMap<>(2);
        private @Nullable AddedToken token;
    }

    /** Receives a text in order: tokens, and what lies between them, which is never empty. */
    interface Receiver {
        void token(AddedToken token, int from, int to);

        void text(int from, int to);
    }

    /**
     * @param tokens distinct, none of them empty
     * @param form what a token looks like in the text that is searched
     */
    AddedTokens(List<AddedToken> tokens, Function<String, String> form) {
        for (AddedToken token : tokens) {
            String text = form.apply(token.content());
            if (text.isEmpty()) {
                continue;
            }
            Node node = root;
            for (int i = 0; i < text.length(); i++) {
                node = node.children.computeIfAbsent(text.charAt(i), _ -> new Node());
            }
            node.token = token;
            if (text.charAt(0) < firstAscii.length) {
                firstAscii[text.charAt(0)] = true;
            } else {
                otherFirst = true;
            }
        }
    }

    /**
     * @param parseSpecial whether special tokens are found; otherwise they are text
     */
    void find(String text, boolean parseSpecial, Receiver receiver) {
        int done = 0;
        int i = 0;
        while (i < text.length()) {
            int end = longestMatch(text, i);
            if (end < 0) {
                i++;
                continue;
            }
            AddedToken token = tokenAt(text, i, end);
            boolean skipped = token.special() && !parseSpecial || token.singleWord() && insideWord(text, i, end);
            if (skipped) {
                i = end;
                continue;
            }
            int from = token.stripsLeft() ? spaceStart(text, i, done) : i;
            int to = token.stripsRight() ? spaceEnd(text, end) : end;
            if (done < from) {
                receiver.text(done, from);
            }
            receiver.token(token, from, to);
            done = to;
            i = to;
        }
        if (done < text.length()) {
            receiver.text(done, text.length());
        }
    }

    private int longestMatch(String text, int start) {
        char first = text.charAt(start);
        if (first < firstAscii.length ? !firstAscii[first] : !otherFirst) {
            return -1;
        }
        Node node = root;
        int end = -1;
        for (int i = start; i < text.length(); i++) {
            node = node.children.get(text.charAt(i));
            if (node == null) {
                break;
            }
            if (node.token != null) {
                end = i + 1;
            }
        }
        return end;
    }

    private AddedToken tokenAt(String text, int start, int end) {
        Node node = root;
        for (int i = start; i < end; i++) {
            node = node.children.get(text.charAt(i));
        }
        return Objects.requireNonNull(node.token);
    }

    private static boolean insideWord(String text, int start, int end) {
        return start > 0 && Characters.isWord(text.codePointBefore(start))
                || end < text.length() && Characters.isWord(text.codePointAt(end));
    }

    private static int spaceStart(String text, int start, int limit) {
        int from = start;
        while (from > limit && Characters.isWhiteSpace(text.charAt(from - 1))) {
            from--;
        }
        return from;
    }

    private static int spaceEnd(String text, int end) {
        int to = end;
        while (to < text.length() && Characters.isWhiteSpace(text.charAt(to))) {
            to++;
        }
        return to;
    }
}
