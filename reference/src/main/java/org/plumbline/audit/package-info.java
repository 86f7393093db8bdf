/**
 * Audits of the factors and scores of an implementation: what can be said from its files, what model and data add,
 * which convention it follows, and which known mistake explains what is wrong.
 */
package org.plumbline.audit;
