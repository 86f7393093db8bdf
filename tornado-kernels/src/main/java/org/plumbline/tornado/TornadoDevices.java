package org.plumbline.tornado;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.plumbline.engine.EngineDevice;
import org.plumbline.engine.EngineUnavailableException;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** The devices that TornadoVM has found, named {@code backend:number} such as {@code opencl:0}. */
final class TornadoDevices {
    /** TornadoVM counts memory by device, too, and not by plan. */
    private static final Map<TornadoDevice, GraphCache> GRAPHS = new ConcurrentHashMap<>();

    private TornadoDevices() {}

    /** All of them, TornadoVM's default first. */
    static List<EngineDevice> all() {
        TornadoRuntime runtime = runtime();
        List<EngineDevice> devices = new ArrayList<>();
        for (int i = 0; i < runtime.getNumBackends(); i++) {
            TornadoBackend backend = runtime.getBackend(i);
            for (int j = 0; j < backend.getNumDevices(); j++) {
                TornadoDevice device = backend.getDevice(j);
                devices.add(new EngineDevice(name(backend) + ":" + j, describe(device), device.getMaxGlobalMemory()));
            }
        }
        return devices;
    }

    /**
     * The device of this name; the default one for an empty name.
     *
     * @throws EngineUnavailableException if there is no such device
     */
    static TornadoDevice find(String name) {
        TornadoRuntime runtime = runtime();
        if (name.isEmpty()) {
            return runtime.getDefaultDevice();
        }
        String[] parts = name.split(":", -1);
        for (int i = 0; i < runtime.getNumBackends() && parts.length == 2; i++) {
            TornadoBackend backend = runtime.getBackend(i);
            if (name(backend).equals(parts[0].toLowerCase(Locale.ROOT))) {
                for (int j = 0; j < backend.getNumDevices(); j++) {
                    if (parts[1].equals(Integer.toString(j))) {
                        return backend.getDevice(j);
                    }
                }
            }
        }
        throw new EngineUnavailableException("TornadoVM has no device '" + name + "'; there are "
                + all().stream().map(EngineDevice::options).toList());
    }

    /**
     * The graphs on a device, of whatever engine. They may hold what the device has or what TornadoVM is told to take
     * at most, whichever is less.
     *
     * @throws EngineUnavailableException if the latter cannot be read
     */
    static GraphCache graphs(TornadoDevice device) {
        long memory = device.getMaxGlobalMemory();
        long limit = TornadoSettings.memoryLimit();
        String name = String.format(Locale.ROOT, "%s of %,d MiB", describe(device), memory >> 20);
        return GRAPHS.computeIfAbsent(device, _ -> new GraphCache(new DeviceMemory(
                limit < memory ? name + TornadoSettings.memoryOption() : name, Math.min(memory, limit))));
    }

    /** A device's name as its driver gives it. */
    static String describe(TornadoDevice device) {
        return device.getPhysicalDevice().getDeviceName() + " (" + device.getPlatformName() + ")";
    }

    private static String name(TornadoBackend backend) {
        return backend.getBackendType().name().toLowerCase(Locale.ROOT);
    }

    private static TornadoRuntime runtime() {
        try {
            return TornadoRuntimeProvider.getTornadoRuntime();
        } catch (RuntimeException | LinkageError failure) {
            throw new EngineUnavailableException(
                    "TornadoVM finds no device that it can use: " + failure.getMessage(), failure);
        }
    }
}
