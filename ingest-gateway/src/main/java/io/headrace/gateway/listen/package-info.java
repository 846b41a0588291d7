/**
 * Sockets: addresses, event loops and certificates come from the configuration, connections go out to the protocol
 * adapters' pipelines. Kept: how many connections there are.
 */
@NullMarked
package io.headrace.gateway.listen;

import org.jspecify.annotations.NullMarked;
