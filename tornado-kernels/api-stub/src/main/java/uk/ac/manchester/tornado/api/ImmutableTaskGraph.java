package uk.ac.manchester.tornado.api;

/** A finished task graph. */
public class ImmutableTaskGraph {

    ImmutableTaskGraph() {}
}
