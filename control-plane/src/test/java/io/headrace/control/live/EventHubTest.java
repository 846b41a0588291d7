package io.headrace.control.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.control.http.Problem;
import io.headrace.control.live.EventHub.Event;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EventHubTest {
    private static final Event FIRST = new Event("system", "{}");

    @Test
    void aClientThatDoesNotReadIsDroppedAndTheOthersGoOn() throws Exception {
        // Given
        EventHub hub = new EventHub(10);
        CountDownLatch slowIsIn = new CountDownLatch(1);
        CountDownLatch slowIsOut = new CountDownLatch(1);
        CountDownLatch quickIsIn = new CountDownLatch(1);
        CountDownLatch quickGotAll = new CountDownLatch(1);
        List<String> got = new CopyOnWriteArrayList<>();
        Thread slow = Thread.ofVirtual().start(() -> {
            try {
                hub.feed(
                        (name, data) -> {
                            slowIsIn.countDown();
                            blockForEver();
                        },
                        FIRST);
            } catch (Exception dropped) {
                slowIsOut.countDown();
            }
        });
        Thread quick = Thread.ofVirtual().start(() -> {
            try {
                hub.feed(
                        (name, data) -> {
                            quickIsIn.countDown();
                            got.add(data);
                            if (data.equals("last")) {
                                quickGotAll.countDown();
                            }
                        },
                        FIRST);
            } catch (Exception stopped) {
                got.add("stopped");
            }
        });
        slowIsIn.await();
        quickIsIn.await();

        // When
        for (int i = 0; i < 300; i++) {
            hub.publish(new Event("system", "" + i));
            while (got.size() < i + 2) {
                Thread.onSpinWait();
            }
        }
        hub.publish(new Event("system", "last"));

        // Then
        assertThat(slowIsOut.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(quickGotAll.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(got).hasSize(302);
        assertThat(hub.dropped()).isEqualTo(1);
        hub.stop();
        slow.join();
        quick.join();
        assertThat(hub.size()).isZero();
    }

    @Test
    void thereIsRoomForSoManyAndNoMore() throws Exception {
        // Given
        EventHub hub = new EventHub(1);
        CountDownLatch isIn = new CountDownLatch(1);
        hub.requireRoom();
        Thread client = Thread.ofVirtual().start(() -> {
            try {
                hub.feed((name, data) -> isIn.countDown(), FIRST);
            } catch (Exception stopped) {
                isIn.countDown();
            }
        });
        isIn.await();

        // When, then
        assertThatThrownBy(hub::requireRoom).isInstanceOf(Problem.class).hasMessageContaining("max-streams");
        hub.stop();
        client.join();
        hub.requireRoom();
    }

    private static void blockForEver() throws java.io.IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new java.io.InterruptedIOException();
        }
    }
}
