/**
 * Commands over CoAP: what a device gets to see of a command, and its observation of what waits for it (RFC 7641). Commands
 * come in from {@link io.headrace.gateway.command.Commands}; notifications go out, each acknowledged before the next. Kept:
 * one observation of a device, and the latest commands that are larger than a block, both bounded.
 */
@NullMarked
package io.headrace.gateway.coap.command;

import org.jspecify.annotations.NullMarked;
