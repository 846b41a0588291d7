/** A client of the control plane's API: paths and JSON go in, JSON comes out; nothing is kept but the token. */
@NullMarked
package io.headrace.client;

import org.jspecify.annotations.NullMarked;
