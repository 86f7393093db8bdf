/**
 * Results as pages. A page is one file of HTML that needs no network: style, scripts and data are inside, and a policy
 * in its head forbids everything else. Text of a corpus is data here and never markup.
 */
package org.plumbline.verification.report;
