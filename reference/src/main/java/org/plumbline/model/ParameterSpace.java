package org.plumbline.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.plumbline.program.Shape;

/** Names and shapes of a model's parameters, in a fixed order. */
public final class ParameterSpace {
    private final SequencedMap<String, Shape> shapes;

    public ParameterSpace(SequencedMap<String, Shape> shapes) {
        this.shapes = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(shapes));
    }

    public SequencedMap<String, Shape> shapes() {
        return shapes;
    }

    /**
     * The shape of the parameter {@code name}.
     *
     * @throws ModelException if there is none
     */
    public Shape shape(String name) {
        Shape shape = shapes.get(name);
        if (shape == null) {
            throw new ModelException("no parameter named '" + name + "'; there are " + shapes.keySet());
        }
        return shape;
    }

    /** Number of parameters. */
    public long size() {
        return shapes.values().stream().mapToLong(Shape::size).sum();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ParameterSpace space && shapes.equals(space.shapes);
    }

    @Override
    public int hashCode() {
        return shapes.hashCode();
    }
}
