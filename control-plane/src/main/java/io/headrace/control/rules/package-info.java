/** Rules as the API takes and shows them. */
@NullMarked
package io.headrace.control.rules;

import org.jspecify.annotations.NullMarked;
