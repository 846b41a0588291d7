/**
 * One request, whatever version of HTTP carries it: its head and its body come in, its messages go to
 * {@link io.headrace.gateway.ingest.Ingest}, and one answer comes out. Kept: what has come of a body, within the gateway's
 * memory budget.
 */
@NullMarked
package io.headrace.gateway.http.request;

import org.jspecify.annotations.NullMarked;
