package org.plumbline.verification.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.plumbline.io.Json;
import tools.jackson.databind.JsonNode;

/**
 * A Chromium without a window, driven by its DevTools protocol: {@code java.net.http} has all that this needs, and a
 * driver that brings a browser of its own would be hundreds of megabytes. It keeps what pages ask of the network and
 * what they complain of.
 */
public final class Browser implements AutoCloseable {
    private static final List<String> PLACES = List.of("/usr/bin/chromium", "/usr/bin/chromium-browser",
            "/usr/bin/google-chrome");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path profile;
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, BlockingQueue<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private Browser(Process process, Path profile, URI page) {
        this.process = process;
        this.profile = profile;
        this.socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(page, new Listener()).join();
        for (String domain : List.of("Page", "Runtime", "Network", "Log")) {
            call(domain + ".enable", Map.of());
        }
    }

    /** The browser of this machine, if it has one. */
    public static Optional<Path> executable() {
        return Stream.concat(Optional.ofNullable(System.getenv("PLUMBLINE_CHROMIUM")).stream(), PLACES.stream())
                .map(Path::of).filter(Files::isExecutable).findFirst();
    }

    /** Starts one. */
    public static Browser start() {
        try {
            Path profile = Files.createTempDirectory("plumbline-browser");
            Process process = new ProcessBuilder(executable().orElseThrow().toString(), "--headless=new",
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
                    "--no-first-run",
                    "--disable-component-update", "--disable-default-apps", "--disable-sync", "--hide-scrollbars",
                    "--disable-dev-shm-usage", "--force-color-profile=srgb", "--remote-debugging-port=0",
                    "--user-data-dir=" + profile, "about:blank")
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return new Browser(process, profile, page(profile));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The browser writes the port that it listens at, and knows the address of its page. */
    private static URI page(Path profile) throws IOException {
        Path file = profile.resolve("DevToolsActivePort");
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            if (Files.exists(file) && Files.readAllLines(file).size() > 1) {
                URI list = URI.create("http://127.0.0.1:" + Files.readAllLines(file).getFirst() + "/json/list");
                try (HttpClient client = HttpClient.newHttpClient()) {
                    byte[] body = client.send(java.net.http.HttpRequest.newBuilder(list).build(),
                            HttpResponse.BodyHandlers.ofByteArray()).body();
                    for (JsonNode target : Json.parse(file, body)) {
                        if (target.path("type").asString().equals("page")) {
                            return URI.create(target.path("webSocketDebuggerUrl").asString());
                        }
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            pause();
        }
        throw new IllegalStateException("the browser did not start within " + PATIENCE);
    }

    private static void pause() {
        try {
            Thread.sleep(30);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder begun = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            begun.append(data);
            if (last) {
                JsonNode message = Json.parse(
                        profile, begun.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
                begun.setLength(0);
                if (message.has("id")) {
                    answers.get(message.path("id").asInt()).add(message);
                } else {
                    happened(message.path("method").asString(), message.path("params"));
                }
            }
            from.request(1);
            return null;
        }
    }

    private void happened(String event, JsonNode params) {
        switch (event) {
            case "Network.requestWillBeSent" -> requests.add(params.path("request").path("url").asString());
            case "Runtime.exceptionThrown" -> complaints.add(params.path("exceptionDetails").toString());
            case "Runtime.consoleAPICalled" -> complaints.add(params.path("args").toString());
            case "Log.entryAdded" -> complaints.add(params.path("entry").toString());
            default -> { }
        }
    }

    /** Calls a method of the protocol. */
    public JsonNode call(String method, Map<String, Object> params) {
        int id = ids.incrementAndGet();
        BlockingQueue<JsonNode> answer = new LinkedBlockingQueue<>();
        answers.put(id, answer);
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", id);
        message.put("method", method);
        message.put("params", params);
        socket.sendText(Json.line(message), true).join();
        try {
            JsonNode found = answer.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (found == null || found.has("error")) {
                throw new IllegalStateException(method + ": " + found);
            }
            answers.remove(id);
            return found.path("result");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opens an address, and waits until its scripts have drawn. */
    public void open(URI address) {
        complaints.clear();
        requests.clear();
        call("Page.navigate", Map.of("url", address.toString()));
        await("location.href === " + Json.line(address.toString()) + " && document.readyState === 'complete'");
    }

    /** Opens a page of Plumbline, and waits until its charts are drawn. */
    public void openPage(URI address) {
        open(address);
        await("document.documentElement.dataset.ready === 'true'");
    }

    /** Waits for an expression to be true. */
    public void await(String expression) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!eval(expression).asBoolean(false)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("never true: " + expression + "; the page says " + complaints);
            }
            pause();
        }
    }

    /** The value of an expression, of a promise what it comes to. */
    public JsonNode eval(String expression) {
        JsonNode result = call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true,
                "awaitPromise", true, "userGesture", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + result.path("exceptionDetails"));
        }
        return result.path("result").path("value");
    }

    /** The size of the window, in pixels. */
    public void size(int width, int height) {
        call("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor", 1,
                "mobile", false));
    }

    /** Whether the user prefers dark pages; motion is never preferred, so that a scroll ends where it began. */
    public void dark(boolean dark) {
        call("Emulation.setEmulatedMedia", Map.of("features", List.of(
                Map.of("name", "prefers-reduced-motion", "value", "reduce"),
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Whether scripts of pages run. */
    public void scripts(boolean run) {
        call("Emulation.setScriptExecutionDisabled", Map.of("value", !run));
    }

    /** Presses a key, such as {@code ArrowRight}. */
    public void press(String key, int code) {
        for (String type : List.of("keyDown", "keyUp")) {
            call("Input.dispatchKeyEvent", Map.of("type", type, "key", key, "windowsVirtualKeyCode", code));
        }
    }

    /** A picture of what the window shows. */
    public byte[] screenshot() {
        return decoded(call("Page.captureScreenshot", Map.of("format", "png")));
    }

    /** The page on paper. */
    public byte[] pdf() {
        return decoded(call("Page.printToPDF", Map.of("printBackground", true)));
    }

    private static byte[] decoded(JsonNode result) {
        return Base64.getDecoder().decode(result.path("data").asString());
    }

    /** Errors, warnings and what else was written to the console since a page was opened. */
    public List<String> complaints() {
        return new ArrayList<>(complaints);
    }

    /** Addresses that were asked for since a page was opened. */
    public List<String> requests() {
        return new ArrayList<>(requests);
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            try (Stream<Path> files = Files.walk(profile)) {
                files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
