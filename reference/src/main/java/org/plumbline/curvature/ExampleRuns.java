package org.plumbline.curvature;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import org.plumbline.engine.Compute;
import org.plumbline.engine.Executable;
import org.plumbline.engine.Precision;
import org.plumbline.engine.Storage;
import org.plumbline.model.Example;
import org.plumbline.model.Parameters;
import org.plumbline.program.Program;

/**
 * A program for each length of example, compiled once a thread and bound to a model's parameters.
 *
 * <p>Threads borrow executables, so a run never waits and never shares a buffer.
 */
final class ExampleRuns {
    private final Compute compute;
    private final Map<String, Storage> parameters;
    private final IntFunction<Program> programOfLength;
    private final Map<Integer, Program> programs = new ConcurrentHashMap<>();
    private final Map<Integer, Queue<Executable>> idle = new ConcurrentHashMap<>();

    ExampleRuns(Compute compute, Parameters parameters, IntFunction<Program> programOfLength) {
        this.compute = compute;
        this.parameters = parameters.storages();
        this.programOfLength = programOfLength;
    }

    /** What to do with an executable that is bound to an example. */
    @FunctionalInterface
    interface Use {
        void accept(Executable executable);
    }

    /** Calls {@code use} with an executable bound to the parameters and the example; {@code use} runs it. */
    void with(Example example, Use use) {
        Queue<Executable> queue = idle.computeIfAbsent(example.length(), length -> new ConcurrentLinkedQueue<>());
        Executable executable = queue.poll();
        if (executable == null) {
            executable = compute.engine().compile(
                    programs.computeIfAbsent(example.length(), programOfLength::apply), Precision.DOUBLE);
            executable.bindPresentConstants(parameters);
        }
        executable.bindPresent(example.storages(Precision.DOUBLE));
        use.accept(executable);
        queue.add(executable);
    }
}
