package org.plumbline.verification.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;

/**
 * A server on loopback: a page to ask on, and the same for programs ({@code GET /openapi.json}). It reads no files and
 * writes none. Bodies have at most {@value #MOST_BODY} bytes.
 */
public final class AskServer implements AutoCloseable {
    /** Most bytes of a body. */
    static final int MOST_BODY = 65_536;
    /** Seconds that a request and an answer may take on their way. */
    private static final Duration ON_THE_WAY = Duration.ofSeconds(30);

    private static final String JSON = "application/json";
    private static final String HTML = "text/html; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Gate gate;
    private final Jobs jobs;
    private final AskPage page;
    private volatile long last = System.nanoTime();

    private AskServer(HttpServer server, Jobs jobs, AskPage page) {
        this.server = server;
        this.gate = new Gate(server.getAddress().getPort());
        this.jobs = jobs;
        this.page = page;
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /**
     * Starts one.
     *
     * @param port to listen at, 0 for any that is free
     * @throws InputException if the port is taken
     */
    public static AskServer start(int port, Jobs jobs, AskPage page) {
        // The only way to limit the time of a request; read when the first server is made.
        System.setProperty("sun.net.httpserver.maxReqTime", Long.toString(ON_THE_WAY.toSeconds()));
        System.setProperty("sun.net.httpserver.maxRspTime", Long.toString(ON_THE_WAY.toSeconds()));
        try {
            InetAddress loopback = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
            return new AskServer(HttpServer.create(new InetSocketAddress(loopback, port), 16), jobs, page);
        } catch (IOException e) {
            throw new InputException("port " + port + ": cannot be listened at: " + e.getMessage(), e);
        }
    }

    /** Where to ask, with the token. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/?token=" + gate.token());
    }

    /** How long nobody has asked for anything. */
    public Duration idle() {
        return jobs.isBusy() ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - last);
    }

    /** An answer. */
    private record Answer(int status, String type, String body, String policy) {
        static Answer json(int status, Object value) {
            return new Answer(status, JSON, Json.line(value) + "\n", "default-src 'none'");
        }

        static Answer error(int status, String message) {
            return json(status, Map.of("error", message));
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            last = System.nanoTime();
            Answer answer;
            try {
                answer = gate.refusal(exchange)
                        .map(refusal -> Answer.error(refusal.status(), refusal.message()))
                        .orElseGet(() -> answer(exchange));
            } catch (InputException e) {
                answer = Answer.error(400, String.valueOf(e.getMessage()));
            }
            send(exchange, answer);
        }
    }

    private Answer answer(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        List<String> parts = List.of(path.substring(1).split("/", -1));
        return switch (parts.getFirst()) {
            case "" -> !path.equals("/") ? unknown() : method.equals("GET")
                    ? new Answer(200, HTML, page.html(), page.policy()) : wrongMethod("GET");
            case "openapi.json" -> parts.size() > 1 ? unknown() : method.equals("GET")
                    ? new Answer(200, JSON, page.openApi(), "default-src 'none'") : wrongMethod("GET");
            case "jobs" -> parts.size() == 1 ? jobs(exchange, method) : job(parts, method);
            default -> unknown();
        };
    }

    private Answer jobs(HttpExchange exchange, String method) {
        return switch (method) {
            case "GET" -> Answer.json(200, jobs.list().stream().map(Job::view).toList());
            case "POST" -> ask(exchange);
            default -> wrongMethod("GET or POST");
        };
    }

    private Answer ask(HttpExchange exchange) {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type == null || !type.split(";")[0].strip().equalsIgnoreCase(JSON)) {
            return Answer.error(415, "found the content type " + type + ", expected " + JSON);
        }
        byte[] body;
        try (InputStream in = exchange.getRequestBody()) {
            body = in.readNBytes(MOST_BODY + 1);
        } catch (IOException e) {
            return Answer.error(400, "the body could not be read");
        }
        if (body.length > MOST_BODY) {
            return Answer.error(413, "found more than " + MOST_BODY + " bytes, expected at most that");
        }
        Question question = Question.parse(body);
        return jobs.ask(question).map(job -> Answer.json(202, job.view()))
                .orElseGet(() -> Answer.error(429, "too many questions wait: ask again later"));
    }

    private Answer job(List<String> parts, String method) {
        Optional<Job> found = parts.size() > 3 || !parts.get(1).matches("\\d{1,9}") ? Optional.empty()
                : jobs.find(Integer.parseInt(parts.get(1)));
        if (found.isEmpty()) {
            return unknown();
        }
        Job job = found.get();
        if (parts.size() == 2) {
            return switch (method) {
                case "GET" -> Answer.json(200, job.view());
                case "DELETE" -> {
                    job.cancel();
                    yield Answer.json(200, job.view());
                }
                default -> wrongMethod("GET or DELETE");
            };
        }
        Job.Result result = job.result();
        return !method.equals("GET") ? wrongMethod("GET") : switch (parts.get(2)) {
            case "page" -> result == null ? notYet() : new Answer(200, HTML, result.html(), page.pagePolicy());
            case "report" -> result == null ? notYet() : new Answer(200, JSON, result.json(), "default-src 'none'");
            default -> unknown();
        };
    }

    private static Answer notYet() {
        return Answer.error(409, "the question has no answer: look at its state");
    }

    private static Answer unknown() {
        return Answer.error(404, "there is nothing at this address: GET /openapi.json lists what there is");
    }

    private static Answer wrongMethod(String expected) {
        return Answer.error(405, "expected " + expected);
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.type());
        headers.set("Content-Security-Policy", answer.policy() + "; frame-ancestors 'none'");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cache-Control", "no-store");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Stops answering; cancels what runs. */
    @Override
    public void close() {
        server.stop(0);
        threads.close();
        jobs.close();
    }
}
