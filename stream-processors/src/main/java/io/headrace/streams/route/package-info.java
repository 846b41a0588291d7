/**
 * Routing: readings and the routes of {@code config.routes} come in; readings marked with their tiers go on, with copies
 * for the topics that routes name. Kept are the compiled routes, in memory.
 */
@NullMarked
package io.headrace.streams.route;

import org.jspecify.annotations.NullMarked;
