package io.headrace.streams.decode;

import org.jspecify.annotations.Nullable;

/**
 * What earlier messages of a device said that later ones refer to. Names and bytes are the format's own; what it wants
 * remembered comes back as {@link Decoded.Samples#memos}.
 */
@FunctionalInterface
public interface Memory {
    /** Of a device whose earlier messages said nothing. */
    Memory NONE = name -> null;

    /** Null where nothing is remembered under the name. */
    byte @Nullable [] find(String name);
}
