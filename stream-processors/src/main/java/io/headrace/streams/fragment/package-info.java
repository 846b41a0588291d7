/**
 * What a processor is to the application that runs it. Settings come in, one part of the topology goes out: it takes the
 * hub's readings and writes what it finds. The processors that come with Headrace and those of others come in by the same
 * door.
 */
@NullMarked
package io.headrace.streams.fragment;

import org.jspecify.annotations.NullMarked;
