package uk.ac.manchester.tornado.api;

import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/** One way to reach devices. */
public interface TornadoBackend {

    int getNumDevices();

    TornadoDevice getDevice(int index);

    TornadoVMBackendType getBackendType();
}
