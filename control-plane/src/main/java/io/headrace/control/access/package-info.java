/**
 * Who may do what: bearer tokens from the configuration come in with every request, a caller with a role goes out.
 * Nothing is kept but digests of the tokens.
 */
@NullMarked
package io.headrace.control.access;

import org.jspecify.annotations.NullMarked;
