package io.headrace.streams.hot;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.headrace.streams.hot.HotRequest.Copy;
import io.headrace.streams.state.WriteBackStore;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Finds the instance that owns a device and has it answer. While partitions move it tries again for two seconds, which
 * hides most rebalances; then it says who is missing. A question that allows any copy is answered by a standby, or by a
 * state that is still being restored, where the owner doesn't; such an answer says that it is {@code "stale"}.
 *
 * @param self by which the others know this instance
 */
record HotQueries(String store, HotConfig config, HostInfo self, Peers peers) {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** @param question as it is to be asked elsewhere */
    Answer answer(KafkaStreams application, HotRequest request, URI question) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Answer answer = once(application, request, question);
            if (!answer.isUnavailable() || System.nanoTime() - deadline >= 0) {
                return answer;
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return answer;
            }
        }
    }

    /** For another instance: from here or not at all. */
    Answer forwarded(KafkaStreams application, HotRequest request) {
        KeyQueryMetadata where = where(application, request);
        boolean mayAnswer = request.copy() == Copy.ANY || self.equals(where.activeHost());
        return mayAnswer
                ? local(application, request, where)
                : Answer.unavailable("the device moves between instances");
    }

    private Answer once(KafkaStreams application, HotRequest request, URI question) {
        KeyQueryMetadata where = where(application, request);
        if (where.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
            return Answer.unavailable("who owns the device isn't known: the instances share out their partitions");
        }
        List<HostInfo> holders = new ArrayList<>();
        if (!where.activeHost().equals(HostInfo.unavailable())) {
            holders.add(where.activeHost());
        }
        if (request.copy() == Copy.ANY) {
            holders.addAll(where.standbyHosts());
        }
        Answer last = Answer.unavailable("no instance owns partition " + where.partition() + ", where the device is");
        for (HostInfo holder : holders) {
            last = holder.equals(self) ? local(application, request, where) : peers.ask(holder, question);
            if (!last.isUnavailable()) {
                return last;
            }
        }
        return last;
    }

    private KeyQueryMetadata where(KafkaStreams application, HotRequest request) {
        KeyQueryMetadata where = application.queryMetadataForKey(store, request.device(), new StringSerializer());
        return where == null ? KeyQueryMetadata.NOT_AVAILABLE : where;
    }

    private Answer local(KafkaStreams application, HotRequest request, KeyQueryMetadata where) {
        var owned =
                StoreQueryParameters.fromNameAndType(store, new StoredPages()).withPartition(where.partition());
        try {
            return found(application.store(owned), request)
                    .map(HotQueries::answer)
                    .orElseGet(HotQueries::nothing);
        } catch (InvalidStateStoreException moving) {
            return request.copy() == Copy.ANY
                    ? stale(application, request, owned.enableStaleStores())
                    : Answer.unavailable("the device's state moves between instances");
        }
    }

    private Answer stale(
            KafkaStreams application, HotRequest request, StoreQueryParameters<WriteBackStore<Integer, Page>> any) {
        try {
            return found(application.store(any), request)
                    .map(body -> answer(body.put("stale", true)))
                    .orElseGet(HotQueries::nothing);
        } catch (InvalidStateStoreException none) {
            return Answer.unavailable("no copy of the device's state is here");
        }
    }

    private Optional<ObjectNode> found(WriteBackStore<Integer, Page> store, HotRequest request) {
        HotAnswers answers = new HotAnswers(store.wrapped(), config);
        return switch (request) {
            case HotRequest.Latest latest -> answers.latest(latest.device());
            case HotRequest.Recent recent -> answers.recent(recent.device(), recent.metric(), recent.back());
        };
    }

    private static Answer answer(ObjectNode body) {
        return Answer.of(body.toString());
    }

    private static Answer nothing() {
        return Answer.problem(404, "no such value");
    }
}
