/** What the commands for influence at scale share: model folders, tokenised corpora, reports of a query, plans. */
package org.plumbline.verification.scale;
