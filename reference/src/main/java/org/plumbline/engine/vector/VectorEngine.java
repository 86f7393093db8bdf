package org.plumbline.engine.vector;

import org.plumbline.engine.Engine;
import org.plumbline.engine.EngineUnavailableException;
import org.plumbline.engine.LoweredEngine;
import org.plumbline.engine.Workers;

/**
 * The fast engine on a CPU: programs performed with the Vector API, in double and in single precision.
 *
 * <p>Copies, permutations and elementwise arithmetic equal the scalar engine's to the last bit. Products and sums
 * differ from it by their order of summation and by fused multiply-adds, exponentials and what is made of them by a few
 * units in the last place. A result depends neither on the number of threads, nor on the processor's vector length, nor
 * on how warm the code is.
 *
 * <p>Steps run one after the other in the calling thread; large products and sums share their work
 * among {@link Workers}.
 */
public final class VectorEngine {

    private VectorEngine() {}

    /**
     * The engine itself.
     *
     * @param workers threads for large products and sums; they stay the caller's to close
     * @throws EngineUnavailableException if the Vector API is absent
     */
    public static Engine create(Workers workers) {
        if (!VectorSupport.isAvailable()) {
            throw new EngineUnavailableException("the vector engine needs the module jdk.incubator.vector: start Java "
                    + "with --add-modules=jdk.incubator.vector");
        }
        return new LoweredEngine("vector", new VectorLowering32(workers), new VectorLowering64(workers));
    }

    /** The engine, or the scalar one after the one warning of {@link VectorSupport} if the Vector API is absent. */
    public static Engine orScalar(Workers workers) {
        return VectorSupport.isAvailable() ? create(workers) : LoweredEngine.scalar();
    }
}
