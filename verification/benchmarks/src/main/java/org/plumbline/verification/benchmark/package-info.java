/**
 * The JMH benchmarks: products, operations, curvature, training steps and tokenizers, with forks and confidence
 * intervals. After {@code ./mvnw -DskipTests package}:
 *
 * <pre>java --add-modules=jdk.incubator.vector \
 *     -cp 'verification/benchmarks/target/benchmarks.jar:verification/benchmarks/target/lib/*' \
 *     org.openjdk.jmh.Main MatmulBenchmark</pre>
 *
 * <p>{@link org.plumbline.verification.benchmark.TokenizerBenchmark} measures text, in bytes a second.
 */
package org.plumbline.verification.benchmark;
