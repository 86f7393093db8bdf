package org.plumbline.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits: how manifests name models, tokenizers and corpora. */
public final class Hashes {

    private static final int BUFFER_BYTES = 1 << 16;

    private Hashes() {}

    /** The digest of a byte string. */
    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    /**
     * The digest of a file's content, read as a stream of any length.
     *
     * @throws InputException if the file cannot be read
     */
    public static String sha256(Path path) {
        InputFiles.size(path);
        MessageDigest digest = digest();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(path)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        } catch (IOException e) {
            throw InputFiles.unreadable(path, e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * The digest of several files, by their names and contents: that of a line {@code name digest} for
     * each, in the order given.
     *
     * @throws InputException if a file cannot be read
     */
    public static String sha256(List<Path> files) {
        StringBuilder lines = new StringBuilder();
        files.forEach(file -> lines.append(file.getFileName()).append(' ').append(sha256(file)).append('\n'));
        return sha256(lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The digest of texts in their order: that of the length of each and its UTF-8 form. */
    public static String sha256(Iterable<String> texts) {
        MessageDigest digest = digest();
        for (String text : texts) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
            digest.update(utf8);
        }
        return hexadecimal(digest);
    }

    /** A digest of bytes that come one after the other. */
    public static MessageDigest sha256() {
        return digest();
    }

    /** What a digest has come to. */
    public static String hexadecimal(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform provides SHA-256", e);
        }
    }
}
