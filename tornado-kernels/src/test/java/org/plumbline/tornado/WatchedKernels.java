package org.plumbline.tornado;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.KernelContext;

/** A copy of a class of kernels whose accesses to arrays report to {@link LocalWatch}. */
final class WatchedKernels extends ClassLoader {
    private static final ClassDesc WATCH = LocalWatch.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc REPORT = MethodTypeDesc.of(
            ConstantDescs.CD_void, ConstantDescs.CD_Object, ConstantDescs.CD_int, ConstantDescs.CD_String);

    private final Class<?> original;
    private final Class<?> watched;

    WatchedKernels(Class<?> original) {
        super(original.getClassLoader());
        this.original = original;
        byte[] code = instrumented(original);
        this.watched = defineClass(original.getName(), code, 0, code.length);
    }

    private static byte[] instrumented(Class<?> original) {
        String file = original.getName().replace('.', '/') + ".class";
        try (InputStream stream = original.getClassLoader().getResourceAsStream(file)) {
            ClassFile files = ClassFile.of();
            return files.transformClass(
                    files.parse(stream.readAllBytes()),
                    (builder, element) -> {
                        if (element instanceof MethodModel method) {
                            builder.transformMethod(method, MethodTransform.transformingCode(
                                    reports(method.methodName().stringValue())));
                        } else {
                            builder.with(element);
                        }
                    });
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static CodeTransform reports(String method) {
        return (code, element) -> {
            switch (element) {
                case ArrayLoadInstruction _ -> {
                    code.dup2();
                    code.ldc(method);
                    code.invokestatic(WATCH, "read", REPORT);
                }
                case ArrayStoreInstruction store -> reportStore(code, store.typeKind(), method);
                default -> {}
            }
            code.with(element);
        };
    }

    /** The value lies above array and index: it is put aside. */
    private static void reportStore(CodeBuilder code, TypeKind kind, String method) {
        int slot = code.allocateLocal(kind);
        code.storeLocal(kind, slot);
        code.dup2();
        code.ldc(method);
        code.invokestatic(WATCH, "write", REPORT);
        code.loadLocal(kind, slot);
    }

    /** The kernel {@code name}, to be called with a context and {@code arguments}. */
    Consumer<KernelContext> kernel(String name, Object... arguments) {
        Method method = Arrays.stream(watched.getDeclaredMethods())
                .filter(candidate -> candidate.getName().equals(name)
                        && candidate.getParameterCount() > 0
                        && candidate.getParameterTypes()[0] == KernelContext.class
                        && candidate.getReturnType() == void.class)
                .findFirst()
                .orElseThrow(() -> new AssertionError(original + " has no kernel " + name));
        method.setAccessible(true);
        return context -> {
            Object[] all = new Object[arguments.length + 1];
            all[0] = context;
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            try {
                method.invoke(null, all);
            } catch (InvocationTargetException failure) {
                throw new IllegalStateException(failure.getCause().getMessage(), failure.getCause());
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        };
    }
}
