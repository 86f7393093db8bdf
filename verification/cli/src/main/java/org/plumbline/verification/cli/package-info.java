/** The command line: one class for each command of {@code plumbline}. */
package org.plumbline.verification.cli;
