package io.headrace.control.replay;

import io.headrace.catalogue.Erased;
import io.headrace.control.access.Role;
import io.headrace.control.audit.Audit;
import io.headrace.control.compacted.CompactedTopic;
import io.headrace.control.hot.HotConfig;
import io.headrace.control.http.Answer;
import io.headrace.control.http.Call;
import io.headrace.control.http.Endpoint;
import io.headrace.control.http.Problem;
import io.headrace.control.kafka.KafkaClients;
import io.headrace.control.kafka.Offsets;
import io.headrace.record.Replay;
import io.headrace.record.ReplayState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/** {@code POST /api/v1/dead-letters:replay}, and what became of it under {@code /api/v1/dead-letters/replays}. */
public final class ReplaysApi implements AutoCloseable {
    private static final String ALL = "/api/v1/dead-letters/replays";
    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final Duration CANCELLED_WITHIN = Duration.ofSeconds(15);

    private final KafkaClients clients;
    private final ReplayConfig config;
    private final CompactedTopic<Replay> table;
    private final Supplier<Erased> erased;
    private final Audit audit;
    private final Clock clock;
    private final Processors processors;
    private final Replays replays;

    /** An answer to a list, the newest first. */
    record Listing(List<ReplayView> replays) {}

    /**
     * Also begins to carry on what an earlier control plane left.
     *
     * @param erased what is erased, asked for at each replay
     */
    public ReplaysApi(
            KafkaClients clients,
            ReplayConfig config,
            HotConfig queries,
            CompactedTopic<Replay> table,
            Supplier<Erased> erased,
            Audit audit,
            Clock clock) {
        this.clients = clients;
        this.config = config;
        this.table = table;
        this.erased = erased;
        this.audit = audit;
        this.clock = clock;
        this.processors = new Processors(queries);
        this.replays = new Replays(clients, table, erased, clock);
    }

    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("POST", "/api/v1/dead-letters:replay", Role.OPERATOR, this::replay),
                Endpoint.of("GET", ALL, Role.VIEWER, this::list),
                Endpoint.of(
                        "GET", ALL + "/{id}", Role.VIEWER, call -> Answer.ok(ReplayView.of(existing(call.path("id"))))),
                Endpoint.of("POST", ALL + "/{id}:cancel", Role.OPERATOR, this::cancel));
    }

    private Answer replay(Call call) {
        ReplayRequest request = call.json(ReplayRequest.class);
        Replay replay = asked(call, request);
        if (request.isDryRun()) {
            return Answer.ok(new DryRun(clients, processors, erased.get()).report(replay));
        }
        audit.record(call.caller(), "dead-letters.replay", replay.getId(), detail(replay, request));
        replays.add(replay);
        return Answer.created(ALL + "/" + replay.getId(), ReplayView.of(replay));
    }

    private Replay asked(Call call, ReplayRequest request) {
        Selection selection = request.selection();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Map<String, Long> next = new HashMap<>();
        Map<String, Long> end = new HashMap<>();
        bounds(request, next, end);
        return Replay.newBuilder()
                .setId(ID.format(now) + "-"
                        + Integer.toHexString(
                                0x1000 + ThreadLocalRandom.current().nextInt(0xf000)))
                .setActor(call.caller().name())
                .setCreatedAt(now)
                .setUpdatedAt(now)
                .setState(ReplayState.RUNNING)
                .setTopic(request.letters())
                .setReason(selection.reason().orElse(null))
                .setDevice(selection.device().orElse(null))
                .setReceivedFrom(selection.from().orElse(null))
                .setReceivedUntil(selection.until().orElse(null))
                .setRate(request.rate(config))
                .setMaxReplays(request.maxReplays(config))
                .setNext(next)
                .setEnd(end)
                .build();
    }

    /** What there is now: letters that the replay itself makes aren't part of it. */
    private void bounds(ReplayRequest request, Map<String, Long> next, Map<String, Long> end) {
        Lane lane = Lane.of(clients.config().catalogue(), clients.config().topicPrefix(), request.letters());
        try (Offsets offsets = new Offsets(clients)) {
            if (offsets.partitions(lane.back()).size()
                    < offsets.partitions(lane.source()).size()) {
                throw Problem.conflict(
                        lane.back() + " has fewer partitions than " + lane.source() + ": topics apply mends that");
            }
            List<TopicPartition> partitions = offsets.partitions(lane.letters()).stream()
                    .filter(at -> request.partition() == null || request.partition() == at.partition())
                    .toList();
            Map<TopicPartition, Long> begins = offsets.begins(partitions);
            Map<TopicPartition, Long> ends = offsets.ends(partitions);
            for (TopicPartition partition : partitions) {
                long from = begins.getOrDefault(partition, 0L);
                long until = ends.getOrDefault(partition, 0L);
                Long one = request.offset();
                if (one == null || (one >= from && one < until)) {
                    String name = Integer.toString(partition.partition());
                    next.put(name, one == null ? from : one);
                    end.put(name, one == null ? until : one + 1);
                }
            }
        }
        if (request.partition() != null && end.isEmpty()) {
            throw Problem.notFound("there is no such dead letter, or no more");
        }
    }

    private static Map<String, Object> detail(Replay replay, ReplayRequest request) {
        Map<String, Object> detail = new TreeMap<>();
        Selection selection = Selection.of(replay);
        detail.put("topic", replay.getTopic());
        selection.reason().ifPresent(reason -> detail.put("reason", reason));
        selection.device().ifPresent(device -> detail.put("device", device));
        selection.from().ifPresent(from -> detail.put("from", from.toString()));
        selection.until().ifPresent(until -> detail.put("until", until.toString()));
        if (request.partition() != null) {
            detail.put("partition", request.partition());
        }
        if (request.offset() != null) {
            detail.put("offset", request.offset());
        }
        detail.put("rate", replay.getRate());
        detail.put("maxReplays", replay.getMaxReplays());
        return detail;
    }

    private Answer list(Call call) {
        return Answer.ok(new Listing(table.values().stream()
                .sorted(Comparator.comparing(Replay::getCreatedAt).reversed())
                .limit(call.query("limit", 50, 1, 1_000))
                .map(ReplayView::of)
                .toList()));
    }

    private Answer cancel(Call call) {
        String id = call.path("id");
        if (existing(id).getState() != ReplayState.RUNNING) {
            throw Problem.conflict("the replay is over");
        }
        audit.record(call.caller(), "dead-letters.replay-cancel", id, Map.of());
        replays.cancel(id);
        long deadline = System.nanoTime() + CANCELLED_WITHIN.toNanos();
        while (existing(id).getState() == ReplayState.RUNNING) {
            if (System.nanoTime() - deadline > 0) {
                throw Problem.unavailable("the replay will end as soon as Kafka lets it");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Problem.unavailable("the control plane is stopping");
            }
        }
        return Answer.ok(ReplayView.of(existing(id)));
    }

    private Replay existing(String id) {
        return table.find(id).orElseThrow(() -> Problem.notFound("there is no replay of this id"));
    }

    @Override
    public void close() {
        replays.close();
        processors.close();
    }
}
