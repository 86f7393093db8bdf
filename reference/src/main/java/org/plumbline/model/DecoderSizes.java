package org.plumbline.model;

/** What holds of the sizes of every decoder. */
final class DecoderSizes {
    private DecoderSizes() {}

    /**
     * @throws ModelException if a size is not positive, or there are fewer than two tokens
     */
    static void require(int vocabulary, int context, int width, int layers, int heads, int hidden) {
        if (vocabulary < 2 || context < 1 || width < 1 || layers < 0 || heads < 1 || hidden < 1) {
            throw new ModelException("sizes of a transformer are positive, with 2 tokens or more: found vocabulary "
                    + vocabulary + ", context " + context + ", width " + width + ", layers " + layers
                    + ", heads " + heads + ", hidden " + hidden);
        }
    }

    /**
     * @throws ModelException if {@code number} is no multiple of {@code divisor}
     */
    static void requireMultiple(String what, int number, int divisor, String of) {
        if (number % divisor != 0) {
            throw new ModelException(what + " " + number + " is no multiple of " + divisor + " " + of);
        }
    }

    /**
     * @throws ModelException if the epsilon of a normalization is negative or no number
     */
    static void requireEpsilon(double epsilon) {
        if (!(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY)) {
            throw new ModelException("the epsilon of a normalization is finite and not negative, found " + epsilon);
        }
    }

    /**
     * @throws ModelException if an example is longer than the context
     */
    static void requireContext(int length, int context) {
        if (length > context) {
            throw new ModelException("an example of " + length + " positions exceeds the context of " + context);
        }
    }
}
