/**
 * What can be said of a model that was trained elsewhere: its layers, what curvature on them costs,
 * and its loss on a text.
 */
package org.plumbline.verification.pretrained;
