package org.plumbline.audit.diagnosis;

/**
 * How finely numbers resolve, from the numbers: values that were stored or computed in a narrow format keep its grid in
 * a wider one.
 */
public enum Resolution {
    /** 8 significant bits. */
    BFLOAT16(0x1p-8, 0.03, "bfloat16"),
    /** 24 significant bits. */
    SINGLE(0x1p-24, 5e-4, "float32"),
    /** 53 significant bits. */
    DOUBLE(0x1p-53, 1e-7, "float64");

    private final double unit;
    private final double agreement;
    private final String title;

    Resolution(double unit, double agreement, String title) {
        this.unit = unit;
        this.agreement = agreement;
        this.title = title;
    }

    /** The relative spacing of the format's numbers, halved. */
    public double unit() {
        return unit;
    }

    /**
     * The relative difference, in Frobenius norm, up to which two computations of sums over thousands of terms in this
     * format agree. In float64 it is that of weights which both programs read in float32 and of activation functions
     * that differ in their last digits; in float32 some thousand roundings, which a damping of 10⁻⁸ amplifies; in
     * bfloat16 ten.
     */
    public double agreement() {
        return agreement;
    }

    /** The name. */
    public String title() {
        return title;
    }

    /** The narrowest format that holds all of these. */
    public static Resolution of(double[] values) {
        boolean bfloat = true;
        for (double value : values) {
            float single = (float) value;
            if (single != value) {
                return DOUBLE;
            }
            bfloat &= (Float.floatToRawIntBits(single) & 0xffff) == 0;
        }
        return bfloat ? BFLOAT16 : SINGLE;
    }

    /** The coarser of two. */
    public Resolution coarser(Resolution other) {
        return ordinal() < other.ordinal() ? this : other;
    }
}
