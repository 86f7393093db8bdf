package org.plumbline.engine.vector;

import org.plumbline.engine.Engine;
import org.plumbline.engine.EngineContract;
import org.plumbline.engine.Workers;

/** The vector engine against the definitions of the operations. */
class VectorEngineTest extends EngineContract {

    @Override
    protected Engine engine() {
        return VectorEngine.create(Workers.serial());
    }
}
