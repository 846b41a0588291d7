/** Mappings of odd payloads as the API takes, shows and tries them. */
@NullMarked
package io.headrace.control.mappings;

import org.jspecify.annotations.NullMarked;
