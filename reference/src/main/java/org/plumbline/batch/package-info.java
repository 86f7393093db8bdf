/**
 * The one fold over batches of sequences: shards of a fixed size, cut into micro-batches, run in any thread and merged
 * in the order of the shards. Training, exact sums, factors, eigenvalues, queries and scans are all such folds.
 *
 * <p>A result depends on the model, the data, the seeds, the engine, the precision and the two sizes, and not on the
 * number of threads or on where a run was interrupted. Programs run in single or double precision; sums over sequences
 * are in double precision.
 */
package org.plumbline.batch;
