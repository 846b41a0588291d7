/**
 * Since when a device can be called silent. Times at which devices and gateways were heard come in; how long somebody has
 * listened in vain goes out. Kept, in memory only: whom to look at when, and since when each gateway is there.
 */
@NullMarked
package io.headrace.streams.rules.silence;

import org.jspecify.annotations.NullMarked;
