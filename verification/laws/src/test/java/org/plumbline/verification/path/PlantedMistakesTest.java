package org.plumbline.verification.path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.CommittedTable;

/**
 * Mistakes planted one at a time in the sources of the classes that {@code fit}, {@code query} and {@code scores} run.
 * The changed class is compiled and takes the original's place in a class loader of its own, where the properties that
 * must notice it are run on random models. Without a mistake the same properties notice nothing.
 */
class PlantedMistakesTest {
    /** Enough that every combination a mistake is confined to is drawn. */
    private static final int SETTINGS = 200;

    /** For the properties without a mistake, which are run on random settings by themselves. */
    private static final int SETTINGS_WITHOUT = 12;

    private static final Path SOURCES = Path.of("../../reference/src/main/java");
    private static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> everyMistakeIsNoticed() {
        return PlantedMistake.all().stream().map(mistake -> DynamicTest.dynamicTest(
                mistake.toString(), () -> assertNoticed(mistake)));
    }

    private void assertNoticed(PlantedMistake mistake) throws Exception {
        Path classes = Files.createTempDirectory(folder, "planted-");
        compile(mistake, classes);
        List<String> survived = new ArrayList<>();
        try (Planted loader = new Planted(classes)) {
            for (String property : mistake.properties()) {
                if (failure(property, loader, SETTINGS).isEmpty()) {
                    survived.add(property);
                }
            }
        }
        assertEquals(List.of(), survived, () -> mistake + " is not noticed");
    }

    /** What these properties notice is the mistakes. */
    @Test
    void theLibraryIsNotSuspected() throws Exception {
        List<String> properties =
                PlantedMistake.all().stream().flatMap(one -> one.properties().stream()).distinct().toList();
        try (Planted loader = new Planted(folder)) {
            for (String property : properties) {
                assertEquals("", failure(property, loader, SETTINGS_WITHOUT), property);
            }
        }
    }

    @Test
    void tableIsCommitted() {
        String rows = PlantedMistake.all().stream()
                .map(mistake -> Stream.of(mistake.number(), mistake.description(), "`" + mistake.type() + "`",
                                mistake.properties().stream().map(name -> "`" + name + "`")
                                        .collect(Collectors.joining("<br>")))
                        .collect(Collectors.joining(" | ", "| ", " |\n")))
                .collect(Collectors.joining());
        CommittedTable.assertCommitted("planted-mistakes.md",
                "| mistake | planted in the source | class | properties that notice |\n|---|---|---|---|\n" + rows);
    }

    private static void compile(PlantedMistake mistake, Path classes) throws IOException {
        Path file;
        try (Stream<Path> files = Files.walk(SOURCES)) {
            file = files.filter(path -> path.endsWith(mistake.type() + ".java")).findFirst().orElseThrow();
        }
        String source = Files.readString(file);
        int at = source.indexOf(mistake.find());
        assertTrue(at >= 0 && source.indexOf(mistake.find(), at + 1) < 0,
                () -> mistake + ": expected its text once in " + file.getFileName());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        boolean compiled = compiler.getTask(messages, null, null,
                List.of("-d", classes.toString(), "-classpath", CLASS_PATH, "-proc:none", "-nowarn", "-implicit:none"),
                null, List.of(new Changed(mistake.type(), source.replace(mistake.find(), mistake.replace())))).call();
        assertTrue(compiled, () -> mistake + " does not compile: " + messages);
    }

    /** A source in memory. */
    private static final class Changed extends SimpleJavaFileObject {
        private final String text;

        Changed(String type, String text) {
            super(URI.create("string:///" + type + Kind.SOURCE.extension), JavaFileObject.Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static String failure(String property, Planted loader, int settings) throws Exception {
        Method run =
                loader.loadClass(PropertyRun.class.getName()).getDeclaredMethod("failure", String.class, int.class);
        run.setAccessible(true);
        return (String) run.invoke(null, property, settings);
    }

    /** Loads all classes of Plumbline anew, those of one folder first, and everything else as its parent does. */
    private static final class Planted extends URLClassLoader {
        Planted(Path classes) {
            super(urls(classes), PlantedMistakesTest.class.getClassLoader());
        }

        private static URL[] urls(Path classes) {
            List<Path> places = new ArrayList<>(List.of(classes));
            Arrays.stream(CLASS_PATH.split(File.pathSeparator)).map(Path::of).forEach(places::add);
            return places.stream().map(Planted::url).toArray(URL[]::new);
        }

        private static URL url(Path place) {
            try {
                return place.toUri().toURL();
            } catch (MalformedURLException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("org.plumbline.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }
}
