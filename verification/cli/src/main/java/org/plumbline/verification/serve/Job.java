package org.plumbline.verification.serve;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.plumbline.batch.PassListener;
import org.plumbline.influence.InfluenceListener;

/** A question on its way: where it stands, and whether it is still wanted. Any thread may look and cancel. */
public final class Job implements InfluenceListener {
    /** Where a job stands. */
    public enum State { WAITING, RUNNING, DONE, FAILED, CANCELED }

    /**
     * What became of a question.
     *
     * @param html the page
     * @param json the report
     */
    public record Result(String html, String json) {}

    /**
     * What others are told.
     *
     * @param stage of the work, empty before the first
     * @param done sequences of the stage
     * @param total sequences of the stage
     * @param error what went wrong; null if nothing did
     */
    public record View(
            int id, State state, @Nullable String prompt, @Nullable String completion, String stage, int done,
            int total, @Nullable String error) {}

    private final int id;
    private final Question question;
    private volatile State state = State.WAITING;
    private volatile String stage = "";
    private volatile int done;
    private volatile int total;
    private volatile boolean unwanted;
    private volatile long deadline = Long.MAX_VALUE;
    private volatile @Nullable String error;
    private volatile @Nullable Result result;

    Job(int id, Question question) {
        this.id = id;
        this.question = question;
    }

    /** Its number. */
    public int id() {
        return id;
    }

    /** What is asked. */
    public Question question() {
        return question;
    }

    /** What became of it, if it is done. */
    public @Nullable Result result() {
        return result;
    }

    /** What others are told. */
    public View view() {
        return new View(id, state, question.prompt(), question.completion(), stage, done, total, error);
    }

    /** Ends it, now if it waits, else after the batch that is running; nothing if it has ended. */
    public synchronized void cancel() {
        unwanted = true;
        if (state == State.WAITING) {
            state = State.CANCELED;
        }
    }

    /** Whether it has ended. */
    public boolean hasEnded() {
        return state != State.WAITING && state != State.RUNNING;
    }

    synchronized boolean begin(Duration limit) {
        if (state != State.WAITING) {
            return false;
        }
        deadline = System.nanoTime() + limit.toNanos();
        state = State.RUNNING;
        return true;
    }

    synchronized void succeed(Result found) {
        result = found;
        state = State.DONE;
    }

    synchronized void fail(String message) {
        error = message;
        state = State.FAILED;
    }

    synchronized void canceled() {
        error = unwanted ? null : "it took longer than it may";
        state = unwanted ? State.CANCELED : State.FAILED;
    }

    @Override
    public PassListener begin(String next) {
        stage = next;
        done = 0;
        total = 0;
        return (merged, all) -> {
            done = merged;
            total = all;
        };
    }

    @Override
    public boolean isCancelled() {
        return unwanted || System.nanoTime() - deadline > 0;
    }
}
