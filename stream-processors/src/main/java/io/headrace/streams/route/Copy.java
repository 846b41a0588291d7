package io.headrace.streams.route;

import io.headrace.record.Reading;

/**
 * Of a reading, with its tiers in its headers.
 *
 * @param topic full name of the topic to copy into
 */
record Copy(String topic, Reading reading) {}
