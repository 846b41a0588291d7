package io.headrace.streams.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.record.Alert;
import io.headrace.record.AlertChange;
import io.headrace.record.AlertState;
import io.headrace.record.Origin;
import io.headrace.record.RuleGroup;
import io.headrace.record.Severity;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.testing.InMemorySchemaRegistry;
import io.headrace.wire.TopicSerdes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/** Groups over a store, with a clock that the test moves, and restarts. */
final class GroupsDriver {
    private static final String RULE = "r";
    private static final String GROUP = "site/north";

    Optional<RuleGroup> terms;

    private final KeptFormat format;
    private final WriteBackStore<String, Kept> store;
    private final List<Alert> all = new ArrayList<>();
    private final List<String> loud = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final List<String> untold = new ArrayList<>();
    private final Map<String, Alert> last = new HashMap<>();
    private final Map<String, Alert> sent = new HashMap<>();
    private Groups groups;
    private long now = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();

    GroupsDriver(RuleGroup terms) {
        this.terms = Optional.of(terms);
        Catalogue catalogue = new Catalogue("", Sizing.STANDALONE);
        format = new KeptFormat(
                new TopicSerdes(new InMemorySchemaRegistry()).of(catalogue.alerts()),
                catalogue.alerts().name());
        store = WriteBackStore.<String, Kept>builder(Stores.inMemoryKeyValueStore("gathered"), Shelf.layout(format), 64)
                .withLoggingDisabled()
                .build();
        MockProcessorContext<Bytes, Bytes> context = new MockProcessorContext<>();
        store.init(context.getStateStoreContext(), store);
        groups = groups();
    }

    private Groups groups() {
        return new Groups(new Shelf(store, format), rule -> new Handling(terms, Optional.empty()), this::tell);
    }

    /** As another instance goes on with what was committed. */
    void restart() {
        store.flushCache();
        store.clearCache();
        groups = groups();
    }

    private void tell(Alert alert, long at, boolean quiet) {
        all.add(alert);
        last.put(alert.getDeviceId(), alert);
        String line = alert.getState() + " " + alert.getDeviceId();
        (quiet ? untold : told).add(line);
        if (!quiet) {
            loud.add(line.replace(GROUP, "group"));
        }
    }

    long now() {
        return now;
    }

    void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            now += 1_000;
            groups.look(now);
        }
    }

    void raise(String device) {
        raise(device, now);
    }

    /** @param at when the gateway received what raised it */
    void raise(String device, long at) {
        Instant time = Instant.ofEpochMilli(at);
        Alert alert = Alert.newBuilder()
                .setId(RULE + "/" + device + "/" + now)
                .setDeviceId(device)
                .setRuleId(RULE)
                .setGroup(GROUP)
                .setSeverity(Severity.WARNING)
                .setState(AlertState.RAISED)
                .setRaisedAt(time)
                .setReceivedAt(time)
                .setMessage("too hot")
                .setOrigin(new Origin(0, 0L, 0))
                .setHistory(List.of(new AlertChange(AlertState.RAISED, time, null, null)))
                .build();
        sent.put(device, alert);
        groups.plus(alert, at, now);
    }

    void clear(String device) {
        clear(device, null);
    }

    void clear(String device, @Nullable String note) {
        Instant time = Instant.ofEpochMilli(now);
        Alert raised = Objects.requireNonNull(sent.get(device));
        Alert cleared = Alert.newBuilder(raised)
                .setState(AlertState.CLEARED)
                .setClearedAt(time)
                .setHistory(AlertHistory.plus(raised, new AlertChange(AlertState.CLEARED, time, null, note)))
                .build();
        groups.plus(cleared, now, now);
    }

    boolean acknowledge(String id) {
        Instant time = Instant.ofEpochMilli(now);
        return groups.acknowledge(
                Alert.newBuilder()
                        .setId(id)
                        .setDeviceId(GROUP)
                        .setRuleId(RULE)
                        .setGroup(GROUP)
                        .setSeverity(Severity.WARNING)
                        .setState(AlertState.ACKNOWLEDGED)
                        .setRaisedAt(time)
                        .setReceivedAt(time)
                        .setMessage("")
                        .setOrigin(new Origin(0, 0L, 0))
                        .setAcknowledgedAt(time)
                        .setAcknowledgedBy("ann")
                        .setHistory(List.of(new AlertChange(AlertState.ACKNOWLEDGED, time, "ann", null)))
                        .build(),
                now);
    }

    void erase(String device) {
        groups.erase(Objects.requireNonNull(sent.get(device)), now, now);
    }

    /** State and device of what people were told since this was last asked. */
    List<String> told() {
        List<String> since = List.copyOf(told);
        told.clear();
        return since;
    }

    /** As {@link #told}, of what is for the record alone. */
    List<String> untold() {
        List<String> since = List.copyOf(untold);
        untold.clear();
        return since;
    }

    /** All that people were ever told. */
    List<String> loud() {
        return loud;
    }

    /** The newest record about a device or group. */
    Alert last(String device) {
        return Objects.requireNonNull(last.get(device));
    }

    /** That each alert was raised before it was cleared, and ended; a member by its group's alert, too. */
    void requireWholeStories() {
        Map<String, List<Alert>> byId = new HashMap<>();
        all.forEach(alert ->
                byId.computeIfAbsent(alert.getId(), any -> new ArrayList<>()).add(alert));
        byId.forEach((id, story) -> {
            assertThat(story.getFirst().getState()).as(id).isEqualTo(AlertState.RAISED);
            assertThat(story.getLast().getState()).as(id).isEqualTo(AlertState.CLEARED);
            assertThat(story)
                    .as(id)
                    .filteredOn(each -> each.getState() == AlertState.CLEARED)
                    .hasSize(1);
            assertThat(story).as(id).allSatisfy(each -> {
                if (each.getPartOf() != null) {
                    assertThat(byId).containsKey(each.getPartOf());
                }
            });
        });
    }
}
