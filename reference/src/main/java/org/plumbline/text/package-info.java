/**
 * Text as a model reads it: strict UTF-8, tokenizers whose offsets point back into the text, corpora as streams of
 * documents, and the cutting of documents into training sequences.
 *
 * <p>Positions in text are offsets into its UTF-8 form, in bytes: the unit that files, editors and other programs
 * share. Text is untrusted. What cannot be processed is an {@link org.plumbline.io.InputException} that says where.
 */
package org.plumbline.text;
