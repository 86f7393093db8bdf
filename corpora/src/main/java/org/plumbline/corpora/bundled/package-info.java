/** The corpora that come with the project, by name. */
package org.plumbline.corpora.bundled;
