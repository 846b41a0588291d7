package io.headrace.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.catalogue.Headers;
import io.headrace.gateway.ingest.Message.Fact;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String TAIL = "-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static List<Fact> states(String... states) {
        return TraceContext.facts(List.of("00" + TAIL), List.of(states)).stream()
                .filter(fact -> fact.key().equals(Headers.TRACESTATE))
                .toList();
    }

    @Test
    void aParentIsPassedOnAsItIs() {
        assertThat(TraceContext.facts(List.of("00" + TAIL), List.of()))
                .containsExactly(new Fact(Headers.TRACEPARENT, "00" + TAIL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-brings",
            })
    void aVersionToComeIsPassedOnAsTheOneThatIsKnown(String parent) {
        assertThat(TraceContext.facts(List.of(parent), List.of()))
                .containsExactly(new Fact(Headers.TRACEPARENT, "00" + TAIL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.x",
                "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319-cb7ad6b7169203331-01",
            })
    void anInvalidParentIsLeftOutWithItsState(String parent) {
        assertThat(TraceContext.facts(List.of(parent), List.of("a=1"))).isEmpty();
    }

    @Test
    void twoParentsAreNone() {
        assertThat(TraceContext.facts(List.of("00" + TAIL, "00" + TAIL), List.of()))
                .isEmpty();
    }

    @Test
    void statesOfSeveralHeadersAreOneListInTheirOrder() {
        assertThat(states("rojo=00f067aa0ba902b7 , congo=t61rcWkgMzE", "t@v=1"))
                .containsExactly(new Fact(Headers.TRACESTATE, "rojo=00f067aa0ba902b7 , congo=t61rcWkgMzE,t@v=1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "a",
                "a=",
                "=1",
                "A=1",
                "1=1",
                "a=1,a=2",
                "a=b=c",
                "a=\u00e9",
                "a@1=1",
                "a =1",
                "a=1;b\u0001=2"
            })
    void anInvalidStateIsLeftOutAlone(String state) {
        assertThat(states(state)).isEmpty();
    }

    @Test
    void aStateHasAtMost32MembersAnd512Characters() {
        assertThat(states(members(32))).hasSize(1);
        assertThat(states(members(33))).isEmpty();
        assertThat(states("a=" + "x".repeat(256))).hasSize(1);
        assertThat(states("a=" + "x".repeat(257))).isEmpty();
        assertThat(states("a=" + "x".repeat(250) + ",b=" + "x".repeat(257))).isEmpty();
    }

    private static String members(int count) {
        return IntStream.range(0, count).mapToObj(i -> "k" + i + "=1").collect(Collectors.joining(","));
    }
}
