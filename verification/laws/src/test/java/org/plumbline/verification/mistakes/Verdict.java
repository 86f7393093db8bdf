package org.plumbline.verification.mistakes;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.plumbline.verification.laws.Subject;
import org.plumbline.verification.laws.SubjectLaw;
import org.plumbline.verification.laws.TaggedLaw;

/**
 * The properties that fail on an implementation, out of all that are stated about one, on the same few settings for
 * every implementation.
 *
 * @param failed in the order of the laws
 */
record Verdict(List<TaggedLaw> failed) {
    private static final Map<SubjectLaw, Set<String>> ASKED = new ConcurrentHashMap<>();

    /**
     * Checks all laws on {@code subject}.
     *
     * @param subject a fresh implementation for every property
     */
    static Verdict on(Supplier<Subject> subject) {
        Set<String> replaced = Pieces.replacedBy(subject.get());
        return failing(law -> !Collections.disjoint(replaced, ASKED.computeIfAbsent(law, Verdict::asked)), subject);
    }

    /** Checks all laws on the library. */
    static Verdict onLibrary() {
        return failing(_ -> true, Subject::library);
    }

    private static Verdict failing(Predicate<SubjectLaw> laws, Supplier<Subject> subject) {
        return new Verdict(SubjectLaw.all().stream()
                .filter(laws)
                .filter(law -> law.settings().stream()
                        .anyMatch(setting -> law.failure(subject.get(), setting).isPresent()))
                .map(SubjectLaw::tagged)
                .toList());
    }

    /** What a law asks for hardly depends on the setting. */
    private static Set<String> asked(SubjectLaw law) {
        return Pieces.askedBy(subject ->
                law.settings().subList(0, 3).forEach(setting -> law.failure(subject, setting)));
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
