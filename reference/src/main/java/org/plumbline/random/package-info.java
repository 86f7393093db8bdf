/**
 * The one source of randomness: generators that are keyed by a seed, a purpose and an index, so that no draw depends on
 * the draws before it, on the number of threads, on padding or on batches.
 */
package org.plumbline.random;
