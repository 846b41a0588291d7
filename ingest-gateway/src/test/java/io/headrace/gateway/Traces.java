package io.headrace.gateway;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/**
 * What the gateway and the libraries under it log while a test does its worst, from INFO up: no peer may cause a stack
 * trace or a line of its own making.
 */
final class Traces extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final List<String> WATCHED = List.of("io.headrace", "io.netty", "org.eclipse.californium");

    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

    Traces() {
        start();
        for (String name : WATCHED) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            logger.setLevel(Level.INFO);
            logger.setAdditive(false);
            logger.addAppender(this);
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (events.size() < 100_000) {
            events.add(event);
        }
    }

    /** Lines that came with a stack trace, or tell of a leak. */
    List<String> complaints() {
        return events.stream()
                .filter(event -> event.getThrowableProxy() != null
                        || event.getLevel() == Level.ERROR
                        || event.getFormattedMessage().contains("LEAK"))
                .map(event -> event.getLoggerName() + " " + event.getFormattedMessage() + " "
                        + (event.getThrowableProxy() == null
                                ? ""
                                : event.getThrowableProxy().getMessage()))
                .toList();
    }

    /** All lines. */
    List<String> lines() {
        return events.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    void forget() {
        events.clear();
    }

    @Override
    public void close() {
        for (String name : WATCHED) {
            Logger logger = (Logger) LoggerFactory.getLogger(name);
            logger.detachAppender(this);
            logger.setAdditive(true);
            logger.setLevel(null);
        }
    }
}
