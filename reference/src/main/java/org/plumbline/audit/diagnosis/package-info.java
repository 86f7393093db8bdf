/**
 * Diagnosis: what factors and scores would be under every known convention and with every known mistake, and which of
 * these reproduces the numbers that were found.
 */
package org.plumbline.audit.diagnosis;
