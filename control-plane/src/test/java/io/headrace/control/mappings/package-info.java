@NullMarked
package io.headrace.control.mappings;

import org.jspecify.annotations.NullMarked;
