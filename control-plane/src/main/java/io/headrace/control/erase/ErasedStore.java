package io.headrace.control.erase;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import java.util.List;
import java.util.Optional;

/**
 * Where a sink has stored what devices sent, and where one of them can be erased. A port: whoever starts the control plane
 * knows what stores there are. A store that is away throws {@link io.headrace.control.http.UnavailableException}.
 */
public interface ErasedStore {
    /** Also that of the connector that writes it, without the hub's prefix. */
    String name();

    /** Topics that the connector reads: what of them it hasn't stored yet is waited for. */
    List<Topic<?>> inputs(Catalogue catalogue);

    /**
     * A topic in which the connector's tasks tell its coordinator, the group {@code <connector's group>-coord}, what to
     * store: what they have read is stored only when it has come past that, too. Empty where tasks store it themselves.
     */
    default Optional<Topic<?>> control(Catalogue catalogue) {
        return Optional.empty();
    }

    /** Rows of a device, counted now. */
    long count(String device);

    /** Deletes all rows of a device, while others are written and read. Again after a crash, it does what is left. */
    Result erase(String device);

    /** Deletes what routes have kept for long enough, where the sink doesn't. */
    default void deleteExpired() {}

    /**
     * What was done.
     *
     * @param rows deleted
     * @param files written anew without the device; 0 where rows are no files
     */
    record Result(long rows, int files) {}
}
