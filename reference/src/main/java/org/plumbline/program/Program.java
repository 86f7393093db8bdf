package org.plumbline.program;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * An immutable typed graph: operations in an order in which each reads only earlier results, with named inputs and
 * named outputs. Value {@code i} is the result of node {@code i}.
 *
 * <p>A program holds no operation that its outputs do not need, and no two equal ones. An input that no output needs is
 * not an input: asking a program for fewer outputs prunes the rest.
 */
public final class Program {
    private final List<Node> nodes;
    private final SequencedMap<String, Value> inputs;
    private final SequencedMap<String, Value> outputs;

    Program(List<Node> nodes, SequencedMap<String, Value> outputs) {
        this.nodes = List.copyOf(nodes);
        this.outputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(outputs));
        SequencedMap<String, Value> named = new LinkedHashMap<>();
        for (Node node : nodes) {
            if (node.op() instanceof Op.Input input) {
                named.put(input.name(), node.value());
            }
        }
        this.inputs = Collections.unmodifiableSequencedMap(named);
    }

    public List<Node> nodes() {
        return nodes;
    }

    /** The inputs that some output depends on. */
    public SequencedMap<String, Value> inputs() {
        return inputs;
    }

    public SequencedMap<String, Value> outputs() {
        return outputs;
    }

    /**
     * The named input.
     *
     * @throws ProgramException if the program has no such input
     */
    public Value input(String name) {
        return named(inputs, "input", name);
    }

    /**
     * The named output.
     *
     * @throws ProgramException if the program has no such output
     */
    public Value output(String name) {
        return named(outputs, "output", name);
    }

    private static Value named(Map<String, Value> values, String kind, String name) {
        Value value = values.get(name);
        if (value == null) {
            throw new ProgramException("no " + kind + " named '" + name + "'; there are " + values.keySet());
        }
        return value;
    }

    /** This program asked for some of its outputs only, without the operations that only the others need. */
    public Program select(List<String> names) {
        ProgramBuilder builder = new ProgramBuilder();
        Map<String, Value> values = builder.inline(this, Map.of());
        SequencedMap<String, Value> kept = new LinkedHashMap<>();
        for (String name : names) {
            output(name);
            kept.put(name, values.get(name));
        }
        return builder.build(kept);
    }

    /**
     * This program with its operations in the order in which the outputs ask for them, depth first: what one later
     * operation reads is computed just before it and not with the rest of its kind, and so is held for less time.
     */
    public Program byDemand() {
        Value[] mapped = new Value[nodes.size()];
        ProgramBuilder builder = new ProgramBuilder();
        Deque<Node> pending = new ArrayDeque<>();
        SequencedMap<String, Value> ordered = new LinkedHashMap<>();
        outputs.forEach((name, output) -> {
            pending.push(nodes.get(output.id()));
            while (!pending.isEmpty()) {
                Node node = pending.peek();
                Optional<Value> missing =
                        node.op().operands().stream().filter(operand -> mapped[operand.id()] == null).findFirst();
                if (missing.isPresent()) {
                    pending.push(nodes.get(missing.get().id()));
                } else {
                    pending.pop();
                    mapped[node.value().id()] = builder.emit(node.op().withOperands(
                            node.op().operands().stream().map(operand -> mapped[operand.id()]).toList()));
                }
            }
            ordered.put(name, mapped[output.id()]);
        });
        return builder.build(ordered);
    }

    /** A listing, one operation a line. */
    @Override
    public String toString() {
        return nodes.stream()
                .map(node -> node.value() + " = " + Op.describe(node.op()))
                .collect(Collectors.joining("\n", "", "\n" + outputs));
    }
}
