package org.plumbline.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.program.Shape;

/**
 * Values of a model's parameters by name, each a row-major array in one precision.
 *
 * <p>The arrays are shared with the executables they are bound to: an optimizer updates them in place.
 */
public final class Parameters {
    private final ParameterSpace space;
    private final Precision precision;
    private final SequencedMap<String, Storage> values;

    /**
     * @throws ModelException if a parameter is missing or unknown, or its precision or size does not fit
     */
    public Parameters(ParameterSpace space, Precision precision, Map<String, Storage> values) {
        this.space = space;
        this.precision = precision;
        SequencedMap<String, Storage> ordered = new LinkedHashMap<>();
        space.shapes().forEach((name, shape) -> ordered.put(name, checked(name, shape, values.get(name))));
        values.keySet().forEach(space::shape);
        this.values = Collections.unmodifiableSequencedMap(ordered);
    }

    private Storage checked(String name, Shape shape, Storage storage) {
        boolean fits = switch (storage) {
            case null -> throw new ModelException("parameter '" + name + "' " + shape + " is missing");
            case Storage.Doubles(double[] array) -> precision == Precision.DOUBLE && array.length == shape.size();
            case Storage.Floats(float[] array) -> precision == Precision.SINGLE && array.length == shape.size();
            case Storage.Indices _ -> false;
        };
        if (!fits) {
            throw new ModelException("parameter '" + name + "' is " + shape + " in " + precision + " precision, found "
                    + storage.getClass().getSimpleName() + "[" + storage.size() + "]");
        }
        return storage;
    }

    /** Parameters in double precision. */
    public static Parameters ofDoubles(ParameterSpace space, Map<String, double[]> values) {
        Map<String, Storage> storages = new LinkedHashMap<>();
        values.forEach((name, array) -> storages.put(name, Storage.of(array)));
        return new Parameters(space, Precision.DOUBLE, storages);
    }

    public ParameterSpace space() {
        return space;
    }

    public Precision precision() {
        return precision;
    }

    /** All values by name, in the order of the space. */
    public SequencedMap<String, Storage> storages() {
        return values;
    }

    /** The values of one parameter in double precision: the array itself if it is. */
    public double[] doubles(String name) {
        space.shape(name);
        return values.get(name).toDoubles();
    }

    /** A copy in the given precision that shares nothing with this one. */
    public Parameters copy(Precision target) {
        Map<String, Storage> copies = new LinkedHashMap<>();
        values.forEach((name, storage) -> copies.put(name, Storage.of(target, storage.toDoubles().clone())));
        return new Parameters(space, target, copies);
    }
}
