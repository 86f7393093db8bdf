package org.plumbline.audit.diagnosis;

import java.util.List;
import org.plumbline.model.TrackedLayer;

/** How the gradient of a layer is read as a matrix {@code [out, in + 1]}. */
enum Arrangement {
    /** As it is. */
    RIGHT("", List.of()),
    /** {@code vec(W)} followed by {@code b}. */
    APPENDED("weight and bias flattened one after the other", List.of(Mistake.M2)),
    /** {@code vec(Wᵀ)} read as {@code [out, in]}. */
    AXES("a weight [in, out] taken as [out, in]", List.of(Mistake.M9)),
    /** Row-major {@code vec} read column by column. */
    COLUMNS("A ⊗ S on row-major vec", List.of(Mistake.M15)),
    /** Without the bias. */
    NO_ONES("the ones column left out", List.of(Mistake.M9));

    private final String words;
    private final List<Mistake> mistakes;

    Arrangement(String words, List<Mistake> mistakes) {
        this.words = words;
        this.mistakes = mistakes;
    }

    String words() {
        return words;
    }

    List<Mistake> mistakes() {
        return mistakes;
    }

    /** Whether it changes a layer. */
    boolean changes(TrackedLayer layer) {
        return switch (this) {
            case RIGHT -> false;
            case APPENDED, NO_ONES -> layer.bias().isPresent();
            case AXES, COLUMNS -> layer.outputs() > 1 && layer.inputs() > 1;
        };
    }

    /** The matrix that is read. */
    double[] of(TrackedLayer layer, double[] v) {
        if (!changes(layer)) {
            return v;
        }
        int rows = layer.outputs();
        int columns = layer.columns();
        int inputs = layer.inputs();
        double[] moved = new double[v.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double value = v[row * columns + column];
                switch (this) {
                    case RIGHT -> moved[row * columns + column] = value;
                    case APPENDED -> moved[column < inputs ? row * inputs + column : rows * inputs + row] = value;
                    case AXES -> {
                        int flat = column * rows + row;
                        moved[column == inputs ? row * columns + column : flat / inputs * columns + flat % inputs] =
                                value;
                    }
                    case COLUMNS -> {
                        int flat = row * columns + column;
                        moved[flat % rows * columns + flat / rows] = value;
                    }
                    case NO_ONES -> moved[row * columns + column] = column == inputs ? 0 : value;
                }
            }
        }
        return moved;
    }
}
