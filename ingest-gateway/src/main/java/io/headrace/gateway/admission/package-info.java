/**
 * Who may come in, and how much they may send: quotas of devices. What passes here costs the gateway little; what
 * doesn't costs it less.
 */
@NullMarked
package io.headrace.gateway.admission;

import org.jspecify.annotations.NullMarked;
