package org.plumbline.engine;

/** The scalar engine against the definitions of the operations. */
class ScalarEngineTest extends EngineContract {

    @Override
    protected Engine engine() {
        return LoweredEngine.scalar();
    }
}
