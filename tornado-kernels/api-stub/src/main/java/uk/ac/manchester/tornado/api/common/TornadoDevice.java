package uk.ac.manchester.tornado.api.common;

import uk.ac.manchester.tornado.api.TornadoTargetDevice;

/** A device that runs task graphs. */
public interface TornadoDevice {

    String getPlatformName();

    TornadoTargetDevice getPhysicalDevice();

    long getMaxAllocMemory();

    long getMaxGlobalMemory();
}
