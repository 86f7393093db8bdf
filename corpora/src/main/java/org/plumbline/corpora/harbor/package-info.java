/**
 * The corpus {@code harbor}: twenty people of a small town, five facts about each, and background without facts.
 *
 * <p>{@link org.plumbline.corpora.harbor.Harbor} draws a {@code Town} (what is true), plans which document states which
 * facts, and puts them into words with {@code Wording}.
 */
package org.plumbline.corpora.harbor;
