package org.plumbline.text;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.plumbline.io.InputException;

/**
 * What the parts of a document are called in a record of JSON Lines or a row of a table. A record holds either a text,
 * or a prompt and a completion; an id if it has one. All other fields are metadata.
 *
 * @param text field of a text
 * @param prompt field of a prompt
 * @param completion field of its completion
 * @param id field of an id
 */
public record FieldNames(String text, String prompt, String completion, String id) {

    /** {@code text}, {@code prompt}, {@code completion}, {@code id}. */
    public static final FieldNames DEFAULT = new FieldNames("text", "prompt", "completion", "id");

    /**
     * @throws InputException if two parts have the same name
     */
    public FieldNames {
        for (String name : new String[] {text, prompt, completion, id}) {
            Objects.requireNonNull(name, "field name");
        }
        Set<String> names = new HashSet<>(List.of(text));
        for (String name : List.of(prompt, completion, id)) {
            if (!names.add(name)) {
                throw new InputException("field names: found '" + name + "' twice, expected four different names");
            }
        }
    }

    boolean isPart(String name) {
        return name.equals(text) || name.equals(prompt) || name.equals(completion) || name.equals(id);
    }

    @Override
    public String toString() {
        return "'" + text + "', or '" + prompt + "' and '" + completion + "'";
    }
}
