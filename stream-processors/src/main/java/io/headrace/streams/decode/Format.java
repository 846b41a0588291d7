package io.headrace.streams.decode;

import java.time.Instant;
import java.util.List;

/** One content type's way from bytes to samples. Safe for use by several threads. */
interface Format {
    /**
     * All samples of a payload, at least one.
     *
     * @param now of relative times
     */
    List<Sample> read(byte[] bytes, Instant now) throws Rejection;
}
