/**
 * Mistakes that implementations of influence functions make, planted on purpose: each is a
 * {@link org.plumbline.verification.laws.Subject} with one piece replaced, and some law must notice it. The table of
 * which laws notice which is {@code docs/mistakes.md}.
 */
package org.plumbline.verification.mistakes;
