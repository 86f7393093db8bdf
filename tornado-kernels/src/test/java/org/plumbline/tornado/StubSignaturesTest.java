package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every public signature of the stub, against which the module compiles where there is no SDK, is one of TornadoVM's
 * own API. A stub with a {@code long} in place of an {@code int} compiles, and fails when it runs.
 */
class StubSignaturesTest {
    private static final Path STUB = Path.of("api-stub/target/classes");
    /** What the stub has of its own. */
    private static final List<String> OWN = List.of("uk.ac.manchester.tornado.api.Stub");

    @Test
    void everySignatureOfTheStubIsTornadoVms() throws IOException {
        DeviceEngine.require();
        List<String> missing = new ArrayList<>();
        int classes = 0;
        try (Stream<Path> files = Files.walk(STUB)) {
            for (Path file : files.filter(StubSignaturesTest::isClass).toList()) {
                ClassModel stub = ClassFile.of().parse(file);
                String name = stub.thisClass().name().stringValue().replace('/', '.');
                if (!OWN.contains(name)) {
                    classes++;
                    compare(name, stub, missing);
                }
            }
        }
        assertTrue(classes > 20, "only " + classes + " classes in " + STUB.toAbsolutePath());
        assertEquals(List.of(), missing);
    }

    private static boolean isClass(Path file) {
        return file.toString().endsWith(".class") && !file.endsWith("package-info.class");
    }

    private static void compare(String name, ClassModel stub, List<String> missing) {
        Class<?> real;
        try {
            real = Class.forName(name, false, StubSignaturesTest.class.getClassLoader());
        } catch (ClassNotFoundException absent) {
            missing.add(name);
            return;
        }
        if (stub.flags().has(AccessFlag.INTERFACE) != real.isInterface()) {
            missing.add(name + ": class or interface");
        }
        for (MethodModel method : stub.methods()) {
            if (method.flags().has(AccessFlag.PUBLIC) && !method.flags().has(AccessFlag.SYNTHETIC)
                    && !hasMethod(real, method)) {
                missing.add(name + "." + method.methodName() + method.methodTypeSymbol().displayDescriptor());
            }
        }
        for (FieldModel field : stub.fields()) {
            if (field.flags().has(AccessFlag.PUBLIC) && !hasField(real, field)) {
                missing.add(name + "." + field.fieldName());
            }
        }
    }

    private static boolean hasMethod(Class<?> real, MethodModel stub) {
        String name = stub.methodName().stringValue();
        MethodTypeDesc type = stub.methodTypeSymbol();
        boolean isStatic = stub.flags().has(AccessFlag.STATIC);
        if (name.equals(ConstantDescs.INIT_NAME)) {
            return Arrays.stream(real.getConstructors()).anyMatch(constructor ->
                    descriptors(constructor.getParameterTypes()).equals(type.parameterList()));
        }
        return Arrays.stream(real.getMethods()).anyMatch(method -> method.getName().equals(name)
                && Modifier.isStatic(method.getModifiers()) == isStatic
                && typeOf(method).equals(type));
    }

    private static MethodTypeDesc typeOf(Method method) {
        return MethodTypeDesc.of(
                method.getReturnType().describeConstable().orElseThrow(), descriptors(method.getParameterTypes()));
    }

    private static List<ClassDesc> descriptors(Class<?>[] types) {
        return Arrays.stream(types).map(type -> type.describeConstable().orElseThrow()).toList();
    }

    private static boolean hasField(Class<?> real, FieldModel stub) {
        try {
            Class<?> type = real.getField(stub.fieldName().stringValue()).getType();
            return type.describeConstable().orElseThrow().equals(stub.fieldTypeSymbol());
        } catch (NoSuchFieldException absent) {
            return false;
        }
    }
}
