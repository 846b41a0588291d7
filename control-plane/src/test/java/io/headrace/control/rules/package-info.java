@NullMarked
package io.headrace.control.rules;

import org.jspecify.annotations.NullMarked;
