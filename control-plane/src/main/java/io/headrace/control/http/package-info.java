/**
 * The HTTP edge: requests come in, endpoints answer them with values, and JSON, problem JSON (RFC 9457), files or
 * server-sent events go out. Only {@link io.headrace.control.http.HttpEdge} knows the web server; nothing is kept.
 */
@NullMarked
package io.headrace.control.http;

import org.jspecify.annotations.NullMarked;
