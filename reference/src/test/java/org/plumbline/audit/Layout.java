package org.plumbline.audit;

import java.util.Arrays;
import org.plumbline.model.TrackedLayer;

/** A layer's gradient read in a wrong way, as whole programs would. */
final class Layout {
    private Layout() {}

    /** {@code torch.cat([W.flatten(), b]).view(out, in + 1)}. */
    static double[] appended(TrackedLayer layer, double[] v) {
        double[] flat = new double[v.length];
        int at = 0;
        for (int i = 0; i < layer.outputs(); i++) {
            for (int j = 0; j < layer.inputs(); j++) {
                flat[at++] = v[i * layer.columns() + j];
            }
        }
        for (int i = 0; i < layer.outputs(); i++) {
            flat[at++] = v[i * layer.columns() + layer.inputs()];
        }
        return flat;
    }

    /** {@code torch.cat([W.t().reshape(out, in), b[:, None]], 1)}. */
    static double[] axes(TrackedLayer layer, double[] v) {
        double[] weight = new double[layer.outputs() * layer.inputs()];
        for (int i = 0; i < layer.outputs(); i++) {
            for (int j = 0; j < layer.inputs(); j++) {
                weight[j * layer.outputs() + i] = v[i * layer.columns() + j];
            }
        }
        double[] read = v.clone();
        for (int k = 0; k < weight.length; k++) {
            read[k / layer.inputs() * layer.columns() + k % layer.inputs()] = weight[k];
        }
        return read;
    }

    /** {@code v.flatten().view(in + 1, out).t()}. */
    static double[] columns(TrackedLayer layer, double[] v) {
        return Matrix.transpose(v, layer.outputs());
    }

    /** The bias forgotten. */
    static double[] withoutBias(TrackedLayer layer, double[] v) {
        double[] cut = v.clone();
        for (int i = 0; layer.bias().isPresent() && i < layer.outputs(); i++) {
            cut[i * layer.columns() + layer.inputs()] = 0;
        }
        return cut;
    }

    /** The part of a flat vector that is a layer's. */
    static double[] part(Trial trial, double[] flat, int layer) {
        return Arrays.copyOfRange(flat, trial.space.offset(layer), trial.space.offset(layer + 1));
    }
}
