package org.plumbline.verification.laws;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.plumbline.model.Decoder;
import org.plumbline.model.Gpt2;
import org.plumbline.model.GptNeoX;
import org.plumbline.model.Llama;

/**
 * Where the heads of a block's attention are in its matrices.
 *
 * @param query layer whose rows are queries
 * @param key layer whose rows are keys
 * @param value layer whose rows are values
 * @param output layer whose columns read mixed values
 * @param size of a head
 * @param rotated how many of a head's dimensions are rotated by position
 * @param groups heads that share keys and values
 */
record AttentionLayout(
        String query, String key, String value, String output, int size, int rotated, List<Group> groups) {

    /**
     * @param queryRows first rows of each head's queries
     * @param keyRow first row of the keys
     * @param valueRow first row of the values
     * @param outputColumns first columns of each head's mixed values
     */
    record Group(int[] queryRows, int keyRow, int valueRow, int[] outputColumns) {}

    /** The layouts of all blocks. */
    static List<AttentionLayout> of(Decoder model) {
        return switch (model) {
            case Gpt2 gpt2 -> blocks(gpt2.config().layers(), block -> gpt2(gpt2, "transformer.h." + block + ".attn."));
            case GptNeoX neoX -> blocks(neoX.config().layers(),
                    block -> gptNeoX(neoX, "gpt_neox.layers." + block + ".attention."));
            case Llama llama ->
                    blocks(llama.config().layers(), block -> llama(llama, "model.layers." + block + ".self_attn."));
        };
    }

    private static List<AttentionLayout> blocks(int blocks, IntFunction<AttentionLayout> layout) {
        return IntStream.range(0, blocks).mapToObj(layout).toList();
    }

    private static AttentionLayout gpt2(Gpt2 model, String name) {
        int d = model.config().width();
        int size = d / model.config().heads();
        List<Group> groups = new ArrayList<>();
        for (int from = 0; from < d; from += size) {
            groups.add(new Group(new int[] {from}, d + from, 2 * d + from, new int[] {from}));
        }
        return new AttentionLayout(name + "c_attn", name + "c_attn", name + "c_attn", name + "c_proj", size, 0, groups);
    }

    private static AttentionLayout gptNeoX(GptNeoX model, String name) {
        int size = model.config().width() / model.config().heads();
        List<Group> groups = new ArrayList<>();
        for (int head = 0; head < model.config().heads(); head++) {
            groups.add(new Group(new int[] {3 * head * size}, (3 * head + 1) * size, (3 * head + 2) * size,
                    new int[] {head * size}));
        }
        String joint = name + "query_key_value";
        return new AttentionLayout(
                joint, joint, joint, name + "dense", size, model.config().rotary().dimensions(), groups);
    }

    private static AttentionLayout llama(Llama model, String name) {
        int size = model.config().headSize();
        int heads = model.config().heads() / model.config().keyValueHeads();
        List<Group> groups = new ArrayList<>();
        for (int group = 0; group < model.config().keyValueHeads(); group++) {
            int first = group * heads;
            int[] rows = IntStream.range(first, first + heads).map(head -> head * size).toArray();
            groups.add(new Group(rows, group * size, group * size, rows));
        }
        return new AttentionLayout(
                name + "q_proj", name + "k_proj", name + "v_proj", name + "o_proj", size, size, groups);
    }
}
