/**
 * What every protocol's edge is given: the ports to everything behind it. Nothing of one protocol stands here.
 */
@NullMarked
package io.headrace.gateway.edge;

import org.jspecify.annotations.NullMarked;
