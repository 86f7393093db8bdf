/**
 * Influence over corpora that do not fit into memory: fit, query and scan as folds over sequences.
 *
 * <p>Every pass cuts the sequences into shards of a fixed size and these into micro-batches, maps over shards in any
 * thread and merges their parts in the order of the shards. Results depend on the model, the data, the seeds, the
 * engine, the precision and these two sizes, and not on the number of threads or on where a run was interrupted.
 *
 * <p>Programs run in single precision (or double); what is summed over sequences is summed in double precision.
 */
package org.plumbline.influence.pipeline;
