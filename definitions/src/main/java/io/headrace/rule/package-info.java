/**
 * What makes a rule a sound one: a record goes in, what is wrong with it comes out, named by its member. The control plane
 * asks before it stores one, the processors again before they go by it. Kept: nothing.
 */
@NullMarked
package io.headrace.rule;

import org.jspecify.annotations.NullMarked;
