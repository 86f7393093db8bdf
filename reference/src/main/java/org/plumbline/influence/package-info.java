/**
 * Influence of training sequences on queries. {@link org.plumbline.influence.Influence} is the front door: from a model
 * folder and a corpus to a ranking. The other types here score from gradients and inverse curvatures, one step at a
 * time.
 */
package org.plumbline.influence;
