package org.plumbline.text;

import java.util.List;
import java.util.function.IntPredicate;

/**
 * How a text is cut into pieces that no token crosses: the pre-tokenizers of {@code tokenizer.json}. Some change
 * the text on the way.
 */
sealed interface PreTokenizer {

    /** GPT-2's expression: contractions, letters, numbers and the rest with a space before them, white space. */
    TextPattern GPT2 = TextPattern.trusted(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

    /** A text and its pieces, none of them empty. */
    record Pieces(AlignedText text, Spans spans) {}

    Pieces apply(Pieces pieces);

    /** The value of the file's field {@code pre_tokenizer}; none is an empty sequence. */
    static PreTokenizer of(JsonField field) {
        if (field.isNull()) {
            return new Sequence(List.of());
        }
        JsonField type = field.at("type");
        return switch (type.string()) {
            case "ByteLevel" -> {
                field.onlyKeys("type", "add_prefix_space", "trim_offsets", "use_regex");
                field.at("trim_offsets").bool();
                yield new ByteLevel(field.at("add_prefix_space").bool(), field.at("use_regex").bool(true));
            }
            case "Split" -> {
                field.onlyKeys("type", "pattern", "behavior", "invert");
                yield new Split(
                        TextPattern.of(field.at("pattern")),
                        SplitBehavior.of(field.at("behavior")),
                        field.at("invert").bool());
            }
            case "Digits" -> new Characterwise(
                    Characters::isNumeric,
                    field.onlyKeys("type", "individual_digits").at("individual_digits").bool()
                            ? SplitBehavior.ISOLATED
                            : SplitBehavior.CONTIGUOUS);
            case "Punctuation" -> {
                JsonField behavior = field.onlyKeys("type", "behavior").at("behavior");
                yield new Characterwise(
                        Characters::isPunctuation,
                        behavior.isNull() ? SplitBehavior.ISOLATED : SplitBehavior.of(behavior));
            }
            case "WhitespaceSplit" -> {
                field.onlyKeys("type");
                yield new Characterwise(Characters::isWhiteSpace, SplitBehavior.REMOVED);
            }
            case "Whitespace" -> {
                field.onlyKeys("type");
                yield new Split(TextPattern.trusted("\\w+|[^\\w\\s]+"), SplitBehavior.REMOVED, true);
            }
            case "Metaspace" -> Metaspace.of(field);
            case "Sequence" -> sequence(field.onlyKeys("type", "pretokenizers").at("pretokenizers"));
            default -> throw type.unsupported();
        };
    }

    private static PreTokenizer sequence(JsonField field) {
        List<JsonField> elements = field.elements();
        List<PreTokenizer> parts = elements.stream().map(PreTokenizer::of).toList();
        for (int i = 0; i + 1 < parts.size(); i++) {
            if (parts.get(i).isByteLevel()) {
                throw elements.get(i + 1).expected("nothing after the pre-tokenizer that turns text into bytes");
            }
        }
        return new Sequence(parts);
    }

    /** Whether the model sees the bytes of each piece ({@link ByteAlphabet}) and not its characters. */
    default boolean isByteLevel() {
        return switch (this) {
            case ByteLevel _ -> true;
            case Sequence(List<PreTokenizer> parts) -> !parts.isEmpty() && parts.getLast().isByteLevel();
            case Split _, Characterwise _, Metaspace _ -> false;
        };
    }

    /** One after the other. */
    record Sequence(List<PreTokenizer> parts) implements PreTokenizer {
        @Override
        public Pieces apply(Pieces pieces) {
            Pieces result = pieces;
            for (PreTokenizer part : parts) {
                result = part.apply(result);
            }
            return result;
        }
    }

    /** GPT-2's words, of which the model sees the bytes. Offsets are not trimmed: a token's bytes hold its space. */
    record ByteLevel(boolean addPrefixSpace, boolean useRegex) implements PreTokenizer {
        @Override
        public Pieces apply(Pieces pieces) {
            Pieces prefixed = addPrefixSpace ? Metaspace.prefixed(pieces, " ", false) : pieces;
            return useRegex ? new Split(GPT2, SplitBehavior.ISOLATED, false).apply(prefixed) : prefixed;
        }
    }

    /** Cuts at the matches of a pattern, or with {@code invert} at what lies between them. */
    record Split(TextPattern pattern, SplitBehavior behavior, boolean invert) implements PreTokenizer {
        @Override
        public Pieces apply(Pieces pieces) {
            CharSequence text = pattern.guarded(pieces.text().text());
            return new Pieces(pieces.text(), split(text, pieces.spans(), pattern, behavior, invert));
        }
    }

    /** Cuts at characters of a kind, each of them a match of its own. */
    record Characterwise(IntPredicate kind, SplitBehavior behavior) implements PreTokenizer {
        @Override
        public Pieces apply(Pieces pieces) {
            return new Pieces(
                    pieces.text(), split(pieces.text().text(), pieces.spans(), this::find, behavior, false));
        }

        private void find(CharSequence text, int from, int to, Spans found) {
            int previous = from;
            int next;
            for (int i = from; i < to; i = next) {
                int codePoint = Character.codePointAt(text, i);
                next = i + Character.charCount(codePoint);
                if (kind.test(codePoint)) {
                    if (previous < i) {
                        found.add(previous, i, false);
                    }
                    found.add(i, next, true);
                    previous = next;
                }
            }
            if (previous < to) {
                found.add(previous, to, false);
            }
        }
    }

    private static Spans split(
            CharSequence text, Spans spans, Spans.Finder finder, SplitBehavior behavior, boolean invert) {
        Spans result = new Spans();
        Spans found = new Spans();
        for (int i = 0; i < spans.size(); i++) {
            found.clear();
            finder.find(text, spans.start(i), spans.end(i), found);
            behavior.apply(found, invert, result);
        }
        return result;
    }

    /** SentencePiece's spaces: visible, before each word, and before the first if asked. */
    record Metaspace(String replacement, Prefix prefix, boolean split) implements PreTokenizer {

        /** Which pieces get a space before them. */
        enum Prefix {
            NEVER,
            FIRST,
            ALWAYS
        }

        static Metaspace of(JsonField field) {
            field.onlyKeys("type", "replacement", "add_prefix_space", "prepend_scheme", "split", "str_rep");
            JsonField scheme = field.at("prepend_scheme");
            Prefix prefix =
                    switch (scheme.string("always")) {
                        case "never" -> Prefix.NEVER;
                        case "first" -> Prefix.FIRST;
                        case "always" -> Prefix.ALWAYS;
                        default -> throw scheme.unsupported();
                    };
            if (!field.at("add_prefix_space").bool(true)) {
                if (!scheme.isNull() && prefix != Prefix.NEVER) {
                    throw field.at("add_prefix_space").expected("true, as prepend_scheme says");
                }
                prefix = Prefix.NEVER;
            }
            return new Metaspace(
                    Character.toString(field.at("replacement").character()), prefix, field.at("split").bool(true));
        }

        @Override
        public Pieces apply(Pieces pieces) {
            Pieces visible = replaced(pieces);
            Pieces prefixed = prefix == Prefix.NEVER ? visible : prefixed(visible, replacement, prefix == Prefix.FIRST);
            return split
                    ? new Split(TextPattern.literal(replacement), SplitBehavior.MERGED_WITH_NEXT, false).apply(prefixed)
                    : prefixed;
        }

        private Pieces replaced(Pieces pieces) {
            String text = pieces.text().text();
            return rewritten(pieces, (editor, from, to) -> {
                for (int i = from; i < to; i++) {
                    if (text.charAt(i) == ' ') {
                        editor.replace(i, i + 1, replacement);
                    } else {
                        editor.keep(i, i + 1);
                    }
                }
            });
        }

        /** Puts a space before each piece without one, or only before the piece that begins the whole text. */
        static Pieces prefixed(Pieces pieces, String space, boolean onlyFirst) {
            AlignedText text = pieces.text();
            return rewritten(pieces, (editor, from, to) -> {
                if (!text.text().startsWith(space, from) && (!onlyFirst || text.origins()[from] == 0)) {
                    editor.replace(from, from, space);
                }
                editor.keep(from, to);
            });
        }

        private interface Rewriting {
            void rewrite(AlignedText.Editor editor, int from, int to);
        }

        private static Pieces rewritten(Pieces pieces, Rewriting rewriting) {
            AlignedText.Editor editor = new AlignedText.Editor(pieces.text());
            Spans spans = new Spans();
            int end = 0;
            for (int i = 0; i < pieces.spans().size(); i++) {
                editor.keep(end, pieces.spans().start(i));
                int start = editor.length();
                end = pieces.spans().end(i);
                rewriting.rewrite(editor, pieces.spans().start(i), end);
                spans.add(start, editor.length(), false);
            }
            return new Pieces(editor.finish(end), spans);
        }
    }
}
