package org.plumbline.influence.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.plumbline.batch.PassListener;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.FactorFit;
import org.plumbline.curvature.KroneckerBasis;
import org.plumbline.curvature.KroneckerFactors;
import org.plumbline.curvature.ParameterBlock;
import org.plumbline.engine.Workers;
import org.plumbline.io.SafetensorsFile;
import org.plumbline.io.SafetensorsWriter;
import org.plumbline.io.StoreFolder;
import org.plumbline.model.TrackedLayer;

/** Factors, eigenbases and second moments in a store: how they are made if they are missing, and how they are read. */
final class FactorFiles {
    static final String FACTORS = "factors.safetensors";
    static final String EIGENVECTORS = "eigenvectors.safetensors";
    static final String MOMENTS = "moments.safetensors";

    private final StoreFolder store;
    private final List<TrackedLayer> layers;

    FactorFiles(StoreFolder store, List<TrackedLayer> layers) {
        this.store = store;
        this.layers = layers;
    }

    boolean hasFactors() {
        return store.has(FACTORS);
    }

    boolean hasBases() {
        return store.has(EIGENVECTORS);
    }

    boolean hasMoments() {
        return store.has(MOMENTS);
    }

    /** The first pass over the data. */
    void fitFactors(FactorFit fit, FitSettings settings, PassListener listener) {
        StoredSums sums = new StoredSums(store, "factors", settings.checkpoints());
        List<KroneckerFactors> factors = fit.factors(sums, listener);
        writeFactors(factors);
        sums.drop();
        store.commit(Map.of(), false);
    }

    /** Writes factors, to be kept at the next commit. */
    void writeFactors(List<KroneckerFactors> factors) {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (KroneckerFactors layer : factors) {
            String name = layer.block().name();
            int columns = layer.block().columns();
            int rows = layer.block().rows();
            writer.add("activation." + name, layer.activation(), columns, columns);
            writer.add("gradient." + name, layer.gradient(), rows, rows);
        }
        writer.add("mean length", new double[] {factors.getFirst().meanLength()}, 1);
        store.put(FACTORS, writer::write);
    }

    List<KroneckerFactors> readFactors() {
        Path path = store.path(FACTORS);
        List<KroneckerFactors> factors = new ArrayList<>();
        for (TrackedLayer layer : layers) {
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                factors.add(new KroneckerFactors(ParameterBlock.of(layer),
                        StoredTensors.symmetric(file, "activation." + layer.name(), layer.columns()),
                        StoredTensors.symmetric(file, "gradient." + layer.name(), layer.outputs()),
                        StoredTensors.atLeastZero(file, "mean length", 1)[0]));
            }
        }
        return factors;
    }

    /** Reads the factors, even those just fitted: the sums and programs of their pass have ended. */
    void decompose(int partitions, Workers workers, PassListener listener) {
        List<KroneckerFactors> factors = readFactors();
        listener.released();
        List<KroneckerBasis> bases = KroneckerBasis.of(factors, partitions, workers, listener);
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int l = 0; l < bases.size(); l++) {
            String name = layers.get(l).name();
            KroneckerBasis basis = bases.get(l);
            writer.add("activation." + name, basis.activationVectors(), basis.columns(), basis.columns());
            writer.add("activation values." + name, basis.activationValues(), basis.columns());
            writer.add("gradient." + name, basis.gradientVectors(), basis.rows(), basis.rows());
            writer.add("gradient values." + name, basis.gradientValues(), basis.rows());
        }
        store.put(EIGENVECTORS, writer::write);
        store.commit(Map.of(), false);
    }

    List<KroneckerBasis> readBases() {
        Path path = store.path(EIGENVECTORS);
        List<KroneckerBasis> bases = new ArrayList<>();
        for (TrackedLayer layer : layers) {
            // Mapped anew for each layer: pages that were read count as the process's memory until a file is closed.
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                bases.add(new KroneckerBasis(
                        StoredTensors.unitColumns(file, "activation." + layer.name(), layer.columns()),
                        StoredTensors.finite(file, "activation values." + layer.name(), layer.columns()),
                        StoredTensors.unitColumns(file, "gradient." + layer.name(), layer.outputs()),
                        StoredTensors.finite(file, "gradient values." + layer.name(), layer.outputs())));
            }
        }
        return bases;
    }

    /** The second pass over the data: {@code Λ} in the stored bases, or the Fisher diagonal where there are none. */
    void fitMoments(FactorFit fit, FitSettings settings, PassListener listener) {
        StoredSums sums = new StoredSums(store, "moments", settings.checkpoints());
        double[] moments = settings.strategy().hasFactors()
                ? fit.eigenvalues(readBases(), sums, listener)
                : fit.diagonal(sums, listener);
        SafetensorsWriter writer = new SafetensorsWriter();
        BlockSpace space = fit.space();
        for (int l = 0; l < space.blocks().size(); l++) {
            ParameterBlock block = space.blocks().get(l);
            writer.add(block.name(), Arrays.copyOfRange(moments, space.offset(l), space.offset(l + 1)),
                    block.rows(), block.columns());
        }
        store.put(MOMENTS, writer::write);
        sums.drop();
        store.commit(Map.of(), false);
    }

    double[] readMoments() {
        BlockSpace space = BlockSpace.ofLayers(layers);
        try (SafetensorsFile file = SafetensorsFile.open(store.path(MOMENTS))) {
            double[] moments = new double[space.dimension()];
            for (int i = 0; i < space.blocks().size(); i++) {
                ParameterBlock block = space.blocks().get(i);
                double[] own = StoredTensors.atLeastZero(file, block.name(), block.rows(), block.columns());
                System.arraycopy(own, 0, moments, space.offset(i), own.length);
            }
            return moments;
        }
    }
}
