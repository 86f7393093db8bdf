/** The laws as another project uses them: from their archive, on classes that are none of this project's. */
package org.plumbline.verification.kit;
