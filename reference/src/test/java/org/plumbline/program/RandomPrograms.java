package org.plumbline.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Draws programs of every operation, on arrays of rank 0 to 4 with dimensions 1 to 4.
 *
 * <p>For real inputs in [−1, 1] every intermediate value stays below {@value #RANGE} in absolute value, by rescaling
 * what may leave the range; logarithms, roots and reciprocals act on numbers of at least 1/e, and divisors likewise.
 * Index inputs carry their bound in their name ({@link Arguments#random}).
 *
 * <p>A <em>smooth</em> program is infinitely often differentiable and holds no {@code StopGradient}, so that its
 * derivatives are those of the function that it computes.
 */
public final class RandomPrograms {
    static final double RANGE = 2;

    private static final int LARGEST_DIMENSION = 4;
    private static final int HIGHEST_RANK = 4;
    private static final int LARGEST_SIZE = 256;

    private final SplittableRandom random;
    private final boolean constants;
    private final ProgramBuilder b = new ProgramBuilder();
    private final List<Value> pool = new ArrayList<>();
    private int inputs;

    private RandomPrograms(long seed, boolean constants) {
        this.random = new SplittableRandom(seed);
        this.constants = constants;
    }

    /** A program of about this many drawn operations, with up to four outputs. */
    public static Program program(long seed, int operations, boolean smooth) {
        RandomPrograms draw = new RandomPrograms(seed, true);
        List<Variant> variants = Variant.all().stream().filter(variant -> variant.smooth() || !smooth).toList();
        draw.pool.add(draw.newInput(draw.shape(1, 3)));
        for (int i = 0; i < operations; i++) {
            Value drawn = variants.get(draw.random.nextInt(variants.size())).draw(draw);
            if (drawn.shape().size() <= LARGEST_SIZE) {
                draw.pool.add(drawn);
            }
        }
        SequencedMap<String, Value> outputs = new LinkedHashMap<>();
        outputs.put("y0", draw.pool.getLast());
        int count = 1 + draw.random.nextInt(4);
        for (int i = 1; i < count; i++) {
            outputs.put("y" + i, draw.recent(draw.pool));
        }
        return draw.b.build(outputs);
    }

    /** A program of this operation, its operands being inputs, except for what keeps them in its domain. */
    public static Program single(Variant variant, long seed) {
        // Rules that replace an operation by a simpler one may have removed it: then another shape is drawn.
        for (long attempt = seed * 1000; ; attempt++) {
            RandomPrograms draw = new RandomPrograms(attempt, false);
            Program program = draw.b.build("y", variant.draw(draw));
            if (program.nodes().stream().anyMatch(node -> variant.operation().isInstance(node.op()))) {
                return program;
            }
        }
    }

    /** Every operation of the algebra. */
    public static List<Class<?>> operations() {
        return leaves(Op.class).toList();
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(RandomPrograms::leaves)
                : Stream.of(type);
    }

    /** The names of a program's real inputs. */
    public static List<String> realInputs(Program program) {
        return program.inputs().entrySet().stream()
                .filter(entry -> entry.getValue().type() == ElementType.REAL)
                .map(Map.Entry::getKey)
                .toList();
    }

    // What variants draw from.

    ProgramBuilder builder() {
        return b;
    }

    boolean coin() {
        return random.nextBoolean();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    double number(double low, double high) {
        // Few binary digits, so that constants are the same number in both precisions.
        return Math.rint(64 * random.nextDouble(low, high)) / 64;
    }

    int dimension() {
        return 1 + random.nextInt(LARGEST_DIMENSION);
    }

    Shape shape(int lowestRank, int highestRank) {
        int[] dimensions = new int[lowestRank + random.nextInt(highestRank - lowestRank + 1)];
        Arrays.setAll(dimensions, axis -> dimension());
        return Shape.of(dimensions);
    }

    /** A new input. */
    Value newInput(Shape shape) {
        return b.input("x" + inputs++, ElementType.REAL, shape);
    }

    /** A value whose rank lies in this range. */
    Value any(int lowestRank, int highestRank) {
        Value drawn = fromPool(value -> value.rank() >= lowestRank && value.rank() <= highestRank);
        return drawn == null ? fit(shape(lowestRank, highestRank)) : drawn;
    }

    /** A value of this shape: one that is there, reshaped or broadcast if need be, or a new source. */
    Value fit(Shape shape) {
        Value same = fromPool(value -> value.shape().size() == shape.size());
        if (same != null) {
            return b.reshape(same, shape);
        }
        Value suffix = fromPool(value -> value.shape().isSuffixOf(shape));
        if (suffix != null && coin()) {
            return b.broadcast(suffix, 0, shape.slice(0, shape.rank() - suffix.rank()));
        }
        return constants && below(5) == 0 ? constant(shape) : newInput(shape);
    }

    Value constant(Shape shape) {
        double[] numbers = new double[shape.size()];
        Arrays.setAll(numbers, i -> number(-1, 1));
        return coin() ? b.fill(numbers[0], shape) : b.literal(Constant.of(numbers), shape.dimensions());
    }

    private Value fromPool(Predicate<Value> fits) {
        List<Value> fitting = pool.stream().filter(fits).toList();
        return fitting.isEmpty() || below(8) == 0 ? null : recent(fitting);
    }

    /** One of these, the later the likelier, so that operations follow on each other and few are dead. */
    private Value recent(List<Value> values) {
        return values.get(Math.max(below(values.size()), below(values.size())));
    }

    /** This shape, a suffix of it of at least {@code lowestRank}, or a longer shape of which it is a suffix. */
    Shape related(Shape shape, int lowestRank, int highestRank) {
        return switch (below(3)) {
            case 0 -> shape;
            case 1 -> suffix(shape, lowestRank);
            default -> shape(0, Math.max(0, Math.min(highestRank, HIGHEST_RANK) - shape.rank())).append(shape);
        };
    }

    /** A suffix of this shape of at least {@code lowestRank}. */
    Shape suffix(Shape shape, int lowestRank) {
        return shape.slice(below(shape.rank() - lowestRank + 1), shape.rank());
    }

    /** Indices below a bound: an input, sometimes a constant, sometimes reshaped or broadcast. */
    Value index(Shape shape, int bound) {
        if (constants && below(5) == 0) {
            return b.literal(Constant.of(random.ints(shape.size(), 0, bound).toArray()), shape.dimensions());
        }
        return switch (below(4)) {
            case 0 -> b.reshape(newIndex(Shape.of(shape.size()), bound), shape);
            case 1 -> {
                Shape kept = suffix(shape, 0);
                yield b.broadcast(newIndex(kept, bound), 0, shape.slice(0, shape.rank() - kept.rank()));
            }
            default -> newIndex(shape, bound);
        };
    }

    private Value newIndex(Shape shape, int bound) {
        return b.input(Arguments.indexName(bound, inputs++), ElementType.INDEX, shape);
    }

    /** The value, rescaled if a number of this absolute value lies out of range. */
    Value bounded(Value value, double bound) {
        if (bound <= RANGE) {
            return value;
        }
        return coin() ? b.tanh(value) : b.scale(value, Math.scalb(1, -Math.getExponent(bound)));
    }

    /** A number between 1/e and 1 + RANGE² made of {@code x}. */
    Value positive(Value x) {
        return coin() ? b.exp(b.tanh(x)) : b.affine(b.multiply(x, x), 1, 1);
    }
}
