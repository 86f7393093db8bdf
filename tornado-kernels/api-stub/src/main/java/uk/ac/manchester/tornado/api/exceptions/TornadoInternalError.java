package uk.ac.manchester.tornado.api.exceptions;

/** Signature of TornadoVM's exception of the same name. */
public class TornadoInternalError extends Error {
    private static final long serialVersionUID = 1;

    TornadoInternalError() {}
}
