/** Who changed what: every change comes in with its caller, and goes out to {@code control.audit}. Nothing is kept. */
@NullMarked
package io.headrace.control.audit;

import org.jspecify.annotations.NullMarked;
