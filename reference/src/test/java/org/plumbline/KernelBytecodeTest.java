package org.plumbline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.TypeAnnotation.LocalVarTarget;
import java.lang.classfile.TypeAnnotation.LocalVarTargetInfo;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.plumbline.kernels.Parallel;

/**
 * Reads the byte code of every class of the package {@code kernels} and refuses what the GPU compiler rejects or,
 * worse, silently compiles to something else. The rules and their reasons stand at {@link Parallel}.
 */
class KernelBytecodeTest {

    private static final Set<String> SCALARS = Set.of("I", "F", "D");

    /** Of helper methods; a kernel returns nothing. */
    private static final Set<String> RESULTS = Set.of("V", "Z", "I", "F", "D");

    private static final Set<String> ELEMENTS = Set.of("D", "F", "I", "B");

    private static final Set<String> TESTS_OF_NUMBERS = Set.of("isNaN", "isInfinite", "isFinite");

    private static final Set<Opcode> COMPARISONS = Set.of(Opcode.DCMPG, Opcode.DCMPL, Opcode.FCMPG, Opcode.FCMPL);

    private static final ClassDesc PARALLEL = Parallel.class.describeConstable().orElseThrow();

    @Test
    void kernelsKeepToTheSubsetThatCompilesOnBothSides() throws Exception {
        List<ClassModel> classes = kernels();
        assertTrue(classes.size() > 0, "no kernel class was found");
        assertEquals(List.of(), classes.stream().flatMap(model -> violations(model).stream()).toList());
    }

    /** The scan can fail: it finds the construct in each method of {@link ForbiddenKernels}, and none in the last. */
    @Test
    void everyForbiddenConstructIsFound() throws Exception {
        InputStream forbidden = ForbiddenKernels.class.getResourceAsStream("KernelBytecodeTest$ForbiddenKernels.class");
        Set<String> found = violations(parse(forbidden)).stream()
                .map(violation -> violation.substring(violation.indexOf('.') + 1, violation.indexOf(':')))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> expected = Stream.concat(
                        Arrays.stream(ForbiddenKernels.class.getDeclaredMethods()).map(Method::getName),
                        Arrays.stream(ForbiddenKernels.class.getDeclaredFields()).map(Field::getName))
                .filter(name -> !name.startsWith("allowed") && !name.startsWith("lambda$"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(expected, found);
    }

    private static List<String> violations(ClassModel model) {
        String owner = model.thisClass().name().stringValue();
        String simpleName = owner.substring(owner.lastIndexOf('/') + 1);
        List<String> found = new ArrayList<>();
        model.fields().stream()
                .filter(field -> field.fieldTypeSymbol().isArray())
                .map(field -> simpleName + "." + field.fieldName().stringValue() + ": a table in a field")
                .forEach(found::add);
        for (MethodModel method : model.methods()) {
            String name = method.methodName().stringValue();
            if (name.equals(ConstantDescs.INIT_NAME) || name.equals(ConstantDescs.CLASS_INIT_NAME)) {
                continue;
            }
            violations(method).forEach(violation -> found.add(simpleName + "." + name + ": " + violation));
        }
        return found;
    }

    private static List<String> violations(MethodModel method) {
        List<String> found = new ArrayList<>();
        if (!method.flags().has(AccessFlag.STATIC)) {
            found.add("not static");
        }
        method.methodTypeSymbol().parameterList().stream()
                .filter(type -> !isKernelType(type))
                .forEach(type -> found.add("a parameter of type " + type.displayName()));
        ClassDesc result = method.methodTypeSymbol().returnType();
        if (!RESULTS.contains(result.descriptorString())) {
            found.add("a result of type " + result.displayName());
        }
        method.findAttribute(Attributes.code()).ifPresent(code -> {
            List<CodeElement> elements = code.elementList();
            elements.stream().map(KernelBytecodeTest::violation).filter(Objects::nonNull).forEach(found::add);
            if (comparesWithItself(elements)) {
                found.add("a number is compared with itself");
            }
            if (hasTwoParallelNests(code)) {
                found.add("two parallel loops, one after the other");
            }
        });
        return found;
    }

    private static boolean comparesWithItself(List<CodeElement> elements) {
        List<Instruction> instructions = elements.stream()
                .filter(Instruction.class::isInstance)
                .map(Instruction.class::cast)
                .toList();
        return IntStream.range(2, instructions.size()).anyMatch(i -> COMPARISONS.contains(instructions.get(i).opcode())
                && instructions.get(i - 1) instanceof LoadInstruction right
                && instructions.get(i - 2) instanceof LoadInstruction left
                && left.slot() == right.slot());
    }

    /** The scopes of the indices of one nest lie inside one another, so any two of them overlap. */
    private static boolean hasTwoParallelNests(CodeAttribute code) {
        List<LocalVarTargetInfo> scopes = code.findAttribute(Attributes.runtimeInvisibleTypeAnnotations()).stream()
                .flatMap(attribute -> attribute.annotations().stream())
                .filter(annotation -> annotation.annotation().classSymbol().equals(PARALLEL))
                .map(TypeAnnotation::targetInfo)
                .filter(LocalVarTarget.class::isInstance)
                .flatMap(target -> ((LocalVarTarget) target).table().stream())
                .toList();
        return scopes.stream().anyMatch(first -> scopes.stream()
                .anyMatch(second -> code.labelToBci(first.endLabel()) <= code.labelToBci(second.startLabel())));
    }

    /** Says what is wrong with an instruction, or returns null. */
    private static String violation(CodeElement element) {
        return switch (element) {
            case OperatorInstruction operator when operator.opcode() == Opcode.IUSHR
                    || operator.opcode() == Opcode.LUSHR -> "the shift >>>";
            case ThrowInstruction _ -> "throw";
            case ExceptionCatch _ -> "try";
            case MonitorInstruction _ -> "synchronized";
            case NewObjectInstruction _ -> "an object is allocated";
            case NewReferenceArrayInstruction _ -> "an array of objects is allocated";
            case NewMultiArrayInstruction _ -> "an array of several dimensions is allocated";
            case ArrayLoadInstruction load when load.typeKind() == TypeKind.REFERENCE ->
                "an element of an array of objects is read";
            case ArrayStoreInstruction store when store.typeKind() == TypeKind.REFERENCE ->
                "an element of an array of objects is written";
            case FieldInstruction field -> "the field " + field.name().stringValue() + " is used";
            case InvokeDynamicInstruction _ -> "a lambda or a string concatenation";
            case InvokeInstruction call when !isAllowed(call) ->
                "a call of " + call.owner().name().stringValue() + "." + call.name().stringValue();
            default -> null;
        };
    }

    private static boolean isKernelType(ClassDesc type) {
        return type.isArray()
                ? ELEMENTS.contains(type.componentType().descriptorString())
                : SCALARS.contains(type.descriptorString());
    }

    private static boolean isAllowed(InvokeInstruction call) {
        String owner = call.owner().name().stringValue();
        String name = call.name().stringValue();
        return call.opcode() == Opcode.INVOKESTATIC
                && switch (owner) {
                    case "java/lang/Math" -> !name.equals("fma") && !name.equals("random") && !name.endsWith("Exact");
                    case "java/lang/Float", "java/lang/Double" -> TESTS_OF_NUMBERS.contains(name);
                    default -> owner.startsWith("org/plumbline/kernels/");
                };
    }

    private static List<ClassModel> kernels() throws IOException, URISyntaxException {
        var marker = Parallel.class.getResource("Parallel.class");
        try (Stream<Path> files = Files.walk(Path.of(marker.toURI()).getParent())) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .map(KernelBytecodeTest::parse)
                    .filter(model -> !model.flags().has(AccessFlag.INTERFACE))
                    .toList();
        }
    }

    private static ClassModel parse(Path file) {
        try {
            return ClassFile.of().parse(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClassModel parse(InputStream stream) throws IOException {
        try (stream) {
            return ClassFile.of().parse(stream.readAllBytes());
        }
    }

    /** One forbidden construct a method, apart from the one whose name begins with {@code allowed}. */
    @SuppressWarnings("unused")
    private static final class ForbiddenKernels {

        private static final float[] table = {1f, 2f};

        static int unsignedShift(int x) {
            return x >>> 3;
        }

        static void throwing(int x) {
            throw null;
        }

        static void objects(double[] x) {
            x[0] = new Object() == null ? 0.0 : 1.0;
        }

        static void severalDimensions(double[] x) {
            x[0] = new double[2][3].length;
        }

        static void arrayOfArrays(double[] x) {
            double[][] rows = {x};
            rows[0][0] = 1.0;
        }

        static void matrixParameter(float[][] x) {}

        static void booleanParameter(boolean flag) {}

        static Object objectResult() {
            return null;
        }

        void instanceMethod(double[] x) {}

        static double fusedMultiplyAdd(double a, double b, double c) {
            return Math.fma(a, b, c);
        }

        static int exactArithmetic(int a, int b) {
            return Math.addExact(a, b);
        }

        static int rotation(int x) {
            return Integer.rotateLeft(x, 5);
        }

        static void tableLookup(float[] x) {
            x[0] = table[1];
        }

        static void lambda() {
            Runnable nothing = () -> {};
        }

        static void lock(double[] x) {
            synchronized (x) {
                x[0] = 1.0;
            }
        }

        static boolean nanAsInequality(double x) {
            return x != x;
        }

        static void twoNests(double[] x) {
            for (@Parallel int i = 0; i < x.length; i++) {
                x[i] = i;
            }
            for (@Parallel int i = 0; i < x.length; i++) {
                x[i] += 1.0;
            }
        }

        static void allowedNest(double[] x, int n, byte[] bytes) {
            for (@Parallel int i = 0; i < n; i++) {
                for (@Parallel int j = 0; j < n; j++) {
                    double[] local = new double[2];
                    for (int k = 0; k < n; k++) {
                        local[k & 1] += Math.exp(x[k]) * (bytes[k] >> 2);
                    }
                    x[i * n + j] = Double.isNaN(local[0]) ? local[1] : 0.0;
                }
            }
        }
    }
}
