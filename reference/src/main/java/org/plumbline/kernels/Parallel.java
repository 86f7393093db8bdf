package org.plumbline.kernels;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the index of a loop whose iterations are independent: {@code for (@Parallel int i = 0; i < n; i++)}.
 *
 * <p>On a CPU the annotation does nothing and the loop is ordinary Java. The GPU engine compiles <em>these very
 * methods</em>, one work-item per iteration of the marked loops, so that the code verified here is the code that runs
 * there. That is why a kernel keeps to the subset of Java that compiles on both sides and means the same on both:
 *
 * <ul>
 *   <li>a {@code public static void} method over flat {@code double[]}, {@code float[]}, {@code int[]} or
 *       {@code byte[]} arrays and {@code int}, {@code float} or {@code double} scalars; flags are {@code int} (0 or
 *       1), since {@code boolean} parameters are rejected;
 *   <li>its name is none of OpenCL's own functions ({@code exp}, {@code max}, {@code step}, …): it becomes the name of
 *       the kernel on the device;
 *   <li>one nest of marked loops per kernel, never two one after the other; each starts at a constant, steps by a
 *       constant and is tested with {@code <};
 *   <li>every element of an output is written: what is left out is garbage on a device;
 *   <li>no {@code throw}, no allocation of objects, no table in a {@code static final} array, no {@code Math.fma}
 *       (the device contracts {@code a * b + c} by itself);
 *   <li>no {@code >>>}: it is compiled as {@code >>}; write {@code (x >> s) & mask};
 *   <li>NaN is tested with {@code Double.isNaN}, not with {@code x != x} or a negated comparison; {@code Math.max}
 *       of a NaN and a number differs between devices;
 *   <li>a reduction runs inside one iteration, in index order; across iterations it takes two kernels.
 * </ul>
 *
 * Private and local arrays, branches, {@code switch}, {@code continue}, early {@code return}, and static helper methods
 * in other classes are fine. Shapes are validated before a kernel is called, never inside.
 */
@Target({ElementType.LOCAL_VARIABLE, ElementType.TYPE_USE})
@Retention(RetentionPolicy.CLASS)
public @interface Parallel {}
