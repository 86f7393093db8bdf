package org.plumbline.program;

/**
 * The result of one operation of a program: an array of static shape.
 *
 * @param id position of its operation in the program, or in the builder that made it
 */
public record Value(int id, ElementType type, Shape shape) {

    public int rank() {
        return shape.rank();
    }

    /** Identity within one program is the id; hashing it alone keeps the sharing of sub-expressions cheap. */
    @Override
    public int hashCode() {
        return id;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Value value && id == value.id && type == value.type && shape.equals(value.shape);
    }

    @Override
    public String toString() {
        return "%" + id + shape;
    }
}
