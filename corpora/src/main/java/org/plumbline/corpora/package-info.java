/**
 * Small corpora whose every document says which facts it states, so that "which documents taught the model this?" has
 * an answer to compare with.
 *
 * <p>A corpus is generated when it is loaded, in milliseconds, from a fixed seed. The same content lies as JSON Lines
 * beside the classes, for tools in other languages; a test holds the two equal byte for byte. Each corpus has a data
 * sheet in {@code corpora/datasheets}.
 */
package org.plumbline.corpora;
