/**
 * Scans: the scores of all sequences against all queries in one pass over the data, by layer and by token (Grosse et
 * al., 2023, §3.4 and appendix B).
 */
package org.plumbline.influence.scan;
