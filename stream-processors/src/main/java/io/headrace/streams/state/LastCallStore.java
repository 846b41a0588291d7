package io.headrace.streams.state;

import java.util.function.Function;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * A store that gives its user a last call before each commit: what the user has kept back is put then, and commits
 * together with the offsets of what it came of. See {@link WriteBackStore} for how. For one task.
 *
 * @param <S> the store itself
 */
public final class LastCallStore<S extends StateStore> extends WrappedStateStore<S, Object, Object> {
    private @Nullable Runnable user;

    private LastCallStore(S stored) {
        super(stored);
    }

    public static <S extends StateStore> StoreBuilder<LastCallStore<S>> around(StoreBuilder<S> stored) {
        return new AroundBuilder<>(stored, (Function<S, LastCallStore<S>>) LastCallStore::new);
    }

    /** @param call puts what was kept back; not called any more once the task is given up or begins anew */
    public void beforeCommit(Runnable call) {
        user = call;
    }

    /**
     * A store that can't be opened is closed: else a window store keeps the segment that couldn't be as if it were open, and
     * can't be used when Streams, having wiped what the segment lay in, opens the store again.
     */
    @Override
    public void init(StateStoreContext context, StateStore root) {
        user = null;
        try {
            super.init(context, root);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Called by Streams before it commits. */
    @Override
    public void flushCache() {
        if (user != null) {
            user.run();
        }
        super.flushCache();
    }

    @Override
    public void clearCache() {
        user = null;
        super.clearCache();
    }
}
