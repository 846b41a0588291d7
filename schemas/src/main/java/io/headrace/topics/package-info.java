/**
 * Keeps a cluster's topics to the catalogue: the catalogue and what the cluster has come in, the steps that bring the
 * cluster closer go out. Nothing is ever deleted, and what somebody has set by hand is reported and left alone.
 */
@NullMarked
package io.headrace.topics;

import org.jspecify.annotations.NullMarked;
