/** Maintenance as the API takes and shows it. */
@NullMarked
package io.headrace.control.maintenance;

import org.jspecify.annotations.NullMarked;
