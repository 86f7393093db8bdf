/**
 * Signatures of the TornadoVM API (5.2.0-jdk25) that the GPU engine calls, and nothing behind them: every method
 * throws, apart from those that TornadoVM itself leaves empty in Java. With an SDK the engine is compiled against the
 * real API, and a test holds each signature here to the real one.
 */
package uk.ac.manchester.tornado.api;
