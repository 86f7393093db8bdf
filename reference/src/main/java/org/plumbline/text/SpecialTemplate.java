package org.plumbline.text;

import java.util.ArrayList;
import java.util.List;

/**
 * The special tokens that a model expects around a text: the post-processor of
 * {@code tokenizer.json}, for single texts.
 *
 * @param before ids before the text
 * @param after ids after it
 */
record SpecialTemplate(List<Integer> before, List<Integer> after) {

    /** The value of the file's field {@code post_processor}. */
    static SpecialTemplate of(JsonField field) {
        SpecialTemplate none = new SpecialTemplate(List.of(), List.of());
        if (field.isNull()) {
            return none;
        }
        JsonField type = field.at("type");
        return switch (type.string()) {
            case "ByteLevel" -> {
                field.onlyKeys("type", "add_prefix_space", "trim_offsets", "use_regex");
                yield none;
            }
            case "TemplateProcessing" -> template(field.onlyKeys("type", "single", "pair", "special_tokens"));
            case "Sequence" -> {
                SpecialTemplate result = none;
                for (JsonField part : field.onlyKeys("type", "processors").at("processors").elements()) {
                    result = result.inside(of(part));
                }
                yield result;
            }
            default -> throw type.unsupported();
        };
    }

    private SpecialTemplate inside(SpecialTemplate outer) {
        List<Integer> first = new ArrayList<>(outer.before);
        first.addAll(before);
        List<Integer> last = new ArrayList<>(after);
        last.addAll(outer.after);
        return new SpecialTemplate(List.copyOf(first), List.copyOf(last));
    }

    private static SpecialTemplate template(JsonField field) {
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        boolean text = false;
        for (JsonField piece : field.at("single").elements()) {
            piece.onlyKeys("SpecialToken", "Sequence");
            if (piece.at("Sequence").isNull()) {
                String name = piece.at("SpecialToken").at("id").string();
                JsonField token = field.at("special_tokens").at(name);
                for (JsonField id : token.onlyKeys("id", "ids", "tokens").at("ids").elements()) {
                    (text ? after : before).add(id.integer(BpeModel.MAX_ID));
                }
            } else {
                JsonField name = piece.at("Sequence").at("id");
                if (text || !name.string().equals("A")) {
                    throw name.expected("the sequence A, once");
                }
                text = true;
            }
        }
        if (!text) {
            throw field.at("single").expected("the sequence A, once");
        }
        return new SpecialTemplate(List.copyOf(before), List.copyOf(after));
    }
}
