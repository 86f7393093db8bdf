package org.plumbline.audit;

/** How an audit ends. */
public enum Verdict {
    /** Nothing was found that is wrong. */
    SOUND(0, "sound"),
    /** Something is wrong. */
    DEFECTS(1, "defects found"),
    /** What was given does not tell. */
    NOT_AUDITED(2, "could not be audited");

    private final int status;
    private final String title;

    Verdict(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The exit status of the command. */
    public int status() {
        return status;
    }

    /** In words. */
    public String title() {
        return title;
    }
}
