/** The TornadoVM engine: the programs of the reference as task graphs over the reference's own kernels. */
package org.plumbline.tornado;
