package org.plumbline.tornado;

import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task11;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;

/**
 * One kernel and its arguments: arrays by reference, numbers as they stand when the graph is made.
 *
 * <p>The overloads of {@code of} hold the arguments to the parameters of the kernel when this module is compiled.
 */
public final class Task {
    private final Object kernel;
    private final Object[] arguments;
    private final Object output;
    private final int size;
    private final @Nullable Grid grid;

    private Task(Object kernel, Object[] arguments, Object output, int size, @Nullable Grid grid) {
        this.kernel = kernel;
        this.arguments = arguments;
        this.output = output;
        this.size = size;
        this.grid = grid;
    }

    static <A, B, C> Task of(
            Object out, int size, Task3<A, B, C> kernel, A a, B b, C c) {
        return new Task(kernel, new Object[] {a, b, c}, out, size, null);
    }

    static <A, B, C, D> Task of(
            Object out, int size, Task4<A, B, C, D> kernel, A a, B b, C c, D d) {
        return new Task(kernel, new Object[] {a, b, c, d}, out, size, null);
    }

    static <A, B, C, D, E> Task of(
            Object out, int size, Task5<A, B, C, D, E> kernel, A a, B b, C c, D d, E e) {
        return new Task(kernel, new Object[] {a, b, c, d, e}, out, size, null);
    }

    static <A, B, C, D, E, F> Task of(
            Object out, int size, Task6<A, B, C, D, E, F> kernel, A a, B b, C c, D d, E e, F f) {
        return new Task(kernel, new Object[] {a, b, c, d, e, f}, out, size, null);
    }

    static <A, B, C, D, E, F, G> Task of(
            Object out, int size, Task7<A, B, C, D, E, F, G> kernel, A a, B b, C c, D d, E e, F f, G g) {
        return new Task(kernel, new Object[] {a, b, c, d, e, f, g}, out, size, null);
    }

    static <A, B, C, D, E, F, G, H> Task of(
            Object out, int size, Task8<A, B, C, D, E, F, G, H> kernel, A a, B b, C c, D d, E e, F f, G g, H h) {
        return new Task(kernel, new Object[] {a, b, c, d, e, f, g, h}, out, size, null);
    }

    static <A, B, C, D, E, F, G, H, I> Task of(
            Object out, int size, Task9<A, B, C, D, E, F, G, H, I> kernel,
            A a, B b, C c, D d, E e, F f, G g, H h, I i) {
        return new Task(kernel, new Object[] {a, b, c, d, e, f, g, h, i}, out, size, null);
    }

    static <A, B, C, D, E, F, G, H, I, J> Task of(
            Object out, int size, Task10<A, B, C, D, E, F, G, H, I, J> kernel, A a, B b, C c, D d, E e, F f, G g,
            H h, I i, J j) {
        return new Task(kernel, new Object[] {a, b, c, d, e, f, g, h, i, j}, out, size, null);
    }

    static <A, B, C, D, E, F, G, H, I, J, K> Task of(
            Object out, int size, Task11<A, B, C, D, E, F, G, H, I, J, K> kernel, A a, B b, C c, D d, E e, F f, G g,
            H h, I i, J j, K k) {
        return new Task(kernel, new Object[] {a, b, c, d, e, f, g, h, i, j, k}, out, size, null);
    }

    /** This task with its work-items in groups; the kernel's first parameter is a {@link KernelContext}. */
    Task on(@Nullable Grid groups) {
        return new Task(kernel, arguments, output, size, groups);
    }

    /** The arguments, in order; arrays and {@link KernelContext} by reference. */
    public Object[] arguments() {
        return arguments.clone();
    }

    /** The array that the kernel writes; it reads none of its elements that it has not written. */
    public Object output() {
        return output;
    }

    /** How many elements of {@link #output} it writes: all of them, from the first on. */
    public int size() {
        return size;
    }

    /** The work-items, or null if TornadoVM derives them from the kernel's parallel loops. */
    public @Nullable Grid grid() {
        return grid;
    }

    /** The kernel, an instance of one of TornadoVM's interfaces of functions. */
    public Object kernel() {
        return kernel;
    }

    /** Adds this task to a graph of TornadoVM, under the name {@code id}. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    void addTo(TaskGraph graph, String id) {
        Object[] a = arguments;
        switch (kernel) {
            case Task3 f -> graph.task(id, f, a[0], a[1], a[2]);
            case Task4 f -> graph.task(id, f, a[0], a[1], a[2], a[3]);
            case Task5 f -> graph.task(id, f, a[0], a[1], a[2], a[3], a[4]);
            case Task6 f -> graph.task(id, f, a[0], a[1], a[2], a[3], a[4], a[5]);
            case Task7 f -> graph.task(id, f, a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
            case Task8 f -> graph.task(id, f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
            case Task9 f -> graph.task(id, f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]);
            case Task10 f -> graph.task(id, f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]);
            case Task11 f -> graph.task(id, f, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10]);
            default -> throw new IllegalStateException("no kernel: " + kernel);
        }
    }

    /** Calls the kernel in Java, with {@code a} in place of its arguments. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    public void call(Object... a) {
        switch (kernel) {
            case Task3 f -> f.apply(a[0], a[1], a[2]);
            case Task4 f -> f.apply(a[0], a[1], a[2], a[3]);
            case Task5 f -> f.apply(a[0], a[1], a[2], a[3], a[4]);
            case Task6 f -> f.apply(a[0], a[1], a[2], a[3], a[4], a[5]);
            case Task7 f -> f.apply(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
            case Task8 f -> f.apply(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
            case Task9 f -> f.apply(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]);
            case Task10 f -> f.apply(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]);
            case Task11 f -> f.apply(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10]);
            default -> throw new IllegalStateException("no kernel: " + kernel);
        }
    }
}
