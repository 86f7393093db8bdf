/**
 * Conformance vectors: a small model with data and everything exact that follows from them, written with a description
 * of every convention, so that an implementation in any language can check itself.
 */
package org.plumbline.verification.vectors;
