package org.plumbline.text.jinja;

/**
 * What a name stands for that nothing was given to: nothing in a text, false in a condition, empty in a loop, and an
 * error wherever a value is needed.
 *
 * @param name what was looked for
 */
record Undefined(String name) {}
