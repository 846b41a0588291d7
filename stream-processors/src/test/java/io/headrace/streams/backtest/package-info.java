@NullMarked
package io.headrace.streams.backtest;

import org.jspecify.annotations.NullMarked;
