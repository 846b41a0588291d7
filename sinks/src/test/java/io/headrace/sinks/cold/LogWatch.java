package io.headrace.sinks.cold;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What a class logs while this is open. */
record LogWatch(Logger logger, ListAppender<ILoggingEvent> appender) implements AutoCloseable {
    static LogWatch of(Class<?> type) {
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        Logger logger = (Logger) LoggerFactory.getLogger(type);
        logger.addAppender(appender);
        return new LogWatch(logger, appender);
    }

    int lines() {
        return appender.list.size();
    }

    boolean has(String text) {
        return List.copyOf(appender.list).stream()
                .anyMatch(event -> event.getFormattedMessage().contains(text));
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
    }
}
