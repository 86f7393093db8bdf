package org.plumbline.verification.mistakes;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.plumbline.verification.laws.Subject;

/**
 * Which pieces of a {@link Subject} a law asks for and a mistake replaces, by name. A law that asks for none of the
 * replaced ones sees the library and need not be run.
 */
final class Pieces {
    private Pieces() {}

    /** Names of the pieces that {@code law} asks the library for, those asked for by other pieces included. */
    static Set<String> askedBy(Consumer<Subject> law) {
        Set<String> asked = new HashSet<>();
        InvocationHandler recording = (proxy, method, arguments) -> {
            asked.add(method.getName());
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        };
        law.accept((Subject) Proxy.newProxyInstance(
                Subject.class.getClassLoader(), new Class<?>[] {Subject.class}, recording));
        return asked;
    }

    /** Names of the pieces that {@code subject} has of its own. */
    static Set<String> replacedBy(Subject subject) {
        Set<String> replaced = new HashSet<>();
        for (Method piece : Subject.class.getMethods()) {
            if (piece.isDefault() && !declarer(subject, piece).equals(Subject.class)) {
                replaced.add(piece.getName());
            }
        }
        return replaced;
    }

    private static Class<?> declarer(Subject subject, Method piece) {
        try {
            return subject.getClass().getMethod(piece.getName(), piece.getParameterTypes()).getDeclaringClass();
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }
}
