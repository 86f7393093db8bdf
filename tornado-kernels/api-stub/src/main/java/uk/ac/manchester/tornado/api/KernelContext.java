package uk.ac.manchester.tornado.api;

/**
 * Where a work-item stands in its group and grid. In Java, TornadoVM's own class has the position 0 everywhere, empty
 * barriers and local arrays of one work-item; so has this one.
 */
public class KernelContext {
    public final Integer groupIdx = 0;
    public final Integer groupIdy = 0;
    public final Integer localIdx = 0;
    public final Integer localIdy = 0;

    public KernelContext() {}

    public void localBarrier() {}

    public float[] allocateFloatLocalArray(int size) {
        return new float[size];
    }

    public double[] allocateDoubleLocalArray(int size) {
        return new double[size];
    }
}
