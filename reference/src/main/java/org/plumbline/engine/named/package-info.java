/** Engines by name, where a caller, a command line for example, chooses among all that are on the class path. */
package org.plumbline.engine.named;
