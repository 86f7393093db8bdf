/**
 * Factors and scores as other implementations and this one keep them: readers that say what is there and nothing more,
 * and writers of two of these layouts. No reader judges a number beyond asking that it is finite.
 */
package org.plumbline.audit.files;
