/**
 * Kernels that work in groups, with barriers and local memory, for the operations whose plain loop is too slow on a
 * GPU: matrix products and long rows. Everything else runs on a device as it stands in {@code org.plumbline.kernels}.
 */
package org.plumbline.tornado.kernels;
