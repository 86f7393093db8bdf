/** Plumbline: exact curvature and exact influence for small models, and the estimators held against them. */
package org.plumbline;
