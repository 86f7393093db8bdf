/**
 * Files at the edge of the library: safetensors, {@code .npy}, JSON, hashes and atomic writes.
 *
 * <p>Reading validates before anything is computed and fails with an {@link org.plumbline.io.InputException}, whose
 * message is one line that names the file and the tensor, what was found and what was expected. Writing goes through
 * {@link org.plumbline.io.AtomicFiles}: a file is either whole and on the disk, or not there. The bytes written depend
 * on the content alone, so equal content has an equal hash.
 */
package org.plumbline.io;
