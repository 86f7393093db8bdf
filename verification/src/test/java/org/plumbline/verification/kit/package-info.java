/** The laws as another project uses them: from the archive of tests, on classes that are none of this project's. */
package org.plumbline.verification.kit;
