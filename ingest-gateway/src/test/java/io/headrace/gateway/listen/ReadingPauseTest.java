package io.headrace.gateway.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.gateway.ingest.InMemoryIngest;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class ReadingPauseTest {
    private final InMemoryIngest ingest = new InMemoryIngest();
    private final ReadingPause pause = new ReadingPause(ingest);

    @Test
    void withRoomASocketIsRead() {
        // Given
        EmbeddedChannel channel = new EmbeddedChannel(pause);

        // When
        channel.writeInbound("bytes");

        // Then
        assertThat(channel.config().isAutoRead()).isTrue();
        assertThat(pause.paused()).isZero();
    }

    @Test
    void withoutRoomWhatWasReadGoesOnAndNoMoreIsReadUntilThereIsRoom() {
        // Given
        EmbeddedChannel first = new EmbeddedChannel(pause);
        EmbeddedChannel second = new EmbeddedChannel(pause);
        ingest.fill();

        // When
        first.writeInbound("a");
        second.writeInbound("b");

        // Then
        assertThat(first.<String>readInbound()).isEqualTo("a");
        assertThat(first.config().isAutoRead()).isFalse();
        assertThat(second.config().isAutoRead()).isFalse();
        assertThat(pause.paused()).isEqualTo(2);

        // When
        ingest.makeRoom();
        first.runPendingTasks();
        second.runPendingTasks();

        // Then
        assertThat(first.config().isAutoRead()).isTrue();
        assertThat(second.config().isAutoRead()).isTrue();
        assertThat(pause.paused()).isZero();
    }

    @Test
    void aConnectionThatComesWhileThereIsNoRoomIsNotRead() {
        // Given
        ingest.fill();

        // When
        EmbeddedChannel channel = new EmbeddedChannel(pause);

        // Then
        assertThat(channel.config().isAutoRead()).isFalse();
    }

    @Test
    void aClosedConnectionIsForgotten() {
        // Given
        EmbeddedChannel channel = new EmbeddedChannel(pause);
        ingest.fill();
        channel.writeInbound("a");

        // When
        channel.close();

        // Then
        assertThat(pause.paused()).isZero();
    }
}
