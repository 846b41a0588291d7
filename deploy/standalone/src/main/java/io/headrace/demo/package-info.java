/**
 * The main job on real input: sensor series come in, and go as messages of devices over real connections through a
 * whole Headrace; a summary comes out that says where every message ended up, from the control plane, from PostgreSQL
 * and from the Iceberg table, against what was sent. Real series are of a sensor network; what is derived from them is
 * called simulated everywhere, and its injected faults are known.
 */
@NullMarked
package io.headrace.demo;

import org.jspecify.annotations.NullMarked;
