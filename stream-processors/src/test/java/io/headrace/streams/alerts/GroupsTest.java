package io.headrace.streams.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.record.Alert;
import io.headrace.record.AlertState;
import io.headrace.record.RuleGroup;
import io.headrace.record.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many alerts, one alert: what is told, and what is for the record alone. */
class GroupsTest {
    private static final RuleGroup TERMS = new RuleGroup(List.of("site"), 5, 60_000L, 5_000L);

    private final GroupsDriver driver = new GroupsDriver(TERMS);

    @Test
    void fewerThanAGroupAreToldForThemselvesAndOnlyLate() {
        for (int i = 0; i < 4; i++) {
            driver.raise("d" + i);
        }
        driver.pass(4);
        assertThat(driver.told()).isEmpty();

        driver.pass(1);

        assertThat(driver.told()).containsExactly("RAISED d0", "RAISED d1", "RAISED d2", "RAISED d3");
        driver.clear("d2");
        assertThat(driver.told()).containsExactly("CLEARED d2");
        assertThat(driver.untold()).isEmpty();
    }

    @Test
    void whyTheLastOfThemIsOverIsWhyTheGroupIs() {
        for (int i = 0; i < 5; i++) {
            driver.raise("d" + i);
        }
        driver.pass(5);

        for (int i = 0; i < 5; i++) {
            driver.clear("d" + i, "the gateway is back, and the device is silent still");
        }

        assertThat(driver.last("site/north").getHistory().getLast().getNote()).startsWith("the gateway is back");
    }

    @Test
    void aMassIsOneAlertRaisedOnceAndClearedWithTheLastOfThem() {
        // Given
        for (int i = 0; i < 50; i++) {
            driver.raise("d" + i);
        }

        // When
        driver.pass(5);

        // Then
        Alert group = driver.last("site/north");
        assertThat(driver.told()).containsExactly("RAISED site/north");
        assertThat(group.getMemberTotal()).isEqualTo(50);
        assertThat(group.getMembers()).hasSize(50).isSorted();
        assertThat(group.getMessage()).isEqualTo("50 devices of site/north: too hot");
        assertThat(driver.untold()).hasSize(50).allMatch(each -> each.startsWith("RAISED d"));
        assertThat(driver.last("d7").getPartOf()).isEqualTo(group.getId());

        // When
        for (int i = 0; i < 49; i++) {
            driver.clear("d" + i);
        }
        driver.pass(5);

        // Then
        assertThat(driver.told()).isEmpty();
        assertThat(driver.last("site/north").getMembers()).containsExactly("d49");
        assertThat(driver.last("site/north").getMemberCount()).isEqualTo(1);
        driver.clear("d49");
        assertThat(driver.told()).containsExactly("CLEARED site/north");
        assertThat(driver.last("site/north").getId()).isEqualTo(group.getId());
    }

    @Test
    void whoComesLaterJoinsAndTheRecordIsBroughtUpToDate() {
        for (int i = 0; i < 5; i++) {
            driver.raise("d" + i);
        }
        driver.pass(5);
        driver.told();
        driver.untold();

        driver.raise("late");
        driver.pass(1);
        assertThat(driver.untold()).containsExactly("RAISED late");
        driver.pass(5);

        assertThat(driver.told()).isEmpty();
        assertThat(driver.untold()).containsExactly("RAISED site/north");
        assertThat(driver.last("site/north").getMemberTotal()).isEqualTo(6);
        assertThat(driver.last("site/north").getMessage()).startsWith("6 devices of");
    }

    @Test
    void thoseThatWereToldForThemselvesAShortWhileAgoCountAndJoin() {
        for (int i = 0; i < 4; i++) {
            driver.raise("d" + i);
            driver.pass(10);
        }
        assertThat(driver.told()).hasSize(4);

        driver.raise("d4");
        driver.pass(5);

        assertThat(driver.told()).containsExactly("RAISED site/north");
        assertThat(driver.untold()).containsExactly("RAISED d4");
        assertThat(driver.last("site/north").getMembers()).containsExactly("d0", "d1", "d2", "d3", "d4");
        for (int i = 0; i < 5; i++) {
            driver.clear("d" + i);
        }
        // who was told of one is told of its end
        assertThat(driver.told())
                .containsExactly("CLEARED d0", "CLEARED d1", "CLEARED d2", "CLEARED d3", "CLEARED site/north");
    }

    @Test
    void whatWasRaisedLongBeforeStaysAnAlertOfItsOwn() {
        driver.raise("old");
        driver.pass(100);
        for (int i = 0; i < 5; i++) {
            driver.raise("d" + i);
        }
        driver.pass(5);

        assertThat(driver.told()).containsExactly("RAISED old", "RAISED site/north");
        assertThat(driver.last("site/north").getMemberTotal()).isEqualTo(5);
        driver.clear("old");
        assertThat(driver.told()).containsExactly("CLEARED old");
    }

    @Test
    void whatWaitsWhenAGroupIsMadeIsPartOfItWheneverItWasReceived() {
        driver.raise("backlog", driver.now() - 3_600_000);
        for (int i = 0; i < 5; i++) {
            driver.raise("d" + i);
        }
        driver.clear("d0");
        for (int i = 1; i < 5; i++) {
            driver.clear("d" + i);
        }
        driver.pass(5);
        driver.clear("backlog");

        assertThat(driver.told()).containsExactly("RAISED site/north", "CLEARED site/north");
        driver.requireWholeStories();
    }

    @Test
    void aGroupThatComesAgainIsAnotherAlert() {
        Set<String> ids = new HashSet<>();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 5; i++) {
                driver.raise("d" + i, driver.now());
            }
            driver.pass(5);
            ids.add(driver.last("site/north").getId());
            assertThat(driver.last("site/north").getEpisode()).isEqualTo(round + 1);
            for (int i = 0; i < 5; i++) {
                driver.clear("d" + i);
            }
        }
        assertThat(ids).hasSize(3);
    }

    @Test
    void theAlertOfAGroupIsAcknowledgedOnceAndStaysSo() {
        for (int i = 0; i < 5; i++) {
            driver.raise("d" + i);
        }
        driver.pass(5);
        String id = driver.last("site/north").getId();

        assertThat(driver.acknowledge(id)).isTrue();
        assertThat(driver.acknowledge(id)).isFalse();
        assertThat(driver.acknowledge("r/site/north/1")).isFalse();
        driver.raise("late");
        driver.pass(6);

        assertThat(driver.last("site/north").getState()).isEqualTo(AlertState.ACKNOWLEDGED);
        assertThat(driver.last("site/north").getAcknowledgedBy()).isEqualTo("ann");
        assertThat(driver.told()).containsExactly("RAISED site/north", "ACKNOWLEDGED site/north");
    }

    @Test
    void aRuleThatIsGoneTellsWhatWaitsForItself() {
        for (int i = 0; i < 6; i++) {
            driver.raise("d" + i);
        }
        driver.terms = Optional.empty();
        driver.pass(5);

        assertThat(driver.told()).hasSize(6);
    }

    @Test
    void anErasedDeviceLeavesWithoutATraceAndTheLastOfThemEndsTheGroup() {
        for (int i = 0; i < 5; i++) {
            driver.raise("d" + i);
        }
        driver.pass(5);
        driver.told();

        driver.erase("d0");
        assertThat(driver.last("site/north").getMembers()).containsExactly("d1", "d2", "d3", "d4");
        for (int i = 1; i < 4; i++) {
            driver.clear("d" + i);
        }
        driver.erase("d4");

        assertThat(driver.told()).containsExactly("CLEARED site/north");
    }

    /** Held in the middle of it, again and again: what waits goes on waiting, and no longer than it would have. */
    @Test
    void aRestartWhileAlertsWaitChangesNothing() {
        for (int i = 0; i < 5; i++) {
            driver.raise("d" + i);
            driver.restart();
        }
        driver.pass(4);
        driver.restart();
        assertThat(driver.told()).isEmpty();
        driver.pass(1);

        assertThat(driver.told()).containsExactly("RAISED site/north");
        driver.raise("late");
        driver.restart();
        driver.pass(5);
        assertThat(driver.last("site/north").getMemberCount()).isEqualTo(6);
    }

    /**
     * Whatever comes in whatever order, across restarts: each alert is raised once and cleared once, alone or by its group;
     * a group is told once and cleared once; and its members are those that a model says which does it the slow way.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingIsLostAndNothingToldTwice(long seed) {
        Random random = new Random(seed);
        NaiveGroup naive = new NaiveGroup(TERMS);
        Set<String> raised = new TreeSet<>();
        for (int step = 0; step < 1_500; step++) {
            String device = "d" + random.nextInt(12);
            // storms and quiet times in turn
            boolean isStorm = step / 100 % 2 == 0;
            if (!raised.contains(device) && random.nextInt(isStorm ? 2 : 12) == 0) {
                long at = driver.now() - random.nextInt(90_000);
                raised.add(device);
                driver.raise(device, at);
                naive.raise(device, at, driver.now());
            } else if (raised.contains(device) && random.nextInt(isStorm ? 8 : 2) == 0) {
                raised.remove(device);
                driver.clear(device);
                naive.clear(device);
            }
            if (random.nextInt(3) == 0) {
                driver.pass(1);
                naive.look(driver.now());
            }
            if (random.nextInt(20) == 0) {
                driver.restart();
            }
            assertThat(driver.loud()).as("step %d", step).isEqualTo(naive.told());
        }
        for (String device : raised) {
            driver.clear(device);
            naive.clear(device);
        }
        assertThat(driver.loud()).isEqualTo(naive.told());
        assertThat(naive.told()).filteredOn("RAISED group"::equals).hasSizeGreaterThan(2);
        driver.requireWholeStories();
    }

    /** What the group does, from all that ever happened to it, in lists. */
    private static final class NaiveGroup {
        private final RuleGroup terms;
        private final List<String> told = new ArrayList<>();
        private final Map<String, long[]> alone = new TreeMap<>();
        private final Set<String> members = new TreeSet<>();
        private final Set<String> toldAlone = new HashSet<>();

        NaiveGroup(RuleGroup terms) {
            this.terms = terms;
        }

        List<String> told() {
            return told;
        }

        void raise(String device, long at, long now) {
            if (!members.isEmpty()) {
                members.add(device);
            } else {
                alone.put(device, new long[] {at, now + terms.getHoldMs()});
            }
        }

        void clear(String device) {
            long[] times = alone.get(device);
            if (times != null && times[1] != 0) {
                decide(device);
            }
            if (members.remove(device)) {
                if (toldAlone.remove(device)) {
                    told.add("CLEARED " + device);
                }
                if (members.isEmpty()) {
                    told.add("CLEARED group");
                }
            } else {
                alone.remove(device);
                toldAlone.remove(device);
                told.add("CLEARED " + device);
            }
        }

        /** In the order in which their time has come. */
        void look(long now) {
            while (true) {
                Optional<String> next = alone.entrySet().stream()
                        .filter(each -> each.getValue()[1] != 0 && each.getValue()[1] <= now)
                        .min(Map.Entry.<String, long[]>comparingByValue((a, b) -> Long.compare(a[1], b[1]))
                                .thenComparing(Map.Entry.comparingByKey()))
                        .map(Map.Entry::getKey);
                if (next.isEmpty()) {
                    return;
                }
                decide(next.get());
            }
        }

        private void decide(String device) {
            long[] own = Objects.requireNonNull(alone.get(device));
            long at = own[0];
            Set<String> near = new HashSet<>();
            alone.forEach((other, times) -> {
                if (Math.abs(times[0] - at) <= terms.getWithinMs()) {
                    near.add(other);
                }
            });
            if (near.size() >= terms.getMin()) {
                alone.forEach((other, times) -> {
                    if (times[1] != 0) {
                        near.add(other);
                    }
                });
                members.addAll(near);
                alone.keySet().removeAll(near);
                told.add("RAISED group");
            } else {
                own[1] = 0;
                toldAlone.add(device);
                told.add("RAISED " + device);
            }
        }
    }

    /** However many fall ill at once: at most one less than a group for themselves, and the group. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aStormOfAnyShapeWithinTheTimeIsToldFewTimes(long seed) {
        Random random = new Random(seed);
        Map<Integer, List<String>> plan = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            plan.computeIfAbsent(random.nextInt(55), any -> new ArrayList<>()).add("d" + i);
        }
        for (int second = 0; second < 60; second++) {
            plan.getOrDefault(second, List.of()).forEach(driver::raise);
            driver.pass(1);
        }

        assertThat(driver.told()).hasSizeBetween(1, TERMS.getMin()).contains("RAISED site/north");
        assertThat(driver.last("site/north").getSeverity()).isEqualTo(Severity.WARNING);
    }
}
