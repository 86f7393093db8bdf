package org.plumbline.verification.mistakes;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import org.plumbline.verification.laws.Draw;
import org.plumbline.verification.laws.Setting;
import org.plumbline.verification.laws.Subject;
import org.plumbline.verification.laws.SubjectLaws;
import org.plumbline.verification.laws.TaggedLaw;

/**
 * The properties that fail on an implementation, out of all that are stated about one, on the same few settings for
 * every implementation.
 *
 * @param failed in the order of the laws
 */
record Verdict(List<TaggedLaw> failed) {
    /** Settings for each property: enough that they differ in biases, padding, lengths and the number of layers. */
    private static final int SETTINGS = 12;

    private static final Map<Class<?>, List<Setting>> DRAWN = new ConcurrentHashMap<>();
    private static final Map<TaggedLaw, Set<String>> ASKED = new ConcurrentHashMap<>();

    /**
     * Checks all laws on {@code subject}.
     *
     * @param subject a fresh implementation for every property
     */
    static Verdict on(Supplier<Subject> subject) {
        Set<String> replaced = Pieces.replacedBy(subject.get());
        List<TaggedLaw> failed = new ArrayList<>();
        for (TaggedLaw law : TaggedLaw.all()) {
            boolean speaksOfIt = SubjectLaws.class.isAssignableFrom(law.property().getDeclaringClass())
                    && !Collections.disjoint(replaced, ASKED.computeIfAbsent(law, Verdict::asked));
            if (speaksOfIt && settings(law).stream().anyMatch(setting -> fails(law, subject.get(), setting))) {
                failed.add(law);
            }
        }
        return new Verdict(failed);
    }

    /** The properties about a subject that fail on the library. */
    static List<TaggedLaw> onLibrary() {
        return TaggedLaw.all().stream()
                .filter(law -> SubjectLaws.class.isAssignableFrom(law.property().getDeclaringClass()))
                .filter(law -> settings(law).stream().anyMatch(setting -> fails(law, Subject.library(), setting)))
                .toList();
    }

    /** What a law asks for hardly depends on the setting. */
    private static Set<String> asked(TaggedLaw law) {
        return Pieces.askedBy(subject -> settings(law).subList(0, 3).forEach(setting -> fails(law, subject, setting)));
    }

    /** An implementation that is refused, by a factorisation for example, has been noticed as well. */
    private static boolean fails(TaggedLaw law, Subject subject, Setting setting) {
        try {
            Constructor<?> constructor = law.property().getDeclaringClass().getDeclaredConstructor();
            constructor.setAccessible(true);
            law.property().setAccessible(true);
            SubjectLaws laws = (SubjectLaws) constructor.newInstance();
            laws.about(subject);
            law.property().invoke(laws, setting);
            return false;
        } catch (InvocationTargetException noticed) {
            return true;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(law.name() + " cannot be run", e);
        }
    }

    private static List<Setting> settings(TaggedLaw law) {
        Class<?> supplier = law.property().getParameters()[0].getAnnotation(ForAll.class).supplier();
        return DRAWN.computeIfAbsent(supplier, Verdict::draw);
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

    /** Numbers of the laws that fail, ascending. */
    Set<Integer> laws() {
        Set<Integer> laws = new LinkedHashSet<>();
        failed.forEach(law -> laws.add(law.law()));
        return laws;
    }

    /** The first property of a law that fails. */
    TaggedLaw first(int law) {
        return failed.stream().filter(tagged -> tagged.law() == law).findFirst().orElseThrow();
    }
}
