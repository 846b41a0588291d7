/** Tests of the whole as a process: what went in over the wire against what came out in the stores. */
package io.headrace.guarantee;
