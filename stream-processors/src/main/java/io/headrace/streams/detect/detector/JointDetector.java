package io.headrace.streams.detect.detector;

import java.util.Map;

/**
 * Judges the values of one message together: what each says of the others. As {@link Detector}, but of a device rather than a
 * metric. For one thread, and so are its memories.
 */
public interface JointDetector {
    /** Name that its anomalies carry. */
    String name();

    /** Of a device that was never heard. */
    JointMemory fresh();

    /** What another version wrote and this one can't read counts as {@link #fresh}. */
    JointMemory read(byte[] stored);

    /** All that is remembered of a device. Changes in place. */
    interface JointMemory {
        /**
         * Judges the values of the next message, then learns them.
         *
         * @param values by metric; those that are no finite numbers are passed over
         * @return about the metric that fits in least; nothing where no two of the metrics have to do with each other
         */
        Finding observe(Map<String, Object> values);

        /**
         * What the others say of one metric, in the message that was observed last: by any memory of the detector.
         *
         * @return without a score, as strange as the message; nothing where they have no say in it
         */
        Finding of(String metric);

        byte[] stored();
    }
}
