package org.plumbline.verification.path;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import org.opentest4j.TestAbortedException;
import org.plumbline.verification.laws.Draw;
import org.plumbline.verification.laws.Setting;

/**
 * Runs a property of a setting on the settings of the seeds 0, 1, …, in whatever class loader this class is loaded by.
 */
final class PropertyRun {
    private PropertyRun() {}

    /**
     * What the property has against the library, on the first setting on which it has anything; empty if nothing.
     *
     * @param property {@code class#method}; law classes and those of this package are found
     * @param settings number of settings
     */
    static String failure(String property, int settings) throws ReflectiveOperationException {
        String[] parts = property.split("#");
        String folder = parts[0].endsWith("LawsTest") ? "laws" : "path";
        Class<?> type = Class.forName("org.plumbline.verification." + folder + "." + parts[0]);
        Method method = Arrays.stream(type.getDeclaredMethods())
                .filter(one -> one.getName().equals(parts[1])).findFirst().orElseThrow();
        method.setAccessible(true);
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        Constructor<?> draws =
                method.getParameters()[0].getAnnotation(ForAll.class).supplier().getDeclaredConstructor();
        draws.setAccessible(true);
        Draw draw = (Draw) draws.newInstance();
        for (long seed = 0; seed < settings; seed++) {
            try {
                Setting setting = draw.of(seed);
                method.invoke(constructor.newInstance(), setting);
            } catch (InvocationTargetException noticed) {
                if (!(noticed.getCause() instanceof TestAbortedException)) {
                    return "seed " + seed + ": " + noticed.getCause();
                }
            } catch (RuntimeException refused) {
                // What cannot even be drawn has been noticed as well.
                return "seed " + seed + ": " + refused;
            }
        }
        return "";
    }
}
