/**
 * Views that every gateway keeps in memory: topics come in, their records go to whoever keeps the view, from the beginning
 * and ever after. Kept is how far each partition is read.
 */
@NullMarked
package io.headrace.gateway.follow;

import org.jspecify.annotations.NullMarked;
