package org.plumbline.verification.laws;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Tag;

/**
 * A property that carries a law's number.
 *
 * @param law the number
 */
public record TaggedLaw(int law, Method property) {
    private static final String PREFIX = "law-";

    /** All of the kit, by number and name. */
    public static List<TaggedLaw> all() {
        return beside(TaggedLaw.class);
    }

    /** Those that lie where {@code anchor} does, in a folder of compiled classes or an archive, by number and name. */
    public static List<TaggedLaw> beside(Class<?> anchor) {
        List<TaggedLaw> tagged = new ArrayList<>();
        for (Class<?> type : classes(anchor)) {
            for (Method method : type.getDeclaredMethods()) {
                Arrays.stream(method.getAnnotationsByType(Tag.class))
                        .map(Tag::value)
                        .filter(tag -> tag.startsWith(PREFIX))
                        .forEach(tag -> tagged.add(
                                new TaggedLaw(Integer.parseInt(tag.substring(PREFIX.length())), method)));
            }
        }
        tagged.sort(Comparator.comparingInt(TaggedLaw::law).thenComparing(TaggedLaw::name));
        return tagged;
    }

    private static List<Class<?>> classes(Class<?> anchor) {
        try {
            Path place = Path.of(anchor.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (Files.isDirectory(place)) {
                return classesBelow(place);
            }
            try (FileSystem archive = FileSystems.newFileSystem(place)) {
                return classesBelow(archive.getPath("/"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException | ClassNotFoundException e) {
            throw new AssertionError("the compiled laws cannot be listed", e);
        }
    }

    private static List<Class<?>> classesBelow(Path root) throws IOException, ClassNotFoundException {
        try (Stream<Path> files = Files.walk(root)) {
            List<Class<?>> classes = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().endsWith("LawsTest.class")).sorted().toList()) {
                String name = root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), ".");
                classes.add(Class.forName(name.substring(0, name.length() - ".class".length())));
            }
            return classes;
        }
    }

    /** The property as {@code class#method}, as a build selects it. */
    public String name() {
        return property.getDeclaringClass().getSimpleName() + "#" + property.getName();
    }
}
