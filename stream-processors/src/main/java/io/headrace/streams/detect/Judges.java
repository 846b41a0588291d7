package io.headrace.streams.detect;

import io.headrace.streams.detect.detector.Detector;
import io.headrace.streams.detect.detector.Detectors;
import io.headrace.streams.detect.detector.JointDetector;
import org.jspecify.annotations.Nullable;

/**
 * Who looks at a device's values. For one task.
 *
 * @param single at each metric by itself
 * @param joint at those of a message together; null where nobody does
 */
record Judges(Detector single, @Nullable JointDetector joint) {
    static Judges of(DetectConfig config) {
        return new Judges(
                Detectors.named(config.detector(), config.threshold()),
                config.isJoint() ? Detectors.joint(config.threshold()) : null);
    }
}
