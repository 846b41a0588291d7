package io.headrace.standalone;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Lets Headrace's own lines pass. A library's line, an error that it heals by retrying above all, is for the file: on
 * the console it would drown what the operator must see.
 */
final class OwnLinesOnly extends Filter<ILoggingEvent> {
    @Override
    public FilterReply decide(ILoggingEvent event) {
        return event.getLoggerName().startsWith("io.headrace") ? FilterReply.NEUTRAL : FilterReply.DENY;
    }
}
