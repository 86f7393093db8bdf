package org.plumbline.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How tokens become text again: the decoders of {@code tokenizer.json}. */
sealed interface TokenDecoder {

    /** The parts of the text so far become others; the text is what they make together. */
    List<String> apply(List<String> parts);

    /** The value of the file's field {@code decoder}. */
    static TokenDecoder of(JsonField field) {
        if (field.isNull()) {
            return new Spaced();
        }
        JsonField type = field.at("type");
        return switch (type.string()) {
            case "ByteLevel" -> {
                field.onlyKeys("type", "add_prefix_space", "trim_offsets", "use_regex");
                yield new ByteLevel();
            }
            case "ByteFallback" -> {
                field.onlyKeys("type");
                yield new ByteFallback();
            }
            case "Fuse" -> {
                field.onlyKeys("type");
                yield new Fuse();
            }
            case "Replace" -> {
                field.onlyKeys("type", "pattern", "content");
                yield new Replace(TextPattern.of(field.at("pattern")), field.at("content").string());
            }
            case "Strip" -> {
                field.onlyKeys("type", "content", "start", "stop");
                yield new Strip(
                        field.at("content").character(),
                        field.at("start").integer(Integer.MAX_VALUE),
                        field.at("stop").integer(Integer.MAX_VALUE));
            }
            case "Metaspace" -> Metaspace.of(field);
            case "Sequence" -> new Sequence(field.onlyKeys("type", "decoders").at("decoders").elements().stream()
                    .map(TokenDecoder::of)
                    .toList());
            default -> throw type.unsupported();
        };
    }

    /** One after the other. */
    record Sequence(List<TokenDecoder> decoders) implements TokenDecoder {
        @Override
        public List<String> apply(List<String> parts) {
            List<String> result = parts;
            for (TokenDecoder decoder : decoders) {
                result = decoder.apply(result);
            }
            return result;
        }
    }

    /** Tokens with spaces between them: what a file without a decoder means. */
    record Spaced() implements TokenDecoder {
        @Override
        public List<String> apply(List<String> parts) {
            return List.of(String.join(" ", parts));
        }
    }

    /** Characters that stand for bytes become those bytes, and all bytes together text. */
    record ByteLevel() implements TokenDecoder {
        @Override
        public List<String> apply(List<String> parts) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(8 * parts.size());
            for (String part : parts) {
                bytes.writeBytes(ByteAlphabet.decode(part));
            }
            return List.of(bytes.toString(StandardCharsets.UTF_8));
        }
    }

    /** Bytes in a row, {@code <0xE2>}, become text, or as many U+FFFD if they are none. */
    record ByteFallback() implements TokenDecoder {
        @Override
        public List<String> apply(List<String> parts) {
            List<String> result = new ArrayList<>(parts.size());
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (String part : parts) {
                int value = byteOf(part);
                if (value >= 0) {
                    bytes.write(value);
                } else {
                    flush(bytes, result);
                    result.add(part);
                }
            }
            flush(bytes, result);
            return result;
        }

        /** The byte that a token stands for, or −1. */
        private static int byteOf(String token) {
            boolean form = token.length() == 6 && token.startsWith("<0x") && token.endsWith(">");
            int high = form ? hexadecimal(token.charAt(3)) : -1;
            int low = form ? hexadecimal(token.charAt(4)) : -1;
            return high < 0 || low < 0 ? -1 : 16 * high + low;
        }

        private static int hexadecimal(char c) {
            return c < 0x80 ? Character.digit(c, 16) : -1;
        }

        private static void flush(ByteArrayOutputStream bytes, List<String> result) {
            if (bytes.size() == 0) {
                return;
            }
            try {
                result.add(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString());
            } catch (CharacterCodingException _) {
                result.add("\ufffd".repeat(bytes.size()));
            }
            bytes.reset();
        }
    }

    /** All parts become one. */
    record Fuse() implements TokenDecoder {
        @Override
        public List<String> apply(List<String> parts) {
            return List.of(String.join("", parts));
        }
    }

    /** In each part, every match becomes the same text. */
    record Replace(TextPattern pattern, String content) implements TokenDecoder {
        @Override
        public List<String> apply(List<String> parts) {
            List<String> result = new ArrayList<>(parts.size());
            Spans found = new Spans();
            for (String part : parts) {
                found.clear();
                pattern.find(pattern.guarded(part), 0, part.length(), found);
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < found.size(); i++) {
                    text.append(found.matched(i) ? content : part.substring(found.start(i), found.end(i)));
                }
                result.add(text.toString());
            }
            return result;
        }
    }

    /** Up to so many times a character goes from either end of each part. */
    record Strip(int character, int start, int stop) implements TokenDecoder {
        @Override
        public List<String> apply(List<String> parts) {
            return parts.stream().map(this::stripped).toList();
        }

        private String stripped(String part) {
            int width = Character.charCount(character);
            int from = 0;
            for (int i = 0; i < start && from < part.length() && part.codePointAt(from) == character; i++) {
                from += width;
            }
            int to = part.length();
            for (int i = 0; i < stop && to > from && part.codePointBefore(to) == character; i++) {
                to -= width;
            }
            return part.substring(from, to);
        }
    }

    /** Visible spaces become spaces; those of the first part go if the tokenizer put one there. */
    record Metaspace(String replacement, boolean prefixed) implements TokenDecoder {
        private static Metaspace of(JsonField field) {
            PreTokenizer.Metaspace same = PreTokenizer.Metaspace.of(field);
            return new Metaspace(same.replacement(), same.prefix() != PreTokenizer.Metaspace.Prefix.NEVER);
        }

        @Override
        public List<String> apply(List<String> parts) {
            List<String> result = new ArrayList<>(parts.size());
            for (String part : parts) {
                result.add(part.replace(replacement, result.isEmpty() && prefixed ? "" : " "));
            }
            return result;
        }
    }
}
