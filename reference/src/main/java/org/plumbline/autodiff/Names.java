package org.plumbline.autodiff;

import java.util.Map;
import org.plumbline.program.ProgramException;

/**
 * How transformations name the inputs and outputs they add. Prefixes nest: the tangent of {@code gradient.w} is
 * {@code tangent.gradient.w}.
 */
public final class Names {
    private Names() {}

    /** Direction of change of the input or output {@code name}. */
    public static String tangent(String name) {
        return "tangent." + name;
    }

    /** Weight that reverse mode starts from at the output {@code name}. */
    public static String cotangent(String name) {
        return "cotangent." + name;
    }

    /** Derivative in the input {@code name}. */
    public static String gradient(String name) {
        return "gradient." + name;
    }

    /** The name, unless it is taken: two different quantities under one name would be silently taken for one. */
    static String fresh(Map<String, ?> taken, String name) {
        if (taken.containsKey(name)) {
            throw new ProgramException("the program has '" + name + "' already, which the transformation would add");
        }
        return name;
    }
}
