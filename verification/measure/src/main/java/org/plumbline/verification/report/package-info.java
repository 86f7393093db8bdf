/** How results are shown, whatever they are: text of a corpus is untrusted in every view. */
package org.plumbline.verification.report;
