/**
 * Who is registered. {@code device.registry} comes in; what processors need to know of each device goes out, to whoever asks
 * and to whoever is to learn of changes. Kept: the facts of each device, one copy per instance.
 */
@NullMarked
package io.headrace.streams.registered;

import org.jspecify.annotations.NullMarked;
