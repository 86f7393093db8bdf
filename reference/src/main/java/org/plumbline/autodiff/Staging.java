package org.plumbline.autodiff;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import org.plumbline.program.Node;
import org.plumbline.program.Op;
import org.plumbline.program.Program;
import org.plumbline.program.ProgramBuilder;
import org.plumbline.program.ProgramException;
import org.plumbline.program.Value;

/**
 * Splits a program in two at the point up to which only some of its inputs are needed.
 *
 * <p>When a program runs many times with the same parameters and the same sequence but another direction each time,
 * everything that does not depend on the direction is computed once by {@link #first()}, whose outputs are inputs of
 * {@link #second()} under the same names. Running one after the other equals running the whole.
 *
 * @param first computes what depends on the early inputs alone
 * @param second the program's outputs, from the outputs of {@code first} and the late inputs
 */
public record Staging(Program first, Program second) {

    /**
     * @param early whether an input, by name, is known before the others
     * @throws ProgramException if an output depends on early inputs only, or nothing does
     */
    public static Staging split(Program program, Predicate<String> early) {
        boolean[] late = new boolean[program.nodes().size()];
        Set<Integer> frontier = new LinkedHashSet<>();
        for (Node node : program.nodes()) {
            late[node.value().id()] = node.op() instanceof Op.Input input
                    ? !early.test(input.name())
                    : node.op().operands().stream().anyMatch(operand -> late[operand.id()]);
        }
        for (Node node : program.nodes()) {
            if (late[node.value().id()]) {
                for (Value operand : node.op().operands()) {
                    if (!late[operand.id()] && !isConstant(program, operand)) {
                        frontier.add(operand.id());
                    }
                }
            }
        }
        program.outputs().forEach((name, value) -> {
            if (!late[value.id()]) {
                throw new ProgramException("output '" + name + "' does not depend on any late input");
            }
        });
        if (frontier.isEmpty()) {
            throw new ProgramException("nothing depends on the early inputs alone");
        }

        ProgramBuilder firstBuilder = new ProgramBuilder();
        Value[] values = firstBuilder.inlineAll(program, Map.of());
        SequencedMap<String, Value> firstOutputs = new LinkedHashMap<>();
        frontier.forEach(id -> firstOutputs.put(name(program, id), values[id]));

        ProgramBuilder secondBuilder = new ProgramBuilder();
        Value[] mapped = new Value[values.length];
        for (Node node : program.nodes()) {
            int id = node.value().id();
            if (frontier.contains(id)) {
                mapped[id] = secondBuilder.input(name(program, id), node.value().type(), node.value().shape());
            } else if (node.op() instanceof Op.Input input) {
                mapped[id] = late[id] ? secondBuilder.bind(input, Map.of()) : null;
            } else if (late[id] || isConstant(program, node.value())) {
                mapped[id] = secondBuilder.emit(node.op().withOperands(
                        node.op().operands().stream().map(operand -> mapped[operand.id()]).toList()));
            }
        }
        SequencedMap<String, Value> secondOutputs = new LinkedHashMap<>();
        program.outputs().forEach((name, value) -> secondOutputs.put(name, mapped[value.id()]));
        return new Staging(firstBuilder.build(firstOutputs), secondBuilder.build(secondOutputs));
    }

    private static boolean isConstant(Program program, Value value) {
        return program.nodes().get(value.id()).op() instanceof Op.Literal
                || program.nodes().get(value.id()).op() instanceof Op.Fill;
    }

    /** A name that no input has: the second stage of a split may be split again. */
    private static String name(Program program, int id) {
        String name = "stage." + id;
        while (program.inputs().containsKey(name)) {
            name = "stage." + name;
        }
        return name;
    }
}
