/**
 * What the command {@code bench} measures: how fast the engine's loops are, as a share of what the processor can do
 * ({@link org.plumbline.verification.bench.MatmulReport}), and how long the stages of influence take at scale
 * ({@link org.plumbline.verification.bench.ScaleBench}, {@link org.plumbline.verification.bench.ScalingBench}).
 *
 * <p>Peak and products are measured in one process, and the ratio of the two is the number worth quoting.
 */
package org.plumbline.verification.bench;
