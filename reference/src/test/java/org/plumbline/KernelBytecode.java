package org.plumbline;

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
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.plumbline.kernels.Parallel;

/**
 * Reads the byte code of kernels and refuses what the GPU compiler rejects or, worse, silently compiles to something
 * else. The rules and their reasons stand at {@link Parallel}.
 */
public final class KernelBytecode {

    private static final Set<String> SCALARS = Set.of("I", "F", "D");

    /** Of helper methods; a kernel returns nothing. */
    private static final Set<String> RESULTS = Set.of("V", "Z", "I", "F", "D");

    private static final Set<String> ELEMENTS = Set.of("D", "F", "I", "B");

    private static final Set<String> TESTS_OF_NUMBERS = Set.of("isNaN", "isInfinite", "isFinite");

    /** OpenCL's functions that a kernel on arrays might be named after; a kernel of such a name is not found again. */
    private static final Set<String> DEVICE_FUNCTIONS = Set.of("abs", "acos", "all", "any", "asin", "atan", "barrier",
            "cbrt", "ceil", "clamp", "cos", "cosh", "cross", "degrees", "distance", "dot", "erf", "erfc", "exp", "exp2",
            "expm1", "floor", "fma", "fmax", "fmin", "hypot", "length", "log", "log10", "log1p", "log2", "max", "min",
            "mix", "normalize", "pow", "prefetch", "printf", "radians", "rint", "rotate", "round", "rsqrt", "select",
            "shuffle", "sign", "sin", "sinh", "smoothstep", "sqrt", "step", "tan", "tanh", "trunc");

    private static final Set<Opcode> COMPARISONS = Set.of(Opcode.DCMPG, Opcode.DCMPL, Opcode.FCMPG, Opcode.FCMPL);

    /** Jumps that are taken where {@code x < y} or {@code x <= y} holds, after the opcodes that compare for these. */
    private static final Set<Opcode> WHERE_LESS = Set.of(Opcode.IFLT, Opcode.IFLE);

    /** The same of {@code >} and {@code >=}. */
    private static final Set<Opcode> WHERE_GREATER = Set.of(Opcode.IFGT, Opcode.IFGE);

    private static final ClassDesc PARALLEL = Parallel.class.describeConstable().orElseThrow();

    private final String kernels;
    private final String context;

    private KernelBytecode(String kernels, String context) {
        this.kernels = kernels;
        this.context = context;
    }

    /** For kernels of parallel loops. */
    public static KernelBytecode ofLoops() {
        return new KernelBytecode("org/plumbline/kernels/", null);
    }

    /**
     * For kernels that work in groups: they may take a {@code context}, read its fields and call it, and have no
     * parallel loop then.
     *
     * @param kernels the package whose methods they may call besides those of {@code kernels}
     */
    public static KernelBytecode inGroups(String kernels, Class<?> context) {
        return new KernelBytecode(kernels.replace('.', '/') + "/", context.getName().replace('.', '/'));
    }

    /** What is wrong with a class of kernels, each as {@code Class.method: construct}. */
    public List<String> violations(ClassModel model) {
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

    private List<String> violations(MethodModel method) {
        List<String> found = new ArrayList<>();
        if (!method.flags().has(AccessFlag.STATIC)) {
            found.add("not static");
        }
        method.methodTypeSymbol().parameterList().stream()
                .filter(type -> !isKernelType(type))
                .forEach(type -> found.add("a parameter of type " + type.displayName()));
        if (method.flags().has(AccessFlag.PUBLIC) && DEVICE_FUNCTIONS.contains(method.methodName().stringValue())) {
            found.add("the name of a function of OpenCL");
        }
        ClassDesc result = method.methodTypeSymbol().returnType();
        if (!RESULTS.contains(result.descriptorString())) {
            found.add("a result of type " + result.displayName());
        }
        method.findAttribute(Attributes.code()).ifPresent(code -> {
            List<CodeElement> elements = code.elementList();
            elements.stream().map(this::violation).filter(Objects::nonNull).forEach(found::add);
            if (comparesWithItself(elements)) {
                found.add("a number is compared with itself");
            }
            if (negatesComparison(elements)) {
                found.add("a comparison of numbers is negated");
            }
            if (hasTwoParallelNests(code)) {
                found.add("two parallel loops, one after the other");
            }
            if (takesContext(method) && !parallelScopes(code).isEmpty()) {
                found.add("a parallel loop in a kernel that works in groups");
            }
        });
        return found;
    }

    private static List<Instruction> instructions(List<CodeElement> elements) {
        return elements.stream()
                .filter(Instruction.class::isInstance)
                .map(Instruction.class::cast)
                .toList();
    }

    /**
     * Whether numbers are compared by less or greater and the jump is taken where that holds. So compiles
     * {@code !(x <= y)}, which is true of NaN here and may not be on a device; and what stands before {@code ||} or
     * after {@code do}, which is harmless and refused with it. Other comparisons jump where they fail.
     */
    private static boolean negatesComparison(List<CodeElement> elements) {
        List<Instruction> instructions = instructions(elements);
        return IntStream.range(1, instructions.size()).anyMatch(i -> switch (instructions.get(i - 1).opcode()) {
            case DCMPG, FCMPG -> WHERE_LESS.contains(instructions.get(i).opcode());
            case DCMPL, FCMPL -> WHERE_GREATER.contains(instructions.get(i).opcode());
            default -> false;
        });
    }

    private static boolean comparesWithItself(List<CodeElement> elements) {
        List<Instruction> instructions = instructions(elements);
        return IntStream.range(2, instructions.size()).anyMatch(i -> COMPARISONS.contains(instructions.get(i).opcode())
                && instructions.get(i - 1) instanceof LoadInstruction right
                && instructions.get(i - 2) instanceof LoadInstruction left
                && left.slot() == right.slot());
    }

    /** The scopes of the indices of one nest lie inside one another, so any two of them overlap. */
    private static boolean hasTwoParallelNests(CodeAttribute code) {
        List<LocalVarTargetInfo> scopes = parallelScopes(code);
        return scopes.stream().anyMatch(first -> scopes.stream()
                .anyMatch(second -> code.labelToBci(first.endLabel()) <= code.labelToBci(second.startLabel())));
    }

    private static List<LocalVarTargetInfo> parallelScopes(CodeAttribute code) {
        return code.findAttribute(Attributes.runtimeInvisibleTypeAnnotations()).stream()
                .flatMap(attribute -> attribute.annotations().stream())
                .filter(annotation -> annotation.annotation().classSymbol().equals(PARALLEL))
                .map(TypeAnnotation::targetInfo)
                .filter(LocalVarTarget.class::isInstance)
                .flatMap(target -> ((LocalVarTarget) target).table().stream())
                .toList();
    }

    private boolean takesContext(MethodModel method) {
        return method.methodTypeSymbol().parameterList().stream()
                .anyMatch(type -> type.descriptorString().equals(contextDescriptor()));
    }

    private String contextDescriptor() {
        return "L" + context + ";";
    }

    /** Says what is wrong with an instruction, or returns null. */
    private String violation(CodeElement element) {
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
            case FieldInstruction field when field.opcode() == Opcode.GETFIELD
                    && field.owner().name().stringValue().equals(context) -> null;
            case FieldInstruction field -> "the field " + field.name().stringValue() + " is used";
            case InvokeDynamicInstruction _ -> "a lambda or a string concatenation";
            case InvokeInstruction call when !isAllowed(call) ->
                "a call of " + call.owner().name().stringValue() + "." + call.name().stringValue();
            default -> null;
        };
    }

    private boolean isKernelType(ClassDesc type) {
        return type.descriptorString().equals(contextDescriptor())
                || (type.isArray()
                ? ELEMENTS.contains(type.componentType().descriptorString())
                : SCALARS.contains(type.descriptorString()));
    }

    private boolean isAllowed(InvokeInstruction call) {
        String owner = call.owner().name().stringValue();
        String name = call.name().stringValue();
        if (call.opcode() == Opcode.INVOKEVIRTUAL && context != null) {
            // Positions are boxed.
            return owner.equals(context) || owner.equals("java/lang/Integer") && name.equals("intValue");
        }
        return call.opcode() == Opcode.INVOKESTATIC
                && switch (owner) {
                    case "java/lang/Math" -> !name.equals("fma") && !name.equals("random") && !name.endsWith("Exact");
                    case "java/lang/Float", "java/lang/Double" -> TESTS_OF_NUMBERS.contains(name);
                    default -> owner.startsWith("org/plumbline/kernels/") || owner.startsWith(kernels);
                };
    }

    /** The classes beside {@code member}. */
    public static List<ClassModel> classesBeside(Class<?> member) throws IOException, URISyntaxException {
        var marker = member.getResource(member.getSimpleName() + ".class");
        try (Stream<Path> files = Files.walk(Path.of(marker.toURI()).getParent())) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .map(KernelBytecode::parse)
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

    /** Reads a class and closes the stream. */
    public static ClassModel parse(InputStream stream) throws IOException {
        try (stream) {
            return ClassFile.of().parse(stream.readAllBytes());
        }
    }
}
