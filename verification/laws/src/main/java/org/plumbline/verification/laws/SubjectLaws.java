package org.plumbline.verification.laws;

/**
 * Laws about an implementation: here the library, unless another subject is put in its place to see whether these laws
 * notice.
 */
public abstract class SubjectLaws {
    protected Subject subject = Subject.library();

    /** Makes the laws be about {@code subject}. */
    public final void about(Subject subject) {
        this.subject = subject;
    }
}
