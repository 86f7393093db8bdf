/** Influence of training sequences on queries: scores from gradients and inverse curvatures, and their ranking. */
package org.plumbline.influence;
