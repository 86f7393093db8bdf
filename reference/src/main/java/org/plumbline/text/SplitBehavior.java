package org.plumbline.text;

/** What becomes of the matches of a pattern that splits text. */
enum SplitBehavior {
    /** Matches are left out. */
    REMOVED("Removed"),
    /** Each match is a piece. */
    ISOLATED("Isolated"),
    /** A match ends the piece before it. */
    MERGED_WITH_PREVIOUS("MergedWithPrevious"),
    /** A match begins the piece after it. */
    MERGED_WITH_NEXT("MergedWithNext"),
    /** Neighboring matches are one piece. */
    CONTIGUOUS("Contiguous");

    private final String jsonName;

    SplitBehavior(String jsonName) {
        this.jsonName = jsonName;
    }

    static SplitBehavior of(JsonField field) {
        String name = field.string();
        for (SplitBehavior behavior : values()) {
            if (behavior.jsonName.equals(name)) {
                return behavior;
            }
        }
        throw field.unsupported();
    }

    /** Adds the pieces that are made of matches and what lies between them; empty ones are left out. */
    void apply(Spans found, boolean invert, Spans pieces) {
        int i = 0;
        while (i < found.size()) {
            boolean match = found.matched(i) != invert;
            int last = lastOfPiece(found, i, match, invert);
            boolean removed = this == REMOVED && match;
            if (!removed && found.start(i) < found.end(last)) {
                pieces.add(found.start(i), found.end(last), false);
            }
            i = last + 1;
        }
    }

    private int lastOfPiece(Spans found, int i, boolean match, boolean invert) {
        boolean nextMatches = i + 1 < found.size() && found.matched(i + 1) != invert;
        return switch (this) {
            case REMOVED, ISOLATED -> i;
            case MERGED_WITH_PREVIOUS -> i + (!match && nextMatches ? 1 : 0);
            // Of several matches in a row only the last one joins what follows.
            case MERGED_WITH_NEXT -> i + (match && i + 1 < found.size() && !nextMatches ? 1 : 0);
            case CONTIGUOUS -> {
                int last = i;
                while (last + 1 < found.size() && (found.matched(last + 1) != invert) == match) {
                    last++;
                }
                yield last;
            }
        };
    }
}
