package org.plumbline.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.plumbline.program.BoundedEvaluation.Bounded;

/** What the builder makes of an operation computes the same as the operation itself. */
class SimplifierTest {

    /**
     * Every shape with axes of 1: transpositions and reshapes in a row, each simplified, against the same operations
     * hidden from the rules behind stopped gradients. Copies are exact, so equal to the last bit.
     */
    @Property(tries = 300)
    void movesOfAxes(@ForAll("shapes") Shape shape, @ForAll Random random) {
        assertSameNumbers(0, (b, hide) -> {
            Random draw = new Random(random.hashCode());
            Value x = hide.of(b.input("x", ElementType.REAL, shape));
            for (int i = 0; i < 3; i++) {
                x = hide.of(b.emit(new ShapeOp.Transpose(x, permutation(shape.rank(), draw))));
            }
            Value flat = hide.of(b.reshape(x, shape.size()));
            Value back = hide.of(b.reshape(flat, x.shape()));
            return hide.of(b.emit(new ShapeOp.Transpose(back, permutation(shape.rank(), draw))));
        });
    }

    private static List<Integer> permutation(int rank, Random random) {
        List<Integer> axes = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            axes.add(axis);
        }
        Collections.shuffle(axes, random);
        return axes;
    }

    @Provide
    Arbitrary<Shape> shapes() {
        return Arbitraries.integers().between(1, 3).array(int[].class).ofMinSize(1).ofMaxSize(4).map(Shape::of);
    }

    /** Transposed operands become flags: the same products in the same order. */
    @Property
    void productsOfTransposes(@ForAll boolean left, @ForAll boolean right, @ForAll boolean twice) {
        assertSameNumbers(0, (b, hide) -> {
            Value a = b.input("a", ElementType.REAL, left ? Shape.of(2, 4, 3) : Shape.of(2, 3, 4));
            Value c = b.input("c", ElementType.REAL, right ? Shape.of(5, 4) : Shape.of(4, 5));
            Value ta = hide.of(twice == left ? b.transposeMatrix(a) : a);
            Value tc = hide.of(twice == right ? b.transposeMatrix(c) : c);
            return b.matmul(ta, twice != left == left, tc, twice != right == right);
        });
    }

    /** Constants folded into scale and shift cost a rounding of the folded constant: 4 ε of numbers below 16. */
    @Property
    void constantsFold(@ForAll BinaryFunction function, @ForAll boolean first, @ForAll boolean wider) {
        assertSameNumbers(64 * Math.ulp(1.0), (b, hide) -> {
            Value x = b.real("x", 2, 3);
            Value constant = hide.of(b.fill(1.75, wider ? Shape.of(2, 2, 3) : Shape.of(3)));
            Value scaled = hide.of(b.scale(hide.of(b.scale(x, 3)), -0.3));
            Value shifted = hide.of(b.affine(hide.of(b.affine(scaled, 1, 0.7)), 0.5, 0.2));
            Value divisor = hide.of(b.affine(b.multiply(shifted, shifted), 1, 1));
            return first ? b.binary(function, constant, divisor) : b.binary(function, divisor, constant);
        });
    }

    @Test
    void copiesAndConstantsOfConstants() {
        assertSameNumbers(0, (b, hide) -> {
            Value constant = hide.of(b.fill(0.5, Shape.of(2)));
            Value copies = hide.of(b.broadcast(constant, 0, Shape.of(3)));
            Value reshaped = hide.of(b.reshape(copies, 2, 3));
            Value folded = hide.of(b.affine(reshaped, 4, 1));
            Value single = hide.of(b.broadcast(b.real("x", 2, 3), 1, Shape.of(1, 1)));
            Value summed = hide.of(b.sum(single, 1, 2));
            Value nothing = hide.of(b.sum(summed, 1, 0));
            return b.add(b.slice(nothing, 0, 0, 2), folded);
        });
    }

    @Test
    void whatChangesNothingIsNotEmitted() {
        ProgramBuilder b = new ProgramBuilder();
        Value x = b.real("x", 2, 3);
        assertSame(x, b.affine(x, 1, 0));
        assertSame(x, b.reshape(x, 2, 3));
        assertSame(x, b.reshape(b.reshape(x, 6), 2, 3));
        assertSame(x, b.transpose(x, 0, 1));
        assertSame(x, b.transposeMatrix(b.transposeMatrix(x)));
        assertSame(x, b.slice(x, 1, 0, 3));
        assertSame(x, b.sum(x, 1, 0));
        assertSame(x, b.broadcast(x, 0, Shape.scalar()));
        assertSame(x, b.add(x, b.fill(0, Shape.of(3))));
        assertSame(x, b.multiply(b.fill(1, Shape.scalar()), x));
    }

    /** Hides a value's operation from the rules, or not. */
    @FunctionalInterface
    private interface Hide {
        Value of(Value value);
    }

    /** The rules' result and the plain one, by the definitions of the operations. */
    private static void assertSameNumbers(double tolerance, BiFunction<ProgramBuilder, Hide, Value> expression) {
        ProgramBuilder simplified = new ProgramBuilder();
        ProgramBuilder plain = new ProgramBuilder();
        Program first = simplified.build("y", expression.apply(simplified, value -> value));
        Program second = plain.build("y", expression.apply(plain, plain::stopGradient));
        assertTrue(first.nodes().size() < second.nodes().size());
        Arguments arguments = Arguments.random(second, 1);
        Bounded found = BoundedEvaluation.of(first, arguments, 0x1p-53).get("y");
        Bounded expected = BoundedEvaluation.of(second, arguments, 0x1p-53).get("y");
        assertEquals(second.output("y").shape(), first.output("y").shape());
        if (tolerance == 0) {
            assertArrayEquals(expected.values(), found.values());
        } else {
            assertArrayEquals(expected.values(), found.values(), tolerance);
        }
    }

    /** Building the same expression twice adds nothing. */
    @Property(tries = 100)
    void equalExpressionsAreSharedAndUnusedOnesDropped(@ForAll long seed) {
        Program program = RandomPrograms.program(seed, 12, false);
        ProgramBuilder b = new ProgramBuilder();
        Map<String, Value> once = b.inline(program, Map.of());
        Map<String, Value> twice = b.inline(program, Map.of());
        assertEquals(once, twice);
        b.exp(b.real("unused", 3));
        SequencedMap<String, Value> outputs = new LinkedHashMap<>(once);
        assertEquals(program.toString(), b.build(outputs).toString());
    }
}
