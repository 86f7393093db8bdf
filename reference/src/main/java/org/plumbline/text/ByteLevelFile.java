package org.plumbline.text;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.io.AtomicFiles;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;

/** A {@code tokenizer.json} of the byte-level kind, as Hugging Face's library writes and reads it. */
final class ByteLevelFile {

    private ByteLevelFile() {}

    /**
     * The file's text.
     *
     * @param vocabulary ids by token, bytes spelled as in {@link ByteAlphabet}
     * @param merges each two tokens with a space between
     * @param special tokens of the vocabulary that are found in text as they stand
     * @param words whether GPT-2's expression cuts text into words before merging
     */
    static String json(Map<String, Integer> vocabulary, List<String> merges, List<String> special, boolean words) {
        Map<String, Object> byteLevel = new LinkedHashMap<>();
        byteLevel.put("type", "ByteLevel");
        byteLevel.put("add_prefix_space", false);
        byteLevel.put("trim_offsets", false);
        byteLevel.put("use_regex", words);

        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "BPE");
        for (String option : new String[] {"dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix"}) {
            model.put(option, null);
        }
        for (String option : new String[] {"fuse_unk", "byte_fallback", "ignore_merges"}) {
            model.put(option, false);
        }
        model.put("vocab", vocabulary);
        model.put("merges", merges);

        Map<String, Object> file = new LinkedHashMap<>();
        file.put("version", "1.0");
        file.put("truncation", null);
        file.put("padding", null);
        file.put("added_tokens", special.stream().map(token -> added(token, vocabulary.get(token))).toList());
        file.put("normalizer", null);
        file.put("pre_tokenizer", byteLevel);
        file.put("post_processor", null);
        file.put("decoder", byteLevel);
        file.put("model", model);
        return Json.pretty(file);
    }

    private static Map<String, Object> added(String token, int id) {
        Map<String, Object> added = new LinkedHashMap<>();
        added.put("id", id);
        added.put("content", token);
        for (String option : new String[] {"single_word", "lstrip", "rstrip", "normalized"}) {
            added.put(option, false);
        }
        added.put("special", true);
        return added;
    }

    /**
     * Writes the file, atomically.
     *
     * @throws InputException if it cannot be written
     */
    static void write(Path file, String json) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(file, out -> out.write(utf8));
    }
}
