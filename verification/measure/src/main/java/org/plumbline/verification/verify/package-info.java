/**
 * The main job: train a small transformer on a text, compute exact influence, and hold the estimators against it.
 */
package org.plumbline.verification.verify;
