package io.headrace.streams.route;

import io.headrace.catalogue.Topic;

/** Makes the topics that routes name, and knows which can be written to. Safe for use by several threads. */
public interface RoutedTopics extends AutoCloseable {
    /** Wants a topic; returns when it is there, or after some seconds when it isn't yet and goes on in the background. */
    void ensure(Topic<?> topic);

    /** Whether a topic that was asked for is there. */
    boolean isReady(String topic);

    @Override
    default void close() {}
}
