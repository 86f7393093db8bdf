package org.plumbline.verification.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where commands that read a corpus more than once keep its tokens. */
final class ScratchOptions {

    @Option(names = "--scratch", paramLabel = "DIR",
            description = "Folder for the tokenized corpus while the command runs.")
    private Path scratch = Path.of(System.getProperty("java.io.tmpdir"));

    Path folder() {
        return scratch;
    }
}
