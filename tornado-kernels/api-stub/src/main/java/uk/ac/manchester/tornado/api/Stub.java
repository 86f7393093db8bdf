package uk.ac.manchester.tornado.api;

/** Why a stub does nothing. */
public final class Stub {
    private Stub() {}

    /** Returns the exception for a call that needs TornadoVM. */
    public static UnsupportedOperationException absent() {
        return new UnsupportedOperationException("TornadoVM is absent; these are its signatures only");
    }
}
