/** Routes as the API takes and shows them. */
@NullMarked
package io.headrace.control.routes;

import org.jspecify.annotations.NullMarked;
