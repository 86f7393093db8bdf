package org.plumbline.verification.laws;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import net.jqwik.api.ForAll;

/**
 * A property about an implementation, checked on the same few settings for every implementation.
 *
 * @param tagged the property, with the number of its law
 */
public record SubjectLaw(TaggedLaw tagged) {
    /** Settings for each property: enough that they differ in biases, padding, lengths and the number of layers. */
    private static final int SETTINGS = 12;

    private static final Map<Class<?>, List<Setting>> DRAWN = new ConcurrentHashMap<>();

    /** All of them, by number and name. */
    public static List<SubjectLaw> all() {
        return TaggedLaw.all().stream()
                .filter(tagged -> SubjectLaws.class.isAssignableFrom(tagged.property().getDeclaringClass()))
                .map(SubjectLaw::new)
                .toList();
    }

    /** The settings, drawn as the property asks, with the seeds 0, 1, …. */
    public List<Setting> settings() {
        return DRAWN.computeIfAbsent(
                tagged.property().getParameters()[0].getAnnotation(ForAll.class).supplier(), SubjectLaw::draw);
    }

    private static List<Setting> draw(Class<?> supplier) {
        try {
            Draw draw = (Draw) supplier.getDeclaredConstructor().newInstance();
            List<Setting> settings = new ArrayList<>();
            for (long seed = 0; seed < SETTINGS; seed++) {
                settings.add(draw.of(seed));
            }
            return settings;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(supplier + " cannot draw", e);
        }
    }

    /**
     * What the property has against an implementation on one setting, if anything. One that is refused, by a
     * factorization for example, has been noticed as well.
     */
    public Optional<Throwable> failure(Subject subject, Setting setting) {
        try {
            Constructor<?> constructor = tagged.property().getDeclaringClass().getDeclaredConstructor();
            constructor.setAccessible(true);
            tagged.property().setAccessible(true);
            SubjectLaws laws = (SubjectLaws) constructor.newInstance();
            laws.about(subject);
            tagged.property().invoke(laws, setting);
            return Optional.empty();
        } catch (InvocationTargetException noticed) {
            return Optional.of(Objects.requireNonNull(noticed.getCause()));
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(tagged.name() + " cannot be run", e);
        }
    }
}
