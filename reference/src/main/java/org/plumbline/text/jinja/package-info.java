/**
 * The part of Jinja that chat templates use, with Python's values and the settings that Hugging Face's library renders
 * with: {@code trim_blocks}, {@code lstrip_blocks}, loop controls and the block {@code generation}.
 *
 * <p>A template comes with a model and is untrusted: it can call nothing but what is listed here, its steps and output
 * are bounded, and whatever it asks for beyond is an {@link org.plumbline.io.InputException} that names it and its
 * line.
 */
package org.plumbline.text.jinja;
