/** Which sequences to look at: retrieval before a scan, rankings after it, and what sets a ranking in proportion. */
package org.plumbline.influence.ranking;
