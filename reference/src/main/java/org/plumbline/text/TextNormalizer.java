package org.plumbline.text;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is done to a text before it is cut into words: the normalizers of {@code tokenizer.json}. */
sealed interface TextNormalizer {

    AlignedText apply(AlignedText text);

    /** The value of the file's field {@code normalizer}; none is an empty sequence. */
    static TextNormalizer of(JsonField field) {
        if (field.isNull()) {
            return new Sequence(List.of());
        }
        JsonField type = field.at("type");
        return switch (type.string()) {
            case "NFC" -> unicode(field, Normalizer.Form.NFC);
            case "NFD" -> unicode(field, Normalizer.Form.NFD);
            case "NFKC" -> unicode(field, Normalizer.Form.NFKC);
            case "NFKD" -> unicode(field, Normalizer.Form.NFKD);
            case "Lowercase" -> {
                field.onlyKeys("type");
                yield new Lowercase();
            }
            case "Prepend" -> new Prepend(field.onlyKeys("type", "prepend").at("prepend").string());
            case "Replace" -> {
                field.onlyKeys("type", "pattern", "content");
                yield new Replace(TextPattern.of(field.at("pattern")), field.at("content").string());
            }
            case "Strip" -> {
                field.onlyKeys("type", "strip_left", "strip_right");
                yield new Strip(field.at("strip_left").bool(), field.at("strip_right").bool());
            }
            case "Sequence" -> new Sequence(field.onlyKeys("type", "normalizers").at("normalizers").elements().stream()
                    .map(TextNormalizer::of)
                    .toList());
            default -> throw type.unsupported();
        };
    }

    private static TextNormalizer unicode(JsonField field, Normalizer.Form form) {
        field.onlyKeys("type");
        return new UnicodeForm(form);
    }

    /** One after the other. */
    record Sequence(List<TextNormalizer> parts) implements TextNormalizer {
        @Override
        public AlignedText apply(AlignedText text) {
            AlignedText result = text;
            for (TextNormalizer part : parts) {
                result = part.apply(result);
            }
            return result;
        }
    }

    /** Each character's lower case by itself: a final sigma is not told from others. */
    record Lowercase() implements TextNormalizer {
        @Override
        public AlignedText apply(AlignedText text) {
            String from = text.text();
            AlignedText.Editor editor = new AlignedText.Editor(text);
            int next;
            for (int i = 0; i < from.length(); i = next) {
                int codePoint = from.codePointAt(i);
                next = i + Character.charCount(codePoint);
                if (codePoint < 0x80 && (codePoint < 'A' || codePoint > 'Z')) {
                    editor.keep(i, next);
                } else {
                    editor.replace(i, next, Character.toString(codePoint).toLowerCase(Locale.ROOT));
                }
            }
            return editor.finish(from.length());
        }
    }

    /** Puts something before a text that is not empty. */
    record Prepend(String prefix) implements TextNormalizer {
        @Override
        public AlignedText apply(AlignedText text) {
            if (text.text().isEmpty()) {
                return text;
            }
            AlignedText.Editor editor = new AlignedText.Editor(text);
            editor.replace(0, 0, prefix);
            editor.keep(0, text.text().length());
            return editor.finish(text.text().length());
        }
    }

    /** Every match becomes the same text. */
    record Replace(TextPattern pattern, String content) implements TextNormalizer {
        @Override
        public AlignedText apply(AlignedText text) {
            int length = text.text().length();
            Spans found = new Spans();
            pattern.find(pattern.guarded(text.text()), 0, length, found);
            AlignedText.Editor editor = new AlignedText.Editor(text);
            for (int i = 0; i < found.size(); i++) {
                if (found.matched(i)) {
                    editor.replace(found.start(i), found.end(i), content);
                } else {
                    editor.keep(found.start(i), found.end(i));
                }
            }
            return editor.finish(length);
        }
    }

    /** Removes white space at either end. */
    record Strip(boolean left, boolean right) implements TextNormalizer {
        @Override
        public AlignedText apply(AlignedText text) {
            int start = 0;
            int end = text.text().length();
            while (left && start < end && Characters.isWhiteSpace(text.text().charAt(start))) {
                start++;
            }
            while (right && end > start && Characters.isWhiteSpace(text.text().charAt(end - 1))) {
                end--;
            }
            return text.slice(start, end);
        }
    }

    /** A normalization form of Unicode (UAX #15). */
    record UnicodeForm(Normalizer.Form form) implements TextNormalizer {
        @Override
        public AlignedText apply(AlignedText text) {
            String from = text.text();
            Characters.requireShortMarkRuns(from);
            if (Normalizer.isNormalized(from, form)) {
                return text;
            }
            String whole = Normalizer.normalize(from, form);
            AlignedText fine = byParts(text, fineParts(from));
            return fine.text().equals(whole) ? fine : byParts(text, coarseParts(from));
        }

        private AlignedText byParts(AlignedText text, List<Integer> bounds) {
            AlignedText.Editor editor = new AlignedText.Editor(text);
            int start = 0;
            for (int end : bounds) {
                String part = text.text().substring(start, end);
                String normal = Normalizer.normalize(part, form);
                if (normal.equals(part)) {
                    editor.keep(start, end);
                } else {
                    editor.replace(start, end, normal);
                }
                start = end;
            }
            return editor.finish(text.text().length());
        }

        /** Characters below U+0300 begin anew in every form: nothing before them changes with them. */
        private static List<Integer> coarseParts(String text) {
            List<Integer> bounds = new ArrayList<>();
            for (int i = 1; i < text.length(); i++) {
                if (text.charAt(i) < 0x300) {
                    bounds.add(i);
                }
            }
            bounds.add(text.length());
            return bounds;
        }

        /** So do nearly all others that are no marks; the caller checks. */
        private static List<Integer> fineParts(String text) {
            List<Integer> bounds = new ArrayList<>();
            for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
                if (i > 0 && !Characters.joinsPrevious(text.codePointAt(i))) {
                    bounds.add(i);
                }
            }
            bounds.add(text.length());
            return bounds;
        }
    }
}
