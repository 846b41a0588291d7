package io.headrace.control.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Sizing;
import io.headrace.catalogue.TrustedRecords;
import io.headrace.control.http.Problem;
import io.headrace.record.Clock;
import io.headrace.record.Origin;
import io.headrace.record.Reading;
import io.headrace.record.Route;
import io.headrace.record.Tier;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TriedRouteTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Catalogue CATALOGUE = new Catalogue("hub1.", Sizing.STANDALONE);

    static {
        TrustedRecords.trust(Route.class);
    }

    private static Route.Builder route(String id, String condition, Tier... tiers) {
        return Route.newBuilder()
                .setId(id)
                .setCondition(condition)
                .setTiers(List.of(tiers))
                .setUpdatedAt(NOW);
    }

    private static Reading reading(long offset, Object temperature) {
        return Reading.newBuilder()
                .setDeviceId("boiler")
                .setObservedAt(NOW)
                .setReceivedAt(NOW)
                .setClock(Clock.GATEWAY)
                .setOrigin(new Origin(2, offset, 0))
                .setValues(new HashMap<>(Map.of("temperature", temperature)))
                .build();
    }

    private static TriedRoute tried(Route route, Route... stored) {
        TriedRoute tried = new TriedRoute(route, List.of(stored), CATALOGUE);
        for (int i = 0; i < 100; i++) {
            tried.take(reading(i, (double) i));
        }
        tried.take(reading(100, "broken"));
        return tried;
    }

    @Test
    void whereReadingsGoWithARouteIsHeldAgainstWhereTheyGoWithoutIt() {
        Route alarm = route("alarm", "values.temperature >= 90.0", Tier.HOT)
                .setTopic("alarm")
                .setEnabled(false)
                .build();
        Route rest = route("rest", "true", Tier.WARM).setFallback(true).build();

        TriedRoute.Verdict verdict = tried(alarm, rest).verdict(true);

        assertThat(verdict.readings()).isEqualTo(101);
        assertThat(verdict.matched()).isEqualTo(10);
        assertThat(verdict.failed()).isEqualTo(1);
        assertThat(verdict.now()).isEqualTo(Map.of("warm", 101L));
        assertThat(verdict.then()).isEqualTo(Map.of("warm", 91L, "hot", 10L, "hub1.telemetry.routed.alarm", 10L));
        assertThat(verdict.examples())
                .extracting(TriedRoute.Example::origin)
                .startsWith("2:90", "2:91")
                .hasSize(5);
    }

    @Test
    void theStoredRouteOfThatIdMakesRoom() {
        Route stored = route("keep", "true", Tier.WARM, Tier.COLD).build();
        Route narrower = route("keep", "values.temperature >= 50.0", Tier.COLD).build();

        TriedRoute.Verdict verdict = tried(narrower, stored).verdict(false);

        assertThat(verdict.complete()).isFalse();
        assertThat(verdict.now()).isEqualTo(Map.of("warm", 101L, "cold", 101L));
        // what can't be judged gets the default, warm and cold
        assertThat(verdict.then()).isEqualTo(Map.of("cold", 51L, "warm", 1L, "nowhere", 50L));
    }

    @Test
    void aConditionThatCanNotBeIsRefused() {
        Route wrong = route("wrong", "values.temperature >", Tier.WARM).build();
        assertThatThrownBy(() -> new TriedRoute(wrong, List.of(), CATALOGUE))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("line 1");
    }
}
