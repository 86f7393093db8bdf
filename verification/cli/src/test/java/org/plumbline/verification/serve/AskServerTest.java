package org.plumbline.verification.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.plumbline.batch.PassListener;
import org.plumbline.io.InputException;
import org.plumbline.io.Json;
import org.plumbline.verification.report.Browser;
import tools.jackson.databind.JsonNode;

/** Who may ask, what is refused, and a browser that asks, cancels and asks again; answers are made up. */
@Timeout(120)
class AskServerTest {
    private final Semaphore mayEnd = new Semaphore(0);
    private final CountDownLatch begun = new CountDownLatch(1);
    private Jobs jobs;
    private AskServer server;

    @BeforeEach
    void start() {
        jobs = new Jobs(2, Duration.ofSeconds(100), this::work);
        server = AskServer.start(0, jobs, AskPage.of("model: 3 sequences"));
    }

    @AfterEach
    void stop() {
        mayEnd.release(100);
        server.close();
    }

    /** "slow" waits until it may end or is canceled, "bad" cannot be asked, everything else is answered. */
    private Job.Result work(Job job) {
        PassListener pass = job.begin("scan");
        pass.merged(1, 3);
        begun.countDown();
        String asked = String.valueOf(job.question().completion());
        if (asked.equals("bad")) {
            throw new InputException("bad: expected good");
        }
        while (asked.equals("slow") && !mayEnd.tryAcquire()) {
            if (job.isCancelled()) {
                throw new CancellationException();
            }
            Thread.onSpinWait();
        }
        return new Job.Result("<!DOCTYPE html><title>answer</title><p id=answer>" + job.id() + "</p>", "{\"id\":1}");
    }

    private record Answer(int status, String head, String body) {
        JsonNode json() {
            return Json.parse(Path.of("answer"), body.getBytes(StandardCharsets.UTF_8));
        }
    }

    private String host() {
        return "127.0.0.1:" + server.address().getPort();
    }

    private String token() {
        return server.address().getQuery().substring("token=".length());
    }

    /** By hand: a client library sets the headers that are tested here. */
    private Answer send(String method, String path, String body, String... headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
            OutputStream out = socket.getOutputStream();
            StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
            List<String> all = new ArrayList<>(List.of(headers));
            if (all.stream().noneMatch(header -> header.startsWith("Host:"))) {
                all.add("Host: " + host());
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            all.add("Content-Length: " + bytes.length);
            all.add("Connection: close");
            all.forEach(header -> request.append(header).append("\r\n"));
            out.write((request + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.write(bytes);
            out.flush();
            StringBuilder answer = new StringBuilder();
            try (BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    answer.append(line).append("\n");
                }
            }
            int end = answer.indexOf("\n\n");
            return new Answer(Integer.parseInt(answer.substring(9, 12)), answer.substring(0, end),
                    answer.substring(end + 2));
        }
    }

    private Answer get(String path) throws IOException {
        return send("GET", path, "", "Authorization: Bearer " + token());
    }

    private Answer ask(String json, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Authorization: Bearer " + token());
        if (all.stream().noneMatch(header -> header.startsWith("Content-Type"))) {
            all.add("Content-Type: application/json");
        }
        return send("POST", "/jobs", json, all.toArray(String[]::new));
    }

    private String awaited(int id, String state) throws IOException {
        while (true) {
            JsonNode view = get("/jobs/" + id).json();
            String now = view.get("state").asString();
            if (now.equals(state) || List.of("DONE", "FAILED", "CANCELED").contains(now)) {
                assertEquals(state, now, view.toString());
                return view.toString();
            }
        }
    }

    @Test
    void onlyWhoKnowsTheTokenIsAnswered() throws IOException {
        for (String path : List.of("/", "/jobs", "/openapi.json", "/jobs/1/page", "/nothing")) {
            assertEquals(401, send("GET", path, "").status(), path);
            assertEquals(401, send("GET", path + "?token=" + "0".repeat(48), "").status(), path);
            assertEquals(401, send("GET", path, "", "Authorization: Bearer x").status(), path);
        }
        assertEquals(200, send("GET", "/?token=" + token(), "").status());
        assertEquals(200, get("/jobs").status());
        // An address can be sent by a form of another page; a header cannot.
        assertEquals(401, send("POST", "/jobs?token=" + token(), "{}", "Content-Type: application/json").status());
        assertEquals(48, token().length());
    }

    @Test
    void otherHostsAndOriginsAreRefused() throws IOException {
        String known = "Authorization: Bearer " + token();
        assertEquals(403, send("GET", "/jobs", "", known, "Host: evil.example").status());
        assertEquals(403, send("GET", "/jobs", "", known, "Host: evil.example:" + server.address().getPort()).status());
        assertEquals(403, send("GET", "/jobs", "", known, "Origin: http://evil.example").status());
        assertEquals(403, send("GET", "/jobs", "", known, "Origin: null").status());
        assertEquals(403, send("GET", "/jobs", "", known, "Sec-Fetch-Site: cross-site").status());
        assertEquals(403, send("OPTIONS", "/jobs", "", "Origin: http://evil.example",
                "Access-Control-Request-Method: POST").status());
        Answer own = send("GET", "/jobs", "", known, "Origin: http://" + host());
        assertEquals(200, own.status());
        assertFalse(own.head().toLowerCase(Locale.ROOT).contains("access-control"), own.head());
        assertTrue(own.head().contains("frame-ancestors 'none'") && own.head().toLowerCase(Locale.ROOT)
                .contains("cross-origin-resource-policy: same-origin"), own.head());
    }

    @Test
    void whatCannotBeAskedIsRefused() throws IOException {
        assertEquals(415, ask("{}", "Content-Type: text/plain").status());
        assertEquals(413, ask("{\"completion\":\"" + "x".repeat(AskServer.MOST_BODY) + "\"}").status());
        for (String body : List.of("", "{", "[]", "{}", "{\"completion\":\"\"}", "{\"completion\":1e999}",
                "{\"completion\":\"x\",\"top\":0}", "{\"completion\":\"x\",\"top\":\"many\"}",
                "{\"completion\":\"x\",\"candidates\":-1}", "{\"completion\":\"x\",\"unknown\":1}",
                "[".repeat(10_000))) {
            Answer answer = ask(body);
            assertEquals(400, answer.status(), body + answer.body());
            assertFalse(answer.json().get("error").asString().isEmpty());
        }
        assertEquals(404, get("/jobs/7").status());
        assertEquals(404, get("/jobs/x").status());
        assertEquals(404, get("/jobs/1/page/x/y").status());
        assertEquals(404, get("/../etc/passwd").status());
        assertEquals(405, send("PUT", "/jobs", "", "Authorization: Bearer " + token()).status());
        assertEquals(List.of(), jobs.list());
    }

    @Test
    void questionsQueueAndAreCanceled() throws IOException, InterruptedException {
        assertEquals(202, ask("{\"completion\":\"slow\"}").status());
        begun.await();
        assertEquals(202, ask("{\"prompt\":\"p\",\"completion\":\"second\"}").status());
        assertEquals(202, ask("{\"completion\":\"third\"}").status());
        assertEquals(429, ask("{\"completion\":\"fourth\"}").status());
        assertEquals(409, get("/jobs/2/page").status());
        assertTrue(awaited(1, "RUNNING").contains("\"stage\":\"scan\",\"done\":1,\"total\":3"));
        String known = "Authorization: Bearer " + token();
        assertEquals("CANCELED", send("DELETE", "/jobs/2", "", known).json().get("state").asString());
        send("DELETE", "/jobs/1", "", known);
        awaited(1, "CANCELED");
        awaited(3, "DONE");
        assertEquals("{\"id\":1}", get("/jobs/3/report").body().strip());
        assertTrue(get("/jobs/3/page").head().contains("script-src 'sha256-"));
        ask("{\"completion\":\"bad\"}");
        assertTrue(awaited(4, "FAILED").contains("bad: expected good"));
    }

    @Test
    void aQuestionEndsWhenItsTimeIsOver() throws InterruptedException {
        try (Jobs short1 = new Jobs(1, Duration.ofMillis(1), this::work)) {
            Job job = short1.ask(new Question("", "slow", null, null, null)).orElseThrow();
            while (!job.hasEnded()) {
                Thread.sleep(1);
            }
            assertEquals("it took longer than it may", job.view().error());
        }
    }

    /** The description names every address and every field, and no other. */
    @Test
    void theInterfaceIsDescribed() throws IOException {
        JsonNode api = get("/openapi.json").json();
        assertEquals(List.of("/jobs", "/jobs/{id}", "/jobs/{id}/page", "/jobs/{id}/report"),
                List.copyOf(new TreeSet<>(api.get("paths").propertyNames())));
        JsonNode schemas = api.get("components").get("schemas");
        assertEquals(fields(Question.class), new TreeSet<>(schemas.get("Question").get("properties").propertyNames()));
        assertEquals(fields(Job.View.class), new TreeSet<>(schemas.get("Job").get("properties").propertyNames()));
    }

    private static TreeSet<String> fields(Class<? extends Record> type) {
        TreeSet<String> names = new TreeSet<>();
        for (var component : type.getRecordComponents()) {
            names.add(component.getName());
        }
        return names;
    }

    @Test
    void aBrowserAsksCancelsAndAsksAgain() throws InterruptedException {
        Assumptions.assumeTrue(Browser.executable().isPresent(), "no Chromium: nobody asks in a browser");
        try (Browser browser = Browser.start()) {
            browser.openPage(server.address());
            ask(browser, "slow");
            begun.await();
            browser.await("document.querySelector('#job-1 progress')?.max === 3");
            browser.eval("document.querySelector('#job-1 button').click()");
            browser.await("document.querySelector('#job-1').dataset.state === 'CANCELED'");
            ask(browser, "<img src=x onerror=window.hacked=1>");
            browser.await("document.querySelector('#job-2')?.dataset.state === 'DONE'");
            assertEquals(0, browser.eval("document.querySelectorAll('img').length").asInt());
            String answer = browser.eval("document.querySelector('#job-2 a').href").asString();
            assertEquals(List.of(), browser.complaints());
            assertTrue(browser.requests().stream().allMatch(
                    address -> address.startsWith("http://" + host() + "/") || address.startsWith("data:")));
            browser.open(URI.create(answer));
            assertEquals("2", browser.eval("document.getElementById('answer').textContent").asString());
        }
    }

    private static void ask(Browser browser, String completion) {
        browser.eval("document.getElementById('prompt').value = 'prompt';"
                + "document.getElementById('completion').value = " + Json.line(completion) + ";"
                + "document.querySelector('#ask button').click()");
    }
}
