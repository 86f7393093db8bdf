package org.plumbline.verification.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plumbline.io.Json;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** A server with a real model: it answers as {@code query} does, and writes below its folder alone. */
class ServeCommandTest {
    private static final Pattern ADDRESS = Pattern.compile("ask at (http://\\S+)/\\?token=(\\w+)");

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private JsonNode call(String method, String address, String token, String body)
            throws IOException, InterruptedException {
        byte[] answer = client.send(HttpRequest.newBuilder(URI.create(address))
                .header("Authorization", "Bearer " + token).header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofByteArray()).body();
        return Json.parse(Path.of(address), answer);
    }

    @Test
    void itAnswersAsQueryDoes() throws IOException, InterruptedException {
        OptionRuns runs = new OptionRuns(folder);
        Path own = folder.resolve("answers");
        CommandLine line = Main.commandLine();
        StringWriter printed = new StringWriter();
        line.setOut(new PrintWriter(printed, true));
        line.setErr(new PrintWriter(new StringWriter()));
        Thread server = Thread.ofPlatform().daemon().start(
                () -> line.execute(runs.arguments(OptionRuns.SERVE + " --idle 0 --out #", own)));
        Matcher found = ADDRESS.matcher("");
        while (server.isAlive() && !found.find()) {
            Thread.sleep(10);
            found = ADDRESS.matcher(printed.toString());
        }
        String address = found.group(1);
        String token = found.group(2);
        for (String tokens : List.of("null", "[0]", "[99]")) {
            call("POST", address + "/jobs", token, "{\"prompt\":\"the\",\"completion\":\"sky\",\"top\":20,\"tokens\":"
                    + tokens + "}");
        }
        JsonNode last = call("GET", address + "/jobs/3", token, "");
        while (!List.of("DONE", "FAILED").contains(last.get("state").asString())) {
            Thread.sleep(10);
            last = call("GET", address + "/jobs/3", token, "");
        }
        assertTrue(last.get("error").asString().contains("found the tokens [99]"), last.toString());
        JsonNode report = call("GET", address + "/jobs/1/report", token, "");
        JsonNode asked = runs.run(OptionRuns.QUERY + " --tokens output,input").json();
        assertEquals(asked.get("positive"), report.get("positive"));
        assertEquals(asked.get("logProbability"), report.get("logProbability"));
        JsonNode first = call("GET", address + "/jobs/2/report", token, "");
        assertTrue(first.get("logProbability").doubleValue() > report.get("logProbability").doubleValue());
        try (Stream<Path> files = Files.list(own)) {
            assertEquals(List.of("question-1.html", "question-2.html"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
        assertTrue(Files.readString(own.resolve("question-1.html"), StandardCharsets.UTF_8).contains("<article"));
        server.interrupt();
        server.join();
    }
}
