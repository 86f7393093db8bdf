/**
 * What {@code fit}, {@code query} and {@code scores} run, held to its definitions on random models, data and options,
 * and the mistakes that are planted in its classes to see that these properties notice.
 */
package org.plumbline.verification.path;
