package io.headrace.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/** Lets Headrace's own lines pass, and of others only errors. */
final class LibraryErrorsOnly extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent event) {
        boolean passes = event.getLoggerName().startsWith("io.headrace")
                || event.getLevel().isGreaterOrEqual(Level.ERROR);
        return passes ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
}
