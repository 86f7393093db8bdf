/**
 * From text to a ranking: model folders, tokenized corpora, queries as prompt and completion, filters that choose which
 * sequences are scanned, reports of a query, and what all of it needs in memory and on disk.
 */
package org.plumbline.influence.corpus;
