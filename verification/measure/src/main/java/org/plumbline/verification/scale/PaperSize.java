package org.plumbline.verification.scale;

import java.util.List;

/**
 * A transformer of a size that Grosse et al. (2023) used, on paper. They give the numbers of parameters; blocks and
 * width here are shapes with {@code 12 · blocks · width²} about as large, MLPs four times as wide.
 *
 * @param parameters as named in the paper
 */
public record PaperSize(String parameters, int blocks, int width) {

    /** 810 million to 52 billion. */
    public static List<PaperSize> all() {
        return List.of(new PaperSize("810M", 24, 1664), new PaperSize("6.4B", 32, 4096), new PaperSize("22B", 48, 6144),
                new PaperSize("52B", 64, 8192));
    }

    /** Weights of the blocks. */
    public double weights() {
        return 12.0 * blocks * width * width;
    }

    /** Bytes of the two factors and their eigenvectors for all MLP layers, in double precision. */
    public double factorBytes() {
        double wide = 4.0 * width;
        return blocks * 2 * 2 * 8 * (width * (double) width + wide * wide);
    }

    /** Operations a token of both passes: each a forward and a backward pass, with symmetric updates or rotations. */
    public double fitOperationsPerToken() {
        double wide = 4.0 * width;
        double squares = 2.0 * blocks * (width * (double) width + wide * wide);
        return 2 * 4 * weights() + squares + 2 * squares + 2 * 8.0 * blocks * width * (double) width;
    }

    /** Operations of the eigendecompositions, {@code 9 n³} each. */
    public double eigenOperations() {
        return blocks * 2 * 9 * (Math.pow(width, 3) + Math.pow(4.0 * width, 3));
    }
}
