/**
 * What every plug-in of ours tells its worker: its version, its settings in groups, and what is wrong with settings that
 * somebody is about to give it. Nothing is kept.
 */
@NullMarked
package io.headrace.sinks.plugin;

import org.jspecify.annotations.NullMarked;
