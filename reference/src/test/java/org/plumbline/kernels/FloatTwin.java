package org.plumbline.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Derives a single-precision source from its double-precision original, line by line, by these rules:
 *
 * <ol>
 *   <li>a line that ends in {@value #KEPT} is copied as it is (an accumulator that stays {@code double}, for instance);
 *   <li>a capitalized name that ends in {@code 64} ends in {@code 32};
 *   <li>{@code double} becomes {@code float}, {@code Double} (also before {@code Vector}, and in {@code
 *       allocateDoubleLocalArray}) becomes {@code Float}, and the words "double precision" and "double-precision"
 *       become "single precision" and "single-precision";
 *   <li>in code, a decimal literal with a point or an exponent gets the suffix {@code f};
 *   <li>in code, a {@code Math} function that exists for {@code double} only gets the cast {@code (float)}: it is
 *       computed in double precision and rounded once.
 * </ol>
 *
 * <p>Code is what stands before {@code //} on a line that does not begin, but for blanks, with {@code *} or {@code /*}.
 *
 * <p>The build runs this file by itself, before anything compiles, and compiles what it writes: the root pom says how.
 */
final class FloatTwin {

    /** Ends a line that is the same in both precisions. */
    static final String KEPT = "// double in both precisions";

    private static final Pattern LITERAL =
            Pattern.compile("(?<![\\w.])((?:\\d+\\.\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?|\\d+[eE][+-]?\\d+)(?![\\w.])");
    private static final Pattern DOUBLE_ONLY = Pattern.compile("(?<![\\w.])(Math\\.(?:acos|asin|atan|atan2|cbrt|ceil"
            + "|cos|cosh|exp|expm1|floor|hypot|log|log10|log1p|pow|rint|sin|sinh|sqrt|tan|tanh)\\()");

    private FloatTwin() {}

    /**
     * Writes the float class of every {@code *64.java} below the folder {@code arguments[0]} to the same place below
     * {@code arguments[1]}, and deletes what lies there and has no original any more.
     */
    public static void main(String[] arguments) throws IOException {
        Path sources = Path.of(arguments[0]);
        Path target = Path.of(arguments[1]);
        Set<Path> written = new HashSet<>();
        for (Path original : files(sources, "64.java")) {
            Path twin = target.resolve(sources.relativize(original))
                    .resolveSibling(original.getFileName().toString().replace("64.java", "32.java"));
            write(twin, of(original));
            written.add(twin);
        }
        for (Path file : Files.isDirectory(target) ? files(target, ".java") : List.<Path>of()) {
            if (!written.contains(file)) {
                Files.delete(file);
            }
        }
    }

    private static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix)).sorted().toList();
        }
    }

    /** Leaves a file that is right as it is: a new time would have everything compiled again. */
    private static void write(Path file, String text) throws IOException {
        if (!Files.exists(file) || !Files.readString(file).equals(text)) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
    }

    /** Returns the text of the float class, given the source of the double class. */
    private static String of(Path original) throws IOException {
        String header = "// Derived from " + original.getFileName()
                + " by FloatTwin, which tells how: change that file.\n";
        return header
                + Files.readString(original).lines().map(FloatTwin::line).collect(Collectors.joining("\n", "", "\n"));
    }

    static String line(String line) {
        if (line.endsWith(KEPT)) {
            return line;
        }
        String start = line.stripLeading();
        boolean comment = start.startsWith("*") || start.startsWith("/*");
        int code = comment ? 0 : line.contains("//") ? line.indexOf("//") : line.length();
        return names(literalsAndFunctions(line.substring(0, code)) + line.substring(code));
    }

    private static String literalsAndFunctions(String code) {
        return DOUBLE_ONLY.matcher(LITERAL.matcher(code).replaceAll("$1f")).replaceAll("(float) $1");
    }

    private static String names(String text) {
        return text.replaceAll("\\bdouble(?=[ -]precision\\b)", "single")
                .replaceAll("\\bDouble(?=[ -]precision\\b)", "Single")
                .replaceAll("(?<=\\b[A-Z]\\w{0,80})64\\b", "32")
                .replaceAll("\\bdouble\\b", "float")
                .replaceAll("(?:\\b|(?<=\\ballocate))Double(?=\\b|Vector\\b|LocalArray\\b)", "Float");
    }
}
