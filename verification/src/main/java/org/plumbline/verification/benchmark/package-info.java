/**
 * How fast the engine's loops are, as a share of what the processor can do.
 *
 * <p>{@link org.plumbline.verification.benchmark.MatmulReport} measures peak and products in one process and prints the
 * ratio, which is the number worth quoting. The JMH benchmarks measure the same with forks and confidence intervals:
 *
 * <pre>java --add-modules=jdk.incubator.vector \
 *     -cp 'target/plumbline.jar:target/lib/*' org.openjdk.jmh.Main MatmulBenchmark</pre>
 *
 * <p>{@link org.plumbline.verification.benchmark.TokenizerBenchmark} measures text, in bytes a second.
 */
package org.plumbline.verification.benchmark;
