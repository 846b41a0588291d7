/**
 * Who a connection is: credentials go in, a device or a refusal comes out, from an in-memory view of
 * {@code device.registry} that is always up to date, with no call to anyone.
 */
@NullMarked
package io.headrace.gateway.identity;

import org.jspecify.annotations.NullMarked;
