package io.headrace.gateway.coap;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Random;
import org.eclipse.californium.core.coap.CoAP.ResponseCode;
import org.eclipse.californium.core.coap.Request;
import org.eclipse.californium.core.coap.Response;
import org.eclipse.californium.core.network.Exchange;
import org.eclipse.californium.core.network.KeyMID;
import org.junit.jupiter.api.Test;

/** How much is remembered, and what is forgotten first. */
class RecentRequestsTest {
    private static final int LIMIT = 100;

    private final CoapMeters meters = new CoapMeters(new SimpleMeterRegistry());
    private final RecentRequests recent = new RecentRequests(LIMIT, meters);

    private static Exchange exchange(String peer, int mid) {
        Request request = Request.newPost();
        request.setBytes((peer + mid).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return new Exchange(request, peer, Exchange.Origin.REMOTE, Runnable::run);
    }

    private Exchange answered(String peer, int mid) {
        Exchange exchange = exchange(peer, mid);
        exchange.execute(() -> exchange.setCurrentResponse(new Response(ResponseCode.CHANGED)));
        recent.findPrevious(new KeyMID(mid, peer), exchange);
        return exchange;
    }

    private boolean isKnown(String peer, int mid) {
        return recent.find(new KeyMID(mid, peer)) != null;
    }

    @Test
    void onePeerIsRememberedWithItsLatest() {
        RecentRequests large = new RecentRequests(1_000_000, meters);
        for (int mid = 0; mid < 1_000; mid++) {
            large.findPrevious(new KeyMID(mid, "p"), exchange("p", mid));
        }

        assertThat(large.size()).isEqualTo(RecentRequests.PER_PEER);
        assertThat(large.find(new KeyMID(999, "p"))).isNotNull();
        assertThat(large.find(new KeyMID(999 - RecentRequests.PER_PEER, "p"))).isNull();
    }

    @Test
    void atTheLimitTheOldestIsForgotten() {
        for (int peer = 0; peer < LIMIT; peer++) {
            answered("p" + peer, 1);
        }
        assertThat(isKnown("p0", 1)).isTrue();

        answered("one more", 1);

        assertThat(recent.size()).isEqualTo(LIMIT);
        assertThat(isKnown("p0", 1)).isFalse();
        assertThat(isKnown("p1", 1)).isTrue();
        assertThat(isKnown("one more", 1)).isTrue();
    }

    @Test
    void whatWaitsForKafkaIsNotForgotten() {
        recent.findPrevious(new KeyMID(1, "waits"), exchange("waits", 1));
        for (int peer = 0; peer < 10 * LIMIT; peer++) {
            answered("p" + peer, 1);
        }

        assertThat(isKnown("waits", 1)).isTrue();
        assertThat(recent.size()).isLessThanOrEqualTo(LIMIT);
    }

    @Test
    void anyMixStaysBoundedAndNothingIsLeftAtTheEnd() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            answered("p" + random.nextInt(300), random.nextInt(200));
            assertThat(recent.size()).isLessThanOrEqualTo(LIMIT);
        }
        assertThat(meters.remembered.get()).isEqualTo(recent.size());
        recent.clear();
        assertThat(meters.remembered.get()).isZero();
    }
}
