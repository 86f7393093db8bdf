/** How two sets of scores agree, and how sure that is. */
package org.plumbline.verification.statistics;
