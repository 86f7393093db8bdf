package org.plumbline.verification.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.plumbline.io.AtomicFiles;
import org.plumbline.io.InputException;
import org.plumbline.verification.verify.VerifyReport;

/** Pages as HTML, and as files. */
public final class PageWriter {
    private static final TemplateEngine TEMPLATES = TemplateEngine.createPrecompiled(
            null, ContentType.Html, PageWriter.class.getClassLoader(), "org.plumbline.verification.report.templates");
    /** The beginning of every page, by which it is known. */
    private static final String BEGIN = "<!DOCTYPE html>\n<html lang=\"en\" data-generator=\"plumbline\">";

    private PageWriter() {}

    /** A page as HTML. */
    public static String html(ReportPage page) {
        return render("page.jte", Map.of("page", page, "assets", PageAssets.all(), "data", PageData.of(page)));
    }

    /** What {@code verify} found, as HTML. */
    public static String html(VerifyReport report, String command) {
        return render("verify.jte", Map.of("report", report, "assets", PageAssets.all(), "command", command));
    }

    /** The page to ask on. */
    public static String ask(String subject) {
        return render("ask.jte", Map.of("subject", subject, "assets", PageAssets.all()));
    }

    private static String render(String template, Map<String, Object> parameters) {
        StringOutput output = new StringOutput();
        TEMPLATES.render(template, new LinkedHashMap<>(parameters), output);
        return output.toString();
    }

    /**
     * Makes sure that a page can be written, before any work.
     *
     * @throws InputException if there is a file that is no such page, or no folder for it
     */
    public static void require(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new InputException(file + ": found no folder " + folder + ", expected one to write the page to");
        }
        if (Files.exists(file) && !isPage(file)) {
            throw new InputException(file + ": found something that is no page of Plumbline, expected none to replace");
        }
    }

    private static boolean isPage(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (var in = Files.newInputStream(file)) {
            byte[] begin = in.readNBytes(BEGIN.length());
            return BEGIN.equals(new String(begin, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new InputException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Writes a page, whole or not at all; replaces an older page.
     *
     * @throws InputException if it cannot be written, or would replace something else
     */
    public static void write(Path file, String html) {
        require(file);
        AtomicFiles.write(file, out -> out.write(html.getBytes(StandardCharsets.UTF_8)));
    }
}
