package io.headrace.demo;

import java.time.Instant;

/**
 * One anomaly that was found.
 *
 * @param device whose
 * @param metric of it
 * @param start event time
 * @param score 0 to 1
 * @param label of the known abnormal stretch that it belongs to; empty text for none
 */
record Detection(String device, String metric, Instant start, double score, String label) {}
