package org.plumbline.verification.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The poms and the citation agree on the version, and the BOM lists every artifact that is released. */
class ReleaseTest {
    private static final Path ROOT = Path.of("../..");
    private static final Path BOM = ROOT.resolve("reference/bom/pom.xml");
    private static final Pattern MODULE = Pattern.compile("<module>(.*?)</module>");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(plumbline-[a-z-]+)</artifactId>");
    private static final Pattern VERSION =
            Pattern.compile("<artifactId>plumbline[a-z-]*</artifactId>\\s*<version>([^$<]+)</version>");

    @Test
    void everyPomHasTheSameVersion() throws IOException {
        String version = version();
        for (Path pom : poms(ROOT)) {
            assertEquals(List.of(version), VERSION.matcher(Files.readString(pom)).results()
                    .map(found -> found.group(1)).toList(), pom::toString);
        }
    }

    @Test
    void theCitationHasThatVersion() throws IOException {
        assertEquals(List.of("version: " + version()), Files.readAllLines(ROOT.resolve("CITATION.cff")).stream()
                .filter(line -> line.startsWith("version:")).toList());
    }

    @Test
    void theBomListsWhatIsReleased() throws IOException {
        List<String> released = new ArrayList<>();
        for (Path pom : poms(ROOT)) {
            String text = Files.readString(pom);
            if (!text.contains("<packaging>pom</packaging>") && !text.contains("<maven.deploy.skip>true<")) {
                String own = text.substring(text.indexOf("</parent>"));
                released.add(first(ARTIFACT, own));
            }
        }
        String managed = Files.readString(BOM);
        managed = managed.substring(managed.indexOf("<dependencyManagement>"));
        assertEquals(new TreeSet<>(released), ARTIFACT.matcher(managed).results()
                .map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new)));
    }

    private static String version() throws IOException {
        return first(VERSION, Files.readString(ROOT.resolve("pom.xml")));
    }

    private static String first(Pattern pattern, String text) {
        return pattern.matcher(text).results().findFirst().orElseThrow().group(1);
    }

    /** The pom in {@code folder} and those of the modules below it. */
    private static List<Path> poms(Path folder) throws IOException {
        Path pom = folder.resolve("pom.xml");
        List<Path> poms = new ArrayList<>(List.of(pom));
        for (MatchResult module : MODULE.matcher(Files.readString(pom)).results().toList()) {
            poms.addAll(poms(folder.resolve(module.group(1))));
        }
        return poms;
    }
}
