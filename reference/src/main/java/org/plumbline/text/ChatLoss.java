package org.plumbline.text;

/** What of a conversation is to be predicted. */
public enum ChatLoss {
    /** All that the assistant says. */
    ASSISTANT,
    /** What the assistant says last. */
    LAST
}
