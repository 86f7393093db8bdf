package org.plumbline.model;

/**
 * The linear layer without bias at the end of a model, {@code z = h Wᵀ}.
 *
 * @param weight name of the parameter {@code W [classes, inputs]}
 * @param inputs width of {@code h}
 */
public record OutputLayer(String weight, int inputs) {}
