/** The times of the stages of influence, the sizes of the paper, and the configuration of a training. */
package org.plumbline.verification.scale;
