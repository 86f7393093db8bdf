/**
 * The laws that curvature and influence obey, as named properties on randomly drawn small models.
 *
 * <p>The numbers are those of {@code docs/laws.md}; a property carries its own as a tag, {@code law-22}, so that one
 * law is run by {@code -Dgroups=law-22}. A law about an estimator is stated about a {@link
 * org.plumbline.verification.laws.Subject} and never about the library's classes: the same property that the library
 * keeps must fail on an implementation with a mistake in it, which {@code org.plumbline.verification.mistakes} makes
 * sure of.
 */
package org.plumbline.verification.laws;
