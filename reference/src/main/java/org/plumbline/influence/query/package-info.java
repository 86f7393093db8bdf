/**
 * Queries: the gradient of what is asked, preconditioned and, if wanted, truncated to a low rank (Grosse et al., 2023,
 * §3.2.2).
 */
package org.plumbline.influence.query;
