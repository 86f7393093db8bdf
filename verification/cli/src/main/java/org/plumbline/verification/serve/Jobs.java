package org.plumbline.verification.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.plumbline.PlumblineException;
import org.plumbline.influence.InfluenceCanceledException;

/** Questions one after the other: some wait, one runs, the last ones to end are kept. */
public final class Jobs implements AutoCloseable {
    private static final int KEPT = 32;

    private final TreeMap<Integer, Job> all = new TreeMap<>();
    private final BlockingQueue<Job> waiting = new LinkedBlockingQueue<>();
    private final Function<Job, Job.Result> work;
    private final int most;
    private final Duration limit;
    private final Thread worker;
    private int last;

    /**
     * @param most questions that may wait
     * @param limit of the time of one
     * @param work answers a question, in one thread
     */
    public Jobs(int most, Duration limit, Function<Job, Job.Result> work) {
        this.most = most;
        this.limit = limit;
        this.work = work;
        this.worker = Thread.ofPlatform().name("questions").daemon().start(this::run);
    }

    /** Takes a question; nothing if too many wait. */
    public synchronized Optional<Job> ask(Question question) {
        if (all.values().stream().filter(job -> !job.hasEnded()).count() > most) {
            return Optional.empty();
        }
        Job job = new Job(++last, question);
        all.put(job.id(), job);
        waiting.add(job);
        forget();
        return Optional.of(job);
    }

    private void forget() {
        List<Job> ended = all.values().stream().filter(Job::hasEnded).toList();
        ended.stream().limit(Math.max(0, ended.size() - KEPT)).forEach(job -> all.remove(job.id()));
    }

    /** A job that is kept. */
    public synchronized Optional<Job> find(int id) {
        return Optional.ofNullable(all.get(id));
    }

    /** All that are kept, the first to be asked first. */
    public synchronized List<Job> list() {
        return new ArrayList<>(all.values());
    }

    /** Whether a question waits or runs. */
    public boolean isBusy() {
        return list().stream().anyMatch(job -> !job.hasEnded());
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Job job = waiting.take();
                if (job.begin(limit)) {
                    answer(job);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(Job job) {
        try {
            job.succeed(work.apply(job));
        } catch (InfluenceCanceledException | CancellationException e) {
            job.canceled();
        } catch (PlumblineException e) {
            job.fail(String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            // One question must not end the others; what it was stands in its answer.
            job.fail("a defect: " + e);
        }
    }

    /** Cancels what runs and waits for it. */
    @Override
    public void close() {
        list().forEach(Job::cancel);
        worker.interrupt();
        try {
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
