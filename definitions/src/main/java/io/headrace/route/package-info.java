/**
 * Where readings go by the routes of a hub. Routes and a reading come in, tiers and topics go out: processors decide by it,
 * the control plane tries by it. Nothing is kept.
 */
@NullMarked
package io.headrace.route;

import org.jspecify.annotations.NullMarked;
