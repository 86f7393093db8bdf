package org.plumbline.curvature;

/**
 * The Kronecker factors of one layer, {@code A = E[ā āᵀ]} and {@code S = E[Ds Dsᵀ]}, means over all fed positions.
 *
 * @param block the layer's block
 * @param activation {@code A [columns, columns]}
 * @param gradient {@code S [rows, rows]}
 * @param meanLength {@code n̄}, the mean number of fed positions of a sequence: the layer's Gauss–Newton block is about
 *     {@code n̄ · S ⊗ A}
 */
public record KroneckerFactors(ParameterBlock block, double[] activation, double[] gradient, double meanLength) {}
