package org.plumbline.influence.query;

import java.util.List;

/**
 * Preconditioned query gradients, ready for a scan.
 *
 * @param layers one for each layer of the pipeline
 * @param rank of the matrices, or 0 where they are whole
 * @param truncation {@code [queries][layers]}: relative error in Frobenius norm that the rank leaves, 0 where whole
 * @param firstLeftOut {@code [queries][layers]}: {@code σ_{r+1}}; the rank changes a score of the layer by at most
 *     {@code σ_{r+1} ‖G_m‖_*}
 */
public record Queries(List<LayerQueries> layers, int rank, double[][] truncation, double[][] firstLeftOut) {

    public Queries {
        layers = List.copyOf(layers);
    }

    /** Number of queries. */
    public int count() {
        return layers.getFirst().count();
    }
}
