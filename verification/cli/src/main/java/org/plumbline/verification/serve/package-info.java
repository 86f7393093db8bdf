/** Questions over HTTP on this machine alone: a queue, a page to ask on, and an interface for programs. */
package org.plumbline.verification.serve;
