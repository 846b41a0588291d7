/**
 * Texts with places in them, which are filled in from a record: what people say of alerts, to people and to machines. A
 * template and a record go in, text or JSON comes out. Kept: nothing.
 */
@NullMarked
package io.headrace.template;

import org.jspecify.annotations.NullMarked;
