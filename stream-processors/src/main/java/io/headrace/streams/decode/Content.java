package io.headrace.streams.decode;

import java.time.Instant;

/**
 * A payload as a format gets it.
 *
 * @param bytes at least one, out of their compression
 * @param type of the sender, or the empty one
 * @param receivedAt the now of relative times
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Content(byte[] bytes, MediaType type, Instant receivedAt, Sender sender) {}
