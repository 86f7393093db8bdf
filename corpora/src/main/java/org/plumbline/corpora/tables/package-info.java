/**
 * Synthetic tables for perceptrons: one classification and one regression, generated from a seed. Row {@code i} depends
 * on the seed and {@code i} alone, so a longer table begins with the shorter one. Each has a data sheet in
 * {@code corpora/datasheets}.
 */
package org.plumbline.corpora.tables;
