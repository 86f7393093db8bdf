package org.plumbline.text;

import org.plumbline.io.InputException;

/**
 * Tokens without text: what a file of token ids needs, where nobody knows or reads the tokenizer that made it. A token
 * is shown as its id.
 *
 * @param vocabularySize number of ids
 */
public record IdTokenizer(int vocabularySize) implements Tokenizer {

    @Override
    public Encoding encode(String text) {
        throw new InputException("found text, and no tokenizer to read it with: expected --tokenizer, or "
                + HuggingFaceTokenizer.FILE + " in the model's folder");
    }

    @Override
    public String decode(int... ids) {
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(text.isEmpty() ? "" : " ").append(token(id));
        }
        return text.toString();
    }

    @Override
    public String token(int id) {
        if (id < 0 || id >= vocabularySize) {
            throw new InputException("token id: found " + id + ", expected 0.." + (vocabularySize - 1));
        }
        return Integer.toString(id);
    }
}
