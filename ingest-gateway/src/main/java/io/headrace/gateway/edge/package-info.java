/**
 * What every protocol's edge is given: the ports to everything behind it, and what more than one of them
 * needs around a connection. Nothing of one protocol stands here.
 */
@NullMarked
package io.headrace.gateway.edge;

import org.jspecify.annotations.NullMarked;
