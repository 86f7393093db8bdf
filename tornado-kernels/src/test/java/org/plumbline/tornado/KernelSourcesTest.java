package org.plumbline.tornado;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.plumbline.batch.BatchShape;
import org.plumbline.curvature.BlockSpace;
import org.plumbline.curvature.CurvaturePrograms;
import org.plumbline.engine.Precision;
import org.plumbline.model.Gpt2;
import org.plumbline.model.Gpt2Config;
import org.plumbline.program.Program;
import org.plumbline.program.RandomPrograms;
import org.plumbline.program.Variant;

/**
 * Writes the CUDA source of every kernel to the folder {@code plumbline.kernels}, without a GPU: that of each task of
 * the derivatives of a model of GPT-2-small's shape, and of each operation alone. With {@code nvcc} on the path it
 * compiles them and writes {@code registers.md}. Needs an SDK with the CUDA backend, and a JVM of its own:
 *
 * <pre>
 * ./mvnw -pl tornado-kernels -am test -Dtest=KernelSourcesTest -Dsurefire.failIfNoSpecifiedTests=false
 *     -Dplumbline.kernels=/tmp/kernels
 * </pre>
 */
class KernelSourcesTest {
    private static final String FOLDER = "plumbline.kernels";

    @Test
    void writesTheSourceOfEveryKernel() throws IOException {
        String folder = System.getProperty(FOLDER);
        Assumptions.assumeTrue(folder != null, "skipped: -D" + FOLDER + " names no folder to write to");
        DeviceEngine.require();
        Path to = Files.createDirectories(Path.of(folder));
        KernelSources sources = new KernelSources(to);
        for (Precision precision : Precision.values()) {
            derivatives().forEach(program -> sources.add(program, precision, GroupPolicy.WHERE_FASTER));
            Variant.all().forEach(variant ->
                    sources.add(RandomPrograms.single(variant, 1), precision, GroupPolicy.NEVER));
            GroupPrograms.all().forEach(named ->
                    sources.add(named.draw(new SplittableRandom(1)), precision, GroupPolicy.ALWAYS));
        }
        List<Path> files = sources.write(to);
        assertFalse(files.isEmpty());
        KernelRegisters.write(files, to.resolve("registers.md"));
    }

    /** One layer of GPT-2 small at 512 tokens; a tenth of its vocabulary, so that all arrays fit a small machine. */
    private static Stream<Program> derivatives() {
        Gpt2 model = new Gpt2(new Gpt2Config(5003, 512, 768, 1, 12, 3072, true, 1e-5));
        BlockSpace space = BlockSpace.ofAll(model);
        BatchShape shape = new BatchShape(1, 512, true);
        return Stream.of(
                CurvaturePrograms.gradient(model, space, shape),
                CurvaturePrograms.gaussNewtonProduct(model, space, shape));
    }
}
