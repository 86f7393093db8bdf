package org.plumbline.tornado;

import java.util.List;
import org.plumbline.engine.Engine;
import org.plumbline.engine.EngineDevice;
import org.plumbline.engine.EngineProvider;
import org.plumbline.engine.Workers;
import uk.ac.manchester.tornado.api.common.TornadoDevice;

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
    public Engine create(String options, Workers workers, Runnable collector) {
        TornadoSettings.apply();
        TornadoDevice device = TornadoDevices.find(options);
        GraphCache graphs = TornadoDevices.graphs(device);
        if (collector != EngineProvider.NO_COLLECTOR) {
            graphs.collectWith(collector);
        }
        return new TornadoEngine(
                options.isEmpty() ? name() : name() + ":" + options,
                new TornadoRunner.Factory(device),
                GroupPolicy.WHERE_FASTER,
                graphs);
    }

    @Override
    public List<EngineDevice> devices() {
        TornadoSettings.apply();
        return TornadoDevices.all();
    }
}
