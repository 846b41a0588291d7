/**
 * Routes: requests to make, show and delete them come in, records of {@code config.routes} go out, and the processors
 * follow those within a second. Kept is the table of routes.
 */
@NullMarked
package io.headrace.control.routes;

import org.jspecify.annotations.NullMarked;
