package org.plumbline.autodiff;

/** How transformations name the inputs and outputs they add. Prefixes nest, so repeated application stays unique. */
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
}
