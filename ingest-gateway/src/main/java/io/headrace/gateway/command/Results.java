package io.headrace.gateway.command;

import io.headrace.record.CommandResult;
import java.util.concurrent.CompletionStage;

/** Where results go. Safe for use by several threads; doesn't block. */
interface Results {
    /**
     * Stores a result; of one device in the order of the calls.
     *
     * @return done once every in-sync replica has it; completed exceptionally with
     *     {@link io.headrace.gateway.ingest.NotStoredException} where that isn't known
     */
    CompletionStage<Void> store(CommandResult result);
}
