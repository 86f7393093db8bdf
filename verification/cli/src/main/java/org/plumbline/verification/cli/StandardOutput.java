package org.plumbline.verification.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers why it could not be written: a {@link PrintStream} keeps that to itself. What a
 * command printed is an output like any file, and half of it is none.
 */
final class StandardOutput extends FilterOutputStream {
    private static final int BUFFER = 1 << 13;

    private @Nullable IOException failure;

    StandardOutput(OutputStream out) {
        super(out);
    }

    /** Takes the place of {@link System#out}. */
    static StandardOutput take() {
        StandardOutput out = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        System.setOut(new PrintStream(new BufferedOutputStream(out, BUFFER), false, System.out.charset()));
        return out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            remember(e);
            throw e;
        }
    }

    private void remember(IOException e) {
        if (failure == null) {
            failure = e;
        }
    }

    /**
     * Writes what is held back and closes.
     *
     * @param status of the command
     * @return its exit status, which is not 0 if a part of the output is lost; a reader that has seen enough loses none
     */
    int end(int status) {
        System.out.flush();
        try {
            close();
        } catch (IOException e) {
            remember(e);
        }
        if (failure == null || String.valueOf(failure.getMessage()).contains("Broken pipe")) {
            return status;
        }
        System.err.println("plumbline: standard output cannot be written: " + failure.getMessage());
        return Math.max(1, status);
    }
}
