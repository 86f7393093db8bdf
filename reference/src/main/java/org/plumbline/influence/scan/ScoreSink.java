package org.plumbline.influence.scan;

/** Takes the scores of a scan, shard by shard in order. */
public interface ScoreSink {

    /** Number of shards that it has already; the scan goes on after them. */
    default int shardsDone() {
        return 0;
    }

    /** Takes the scores of the next shard. */
    void accept(ScorePart part);
}
