/** How two sets of scores agree and how sure that is, and how influence is spread over sequences. */
package org.plumbline.verification.statistics;
