/**
 * From history to a model of wear: failures and readings come in, out of the stores or out of files, a model with its error
 * goes out to the control plane. And the same beside plain methods on a public set. Nothing is kept.
 */
@NullMarked
package io.headrace.prognosis;

import org.jspecify.annotations.NullMarked;
