package org.plumbline.tornado;

import java.util.List;
import org.plumbline.engine.Engine;
import org.plumbline.engine.EngineDevice;
import org.plumbline.engine.EngineProvider;
import org.plumbline.engine.Workers;

/** Finds the TornadoVM engine; loads without TornadoVM. */
public final class TornadoProvider implements EngineProvider {

    /** For {@link java.util.ServiceLoader}. */
    public TornadoProvider() {}

    @Override
    public String name() {
        return "tornado";
    }

    @Override
    public String optionsSyntax() {
        return "backend:device";
    }

    @Override
    public Engine create(String options, Workers workers) {
        TornadoSettings.apply();
        return new TornadoEngine(
                options.isEmpty() ? name() : name() + ":" + options,
                TornadoRunner.on(TornadoDevices.find(options)),
                GroupPolicy.WHERE_FASTER);
    }

    @Override
    public List<EngineDevice> devices() {
        TornadoSettings.apply();
        return TornadoDevices.all();
    }
}
