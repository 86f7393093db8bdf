package org.plumbline.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.plumbline.PlumblineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON (RFC 8259) to and from records, maps and trees, strictly: a duplicate key, an unknown or missing
 * record component, content after the value, or nesting beyond {@value #MAX_DEPTH} levels is an error that
 * names line and column.
 *
 * <p>Output is deterministic: keys in the order given (record components in declaration order), line feeds, two spaces.
 * A {@code double} is written in the shortest form that reads back as the same value; the values that JSON lacks are
 * the strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}, and read back. Characters that a terminal
 * could take for an instruction are escaped.
 */
public final class Json {

    /** Deepest nesting read; none of the formats read here passes a quarter of it. */
    public static final int MAX_DEPTH = 100;

    private static final JsonMapper MAPPER = mapper(false);
    private static final JsonMapper EXTENDED = mapper(true);

    /** What a parser says of itself and not of the file. */
    private static final Pattern OF_THE_PARSER =
            Pattern.compile("[:,]? *enable `[^`]*` to allow|[,;]? *\\(?from `[^`]*`\\)?| \\(start marker at .*\\)"
                    + "| \\(not recognized [^)]*\\)");
    private static final Pattern TECHNICAL = Pattern.compile("`|Exception|Feature|jackson|java[.x]|org\\.");
    private static final int SHOWN = 150;

    private static JsonMapper mapper(boolean nonNumeric) {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .configure(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS, nonNumeric)
                        .build())
                .enable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(MapperFeature.INFER_RECORD_GETTERS_FROM_COMPONENTS_ONLY)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .build();
    }

    private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");
    private static final ObjectWriter PRETTY =
            MAPPER.writer().with(new DefaultPrettyPrinter().withObjectIndenter(INDENT));

    private Json() {}

    /**
     * The tree in a file.
     *
     * @throws InputException if the file cannot be read
     * @throws MalformedFileException if it is not JSON
     */
    public static JsonNode read(Path path) {
        byte[] bytes = InputFiles.bytes(path);
        return parsing(path, () -> MAPPER.readTree(bytes));
    }

    /**
     * The value in a file.
     *
     * @param type a record, or a type that Jackson knows
     * @throws InputException if the file cannot be read
     * @throws MalformedFileException if it is not JSON, or not of this type
     */
    public static <T> T read(Path path, Class<T> type) {
        return parse(path, InputFiles.bytes(path), type);
    }

    /**
     * The record in a file that may leave out what {@code defaults} has.
     *
     * @throws InputException if the file cannot be read
     * @throws MalformedFileException if it is not JSON, or not of this type; the message names all faults
     */
    public static <T extends Record> T readOver(Path path, T defaults) {
        JsonNode given = read(path);
        if (!(given instanceof ObjectNode object)) {
            throw new MalformedFileException(path, "found no object, expected one");
        }
        ObjectNode full = MAPPER.valueToTree(defaults);
        full.setAll(object);
        @SuppressWarnings("unchecked") // The class of a T is a Class<T> for a record, which nothing extends.
        Class<T> type = (Class<T>) defaults.getClass();
        return value(path, full, type);
    }

    /**
     * The tree in a part of a file, such as a line or a header.
     *
     * @param source the file, named in errors
     * @throws MalformedFileException if the text is not JSON
     */
    public static JsonNode parse(Path source, byte[] utf8) {
        return parsing(source, () -> MAPPER.readTree(utf8));
    }

    /**
     * The same, where {@code NaN}, {@code Infinity} and {@code -Infinity} are numbers, as Python's {@code json} writes
     * them.
     *
     * @param source the file, named in errors
     * @throws MalformedFileException if the text is not JSON
     */
    public static JsonNode parseExtended(Path source, byte[] utf8) {
        return parsing(source, () -> EXTENDED.readTree(utf8));
    }

    /**
     * The value in a part of a file, such as a line.
     *
     * @param source the file, named in errors
     * @param type a record, or a type that Jackson knows
     * @throws MalformedFileException if the text is not JSON, or not of this type
     */
    public static <T> T parse(Path source, byte[] utf8, Class<T> type) {
        return value(source, parse(source, utf8), type);
    }

    /**
     * The value of a tree.
     *
     * @param source the file, named in errors
     * @param type a record, or a type that Jackson knows
     * @throws MalformedFileException if the tree is not of this type; the message names all faults of a record
     */
    public static <T> T value(Path source, JsonNode tree, Class<T> type) {
        List<String> faults = RecordFaults.of(tree, type);
        if (!faults.isEmpty()) {
            throw new MalformedFileException(source, String.join("; ", faults));
        }
        return parsing(source, () -> MAPPER.treeToValue(tree, type));
    }

    /** The tree of a value: of a map, a list or what may stand in one. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** The components of a record, by name, as text. */
    public static SequencedMap<String, String> components(Record record) {
        SequencedMap<String, String> components = new LinkedHashMap<>();
        MAPPER.<JsonNode>valueToTree(record).properties()
                .forEach(component -> components.put(component.getKey(), component.getValue().asString()));
        return components;
    }

    /** The value as indented text that ends with a line feed. */
    public static String pretty(Object value) {
        return harmless(PRETTY.writeValueAsString(value)) + "\n";
    }

    /** The value on one line, without a line feed: a line of JSON Lines. */
    public static String line(Object value) {
        return harmless(MAPPER.writeValueAsString(value));
    }

    /** Outside of strings there are no such characters, so an escape says the same. */
    private static String harmless(String json) {
        int length = json.length();
        int at = 0;
        while (at < length && !isInstruction(json.charAt(at))) {
            at++;
        }
        if (at == length) {
            return json;
        }
        StringBuilder escaped = new StringBuilder(json.substring(0, at));
        for (; at < length; at++) {
            char c = json.charAt(at);
            if (isInstruction(c)) {
                escaped.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** What a terminal may act on beyond the control characters that JSON escapes: C1 controls, marks of direction. */
    private static boolean isInstruction(char c) {
        return c >= '\u007f' && c <= '\u009f' || c == '\u061c' || c >= '\u200e' && c <= '\u200f'
                || c >= '\u2028' && c <= '\u202e' || c >= '\u2066' && c <= '\u2069';
    }

    /**
     * Writes {@link #pretty} text to a file, atomically.
     *
     * @throws InputException if the file cannot be written
     */
    public static void write(Path path, Object value) {
        byte[] utf8 = pretty(value).getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(path, (OutputStream out) -> out.write(utf8));
    }

    /**
     * Writes JSON Lines atomically, one after the other.
     *
     * @param values told what to write each value to
     * @throws InputException if the file cannot be written
     */
    public static void writeLines(Path path, Consumer<Consumer<Object>> values) {
        AtomicFiles.write(path, out -> values.accept(value -> {
            try {
                out.write((line(value) + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new InputException(path + ": cannot be written: " + e.getMessage(), e);
            }
        }));
    }

    private static <T> T parsing(Path path, Supplier<T> parse) {
        try {
            T value = parse.get();
            if (value == null || value instanceof JsonNode node && node.isMissingNode()) {
                throw new MalformedFileException(path, "found nothing, expected JSON");
            }
            return value;
        } catch (JacksonException e) {
            throw new MalformedFileException(path, "not the expected JSON" + where(e) + ": " + said(e), e);
        }
    }

    private static String where(JacksonException e) {
        TokenStreamLocation location = e.getLocation();
        return location == null || location.getLineNr() < 0
                ? ""
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /** What the parser found, without its advice on its own options and without the names of classes. */
    private static String said(JacksonException e) {
        if (e.getCause() instanceof PlumblineException refused && refused.getMessage() != null) {
            return refused.getMessage();
        }
        String message = OF_THE_PARSER.matcher(String.valueOf(e.getOriginalMessage())).replaceAll("");
        String line = message.lines().findFirst().orElse("");
        if (line.isBlank() || TECHNICAL.matcher(line).find()) {
            return "found a value that does not belong here";
        }
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }
}
