package org.plumbline.curvature;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.plumbline.batch.ExecutablePool;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.program.ElementType;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.Shape;
import org.plumbline.program.Value;

/**
 * Products with the Kronecker eigenbasis of each block, by the programs of {@link Rotation}: the ones that fits,
 * queries and self-influence run on batches. In double precision, {@code 4 · out · columns · (out + columns)}
 * operations a block and vector.
 */
final class BasisProducts {
    private static final String V = "v";
    private static final String SCALE = "scale";
    private static final String RESULT = "result";

    private final BlockSpace space;
    private final List<KroneckerBasis> bases;
    private final Compute compute;
    private final ExecutablePool<Key, Executable> pool = new ExecutablePool<>();

    BasisProducts(BlockSpace space, List<KroneckerBasis> bases, Compute compute) {
        this.space = space;
        this.bases = List.copyOf(bases);
        this.compute = compute;
    }

    /** What is done to the matrices {@code V} of a block. */
    private enum Kind {
        /** {@code Q_Sᵀ V Q_A}. */
        FORTH,
        /** {@code Q_S V Q_Aᵀ}. */
        BACK,
        /** {@code Q_S [(Q_Sᵀ V Q_A) ⊙ D] Q_Aᵀ}. */
        SCALED
    }

    private record Key(Kind kind, int block, int vectors) {}

    /** {@code Q_Sᵀ V Q_A} for each block {@code V} of the vector. */
    double[] forth(double[] v) {
        return products(Kind.FORTH, new double[][] {v}, new double[0])[0];
    }

    /** {@code Q_S V Q_Aᵀ} for each block {@code V} of the vector. */
    double[] back(double[] v) {
        return products(Kind.BACK, new double[][] {v}, new double[0])[0];
    }

    /** {@code Q_S [(Q_Sᵀ V Q_A) ⊙ D] Q_Aᵀ} for each block {@code V} of each vector. */
    double[][] scaled(double[][] vectors, double[] diagonal) {
        return products(Kind.SCALED, vectors, diagonal);
    }

    private double[][] products(Kind kind, double[][] vectors, double[] diagonal) {
        double[][] products = new double[vectors.length][space.dimension()];
        if (vectors.length == 0) {
            return products;
        }
        compute.workers().forEach(bases.size(), i -> {
            Key key = new Key(kind, i, vectors.length);
            pool.borrow(key, () -> compile(key), executable -> {
                int from = space.offset(i);
                int size = space.blocks().get(i).size();
                double[] stacked = new double[vectors.length * size];
                for (int k = 0; k < vectors.length; k++) {
                    System.arraycopy(vectors[k], from, stacked, k * size, size);
                }
                executable.bind(V, Storage.of(stacked));
                if (kind == Kind.SCALED) {
                    double[] own = new double[size];
                    System.arraycopy(diagonal, from, own, 0, size);
                    executable.bind(SCALE, Storage.of(own));
                }
                executable.run();
                double[] result = executable.doubles(RESULT);
                for (int k = 0; k < vectors.length; k++) {
                    System.arraycopy(result, k * size, products[k], from, size);
                }
            });
        });
        return products;
    }

    private Executable compile(Key key) {
        ParameterBlock block = space.blocks().get(key.block());
        Executable executable = compute.engine().compile(program(key, block), Precision.DOUBLE);
        Map<String, Storage> inputs = new LinkedHashMap<>(
                Rotation.inputs(List.of(block), List.of(bases.get(key.block())), Precision.DOUBLE));
        executable.bindPresentConstants(inputs);
        return executable;
    }

    private static Program program(Key key, ParameterBlock block) {
        ProgramBuilder b = new ProgramBuilder();
        Value v = b.real(V, key.vectors(), block.rows(), block.columns());
        return b.build(RESULT, switch (key.kind()) {
            case FORTH -> Rotation.forth(b, block, v);
            case BACK -> Rotation.back(b, block, v);
            case SCALED -> Rotation.back(b, block, b.multiply(Rotation.forth(b, block, v),
                    b.input(SCALE, ElementType.REAL, Shape.of(block.rows(), block.columns()))));
        });
    }
}
