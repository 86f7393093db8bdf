package org.plumbline.verification.laws;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * All laws about an implementation of Kronecker-factored influence, a test each, on the settings of {@link SubjectLaw}.
 *
 * <p>A test of another implementation extends this class and gives it as a {@link Subject}: the pieces that it
 * computes itself are overridden, the others stay the library's.
 */
public abstract class SubjectContract {

    /** The implementation under test, a fresh one at each call. */
    protected abstract Subject subject();

    @TestFactory
    public Stream<DynamicTest> laws() {
        return SubjectLaw.all().stream().map(law -> DynamicTest.dynamicTest(
                "law " + law.tagged().law() + ", " + law.tagged().name(), () -> check(law)));
    }

    private void check(SubjectLaw law) {
        for (Setting setting : law.settings()) {
            Optional<Throwable> failure = law.failure(subject(), setting);
            if (failure.isPresent()) {
                throw new AssertionError("on " + setting + ": " + failure.get().getMessage(), failure.get());
            }
        }
    }
}
