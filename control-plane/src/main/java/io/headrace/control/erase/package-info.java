/**
 * Deletes all that a device has sent, everywhere: a request comes in, a proof goes out, to whoever asked and to {@code
 * control.audit}. Kept in {@code device.erasures} is how far each erasure has come, and for good what it has erased.
 */
@NullMarked
package io.headrace.control.erase;

import org.jspecify.annotations.NullMarked;
