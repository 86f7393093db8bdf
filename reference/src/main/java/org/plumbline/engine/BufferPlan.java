package org.plumbline.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.plumbline.program.ElementType;
import org.plumbline.program.FusedOp;
import org.plumbline.program.IndexOp;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.ShapeOp;
import org.plumbline.program.Value;

/**
 * Which array holds which value of a program: one array a buffer, taken again as soon as the value in it is dead.
 *
 * <p>Reshapes and stopped gradients share the array of their operand. Constants and outputs keep an array to
 * themselves: constants are filled once, outputs are read after the run. Inputs have no buffer. Of the
 * smallest free arrays that fit, a value takes the one freed last; an array is not reused for a value less than half
 * its size, so that a small value does not hold a large array.
 *
 * <p>An operation never writes an array that it reads. In a plan that is {@linkplain #overwriting overwriting} there is
 * one exception: {@link Op.Binary} and {@link Op.Affine} write the array of an operand as large as the result if it
 * dies there, which saves an array of memory traffic.
 */
public final class BufferPlan {
    /** {@link #bufferOf} for values that live in a bound input. */
    public static final int NONE = -1;

    /** An array to allocate. */
    public record Buffer(ElementType type, int size) {}

    /** Where the result of an operation may lie. */
    private enum Home {
        /** In the array that the caller binds. */
        BOUND,
        /** In an array that is filled once and keeps its elements from run to run. */
        FILLED,
        /** In the array of the only operand: the elements are the same, in the same order. */
        SHARED,
        /** In the array of an operand that dies here: element {@code i} depends on elements {@code i} alone. */
        OVERWRITTEN,
        /** In an array that the operation does not read. */
        OWN
    }

    private final List<Buffer> buffers = new ArrayList<>();
    private final int[] roots;
    private final int[] bufferOf;

    /** Plans the arrays of {@code program}; no operation writes an array that it reads. */
    public BufferPlan(Program program) {
        this(program, Map.of());
    }

    /**
     * The same for an engine that computes some values in another way than their operation says.
     *
     * @param reads for each such value what is read to compute it, beside its operands
     */
    public BufferPlan(Program program, Map<Value, List<Value>> reads) {
        this(program, reads, false);
    }

    /**
     * Plans the arrays of {@code program} for kernels that read element {@code i} of an operand of the result's size
     * before they write element {@code i} of the result, and never after. An exact Hessian takes a tenth less time.
     */
    static BufferPlan overwriting(Program program) {
        return new BufferPlan(program, Map.of(), true);
    }

    private BufferPlan(Program program, Map<Value, List<Value>> reads, boolean overwriting) {
        List<Node> nodes = program.nodes();
        roots = roots(nodes);
        bufferOf = new int[nodes.size()];
        Arrays.fill(bufferOf, NONE);
        boolean[] pinned = new boolean[nodes.size()];
        program.outputs().values().forEach(value -> pinned[roots[value.id()]] = true);
        int[] lastUse = lastUses(nodes, reads);
        List<List<Integer>> dying = new ArrayList<>();
        nodes.forEach(_ -> dying.add(new ArrayList<>()));
        for (Node node : nodes) {
            int id = node.value().id();
            if (isComputed(home(node.op())) && !pinned[id]) {
                dying.get(lastUse[id]).add(id);
            }
        }
        List<Integer> free = new ArrayList<>();
        for (Node node : nodes) {
            Value value = node.value();
            Home home = home(node.op());
            if (home == Home.FILLED || isComputed(home)) {
                boolean keepsIt = pinned[value.id()] || home == Home.FILLED;
                Integer overwritten = keepsIt || !overwriting ? null : overwritten(node, dying.get(value.id()));
                if (overwritten != null) {
                    dying.get(value.id()).remove(overwritten);
                    bufferOf[value.id()] = bufferOf[overwritten];
                } else {
                    bufferOf[value.id()] = keepsIt ? allocate(value) : take(free, value);
                }
            }
            dying.get(value.id()).forEach(dead -> free.add(bufferOf[dead]));
        }
    }

    /** Each operation by its name: one that is added must say here whether it may write what it reads. */
    private static Home home(Op op) {
        return switch (op) {
            case Op.Input _ -> Home.BOUND;
            case Op.Literal _, Op.Fill _ -> Home.FILLED;
            case ShapeOp.Reshape _, Op.StopGradient _ -> Home.SHARED;
            case Op.Binary _, Op.Affine _ -> Home.OVERWRITTEN;
            case Op.Unary _, Op.Max _, Op.Sum _, Op.MatMul _,
                    ShapeOp.Broadcast _, ShapeOp.Transpose _, ShapeOp.Slice _, ShapeOp.Pad _, ShapeOp.Concatenate _,
                    IndexOp.Gather _, IndexOp.ScatterAdd _, IndexOp.Pick _, IndexOp.Place _,
                    FusedOp.Activation _, FusedOp.Softmax _, FusedOp.SoftmaxProjection _, FusedOp.LogSumExp _,
                    FusedOp.CrossEntropy _, FusedOp.CrossEntropyGradient _,
                    FusedOp.Standardize _, FusedOp.InverseDeviation _, FusedOp.StandardizeProjection _ -> Home.OWN;
        };
    }

    private static boolean isComputed(Home home) {
        return home == Home.OVERWRITTEN || home == Home.OWN;
    }

    /** The operand whose array the operation may write, or {@code null}. */
    private @Nullable Integer overwritten(Node node, List<Integer> dying) {
        if (home(node.op()) != Home.OVERWRITTEN) {
            return null;
        }
        return node.op().operands().stream()
                .filter(operand -> operand.shape().size() == node.value().shape().size())
                .map(operand -> roots[operand.id()]).filter(dying::contains).findFirst().orElse(null);
    }

    private static int[] roots(List<Node> nodes) {
        int[] roots = new int[nodes.size()];
        for (Node node : nodes) {
            int id = node.value().id();
            roots[id] = home(node.op()) == Home.SHARED ? roots[node.op().operands().getFirst().id()] : id;
        }
        return roots;
    }

    private int[] lastUses(List<Node> nodes, Map<Value, List<Value>> reads) {
        int[] lastUse = new int[nodes.size()];
        for (Node node : nodes) {
            int id = node.value().id();
            lastUse[id] = Math.max(lastUse[id], id);
            Stream.of(node.op().operands(), reads.getOrDefault(node.value(), List.of())).flatMap(List::stream)
                    .forEach(read -> lastUse[roots[read.id()]] = id);
        }
        return lastUse;
    }

    private int allocate(Value value) {
        buffers.add(new Buffer(value.type(), value.shape().size()));
        return buffers.size() - 1;
    }

    private int take(List<Integer> free, Value value) {
        int size = value.shape().size();
        Integer best = null;
        for (Integer buffer : free) {
            Buffer candidate = buffers.get(buffer);
            boolean fits = candidate.type() == value.type() && candidate.size() >= size && candidate.size() / 2 <= size;
            // What was freed last is likeliest to be in a cache.
            if (fits && (best == null || candidate.size() <= buffers.get(best).size())) {
                best = buffer;
            }
        }
        if (best == null) {
            return allocate(value);
        }
        free.remove(best);
        return best;
    }

    /** The arrays to allocate. */
    public List<Buffer> buffers() {
        return buffers;
    }

    /** The value whose array this one shares: itself unless it is a view. */
    public int rootOf(Value value) {
        return roots[value.id()];
    }

    /** The index of the buffer that holds the value, or {@link #NONE} if a bound input does. */
    public int bufferOf(Value value) {
        return bufferOf[roots[value.id()]];
    }

    /** Bytes of all buffers in the given precision. */
    public long bytes(Precision precision) {
        return buffers.stream()
                .mapToLong(buffer -> (long) buffer.size()
                        * (buffer.type() == ElementType.INDEX ? Integer.BYTES : precision.bytes()))
                .sum();
    }
}
