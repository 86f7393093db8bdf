package org.plumbline.influence.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.plumbline.batch.PassListener;
import org.plumbline.batch.Pipeline;
import org.plumbline.batch.Sequences;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.DenseCurvature;
import org.plumbline.curvature.DenseExactCurvature;
import org.plumbline.curvature.DenseFactors;
import org.plumbline.curvature.ExactCurvature;
import org.plumbline.curvature.FittedCurvature;
import org.plumbline.curvature.LowRankCurvature;
import org.plumbline.curvature.Objective;
import org.plumbline.curvature.Strategy;
import org.plumbline.engine.Compute;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.io.StoreFolder;
import org.plumbline.solve.CholeskyCurvature;
import org.plumbline.solve.ExactFit;
import org.plumbline.solve.ProjectedCurvature;
import org.plumbline.solve.WoodburyCurvature;

/**
 * What is made from the exact Gauss–Newton matrix, in double precision, in a store: the matrix or its blocks
 * ({@code matrix.safetensors}), its Ritz pairs ({@code ritz.safetensors}) or its projection
 * ({@code projection.safetensors}). Sequences are held in memory. What was interrupted begins again.
 */
final class ExactFiles {
    private static final String MATRIX = "matrix.safetensors";
    private static final String RITZ = "ritz.safetensors";
    private static final String PROJECTION = "projection.safetensors";
    private static final String WHOLE = "gauss-newton";
    private static final String VECTORS = "vectors";
    private static final String VALUES = "values";
    private static final String GRAM = "gram";

    private final StoreFolder store;
    private final BlockSpace space;

    ExactFiles(StoreFolder store, BlockSpace space) {
        this.store = store;
        this.space = space;
    }

    /** Fits a strategy that needs the dense matrix, unless its file is there. */
    void fitDense(Pipeline pipeline, Sequences data, Strategy strategy, FactorFiles factors, PassListener listener) {
        if (strategy.hasBases() ? factors.hasFactors() : store.has(MATRIX)) {
            return;
        }
        DenseCurvature exact = DenseExactCurvature.gaussNewton(Objective.of(pipeline, data), pipeline.layers(),
                pipeline.compute(), done -> listener.merged(done, data.size()));
        switch (strategy) {
            case SHAMPOO -> factors.writeFactors(DenseFactors.partialTraces(exact));
            case NEAREST -> factors.writeFactors(DenseFactors.nearest(exact));
            case BLOCK_DIAGONAL -> {
                SafetensorsWriter writer = new SafetensorsWriter();
                for (int i = 0; i < space.blocks().size(); i++) {
                    writer.add(space.blocks().get(i).name(), exact.block(i), size(i), size(i));
                }
                store.put(MATRIX, writer::write);
            }
            case EXACT -> store.put(MATRIX, new SafetensorsWriter()
                    .add(WHOLE, exact.matrix(), space.dimension(), space.dimension())::write);
            default -> throw new IllegalStateException(strategy + " has no dense matrix");
        }
        store.commit(Map.of(), false);
    }

    private int size(int block) {
        return space.offset(block + 1) - space.offset(block);
    }

    /** Fits a strategy that multiplies with the exact matrix, unless its file is there. */
    void fitProducts(Pipeline pipeline, Sequences data, FitSettings settings) {
        if (store.has(settings.strategy() == Strategy.LANCZOS ? RITZ : PROJECTION)) {
            return;
        }
        ExactCurvature exact =
                ExactCurvature.gaussNewton(Objective.of(pipeline, data), space, pipeline.compute());
        SafetensorsWriter writer = new SafetensorsWriter();
        switch (ExactFit.of(settings.strategy(), settings.size(), settings.seed(), exact)) {
            case WoodburyCurvature(LowRankCurvature ritz) -> {
                double[] vectors = new double[Math.multiplyExact(ritz.rank(), space.dimension())];
                for (int k = 0; k < ritz.rank(); k++) {
                    System.arraycopy(ritz.vector(k), 0, vectors, k * space.dimension(), space.dimension());
                }
                writer.add(VECTORS, vectors, ritz.rank(), space.dimension()).add(VALUES, ritz.values(), ritz.rank());
                store.put(RITZ, writer::write);
            }
            case ProjectedCurvature projected -> {
                double[] gram = projected.gram();
                int q = (int) Math.round(Math.sqrt(gram.length));
                writer.add(GRAM, gram, q, q);
                store.put(PROJECTION, writer::write);
            }
            default -> throw new IllegalStateException(settings.strategy() + " has no products");
        }
        store.commit(Map.of(), false);
    }

    FittedCurvature readMatrix(Compute compute) {
        try (SafetensorsFile file = SafetensorsFile.open(store.path(MATRIX))) {
            int n = space.dimension();
            if (file.names().contains(WHOLE)) {
                return new CholeskyCurvature(
                        new DenseCurvature(space, StoredTensors.symmetric(file, WHOLE, n), compute));
            }
            double[] matrix = new double[Math.multiplyExact(n, n)];
            for (int i = 0; i < space.blocks().size(); i++) {
                double[] block = StoredTensors.symmetric(file, space.blocks().get(i).name(), size(i));
                for (int row = 0; row < size(i); row++) {
                    System.arraycopy(block, row * size(i), matrix, (space.offset(i) + row) * n + space.offset(i),
                            size(i));
                }
            }
            return new CholeskyCurvature(new DenseCurvature(space, matrix, compute));
        }
    }

    FittedCurvature readRitz() {
        try (SafetensorsFile file = SafetensorsFile.open(store.path(RITZ))) {
            double[] values = StoredTensors.finite(file, VALUES, rows(file, VALUES));
            int n = space.dimension();
            double[] vectors = StoredTensors.finite(file, VECTORS, values.length, n);
            List<double[]> columns = new ArrayList<>();
            for (int k = 0; k < values.length; k++) {
                columns.add(Arrays.copyOfRange(vectors, k * n, (k + 1) * n));
            }
            return new WoodburyCurvature(new LowRankCurvature(space, columns.toArray(double[][]::new), values));
        }
    }

    FittedCurvature readProjection(Strategy strategy, int size, long seed) {
        try (SafetensorsFile file = SafetensorsFile.open(store.path(PROJECTION))) {
            return ProjectedCurvature.of(
                    ExactFit.projection(strategy, size, seed, space),
                    StoredTensors.symmetric(file, GRAM, rows(file, GRAM)));
        }
    }

    private static int rows(SafetensorsFile file, String name) {
        int[] shape = file.shape(name);
        return shape.length == 0 ? 0 : shape[0];
    }
}
