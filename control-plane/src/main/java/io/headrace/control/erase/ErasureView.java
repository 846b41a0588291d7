package io.headrace.control.erase;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.record.Erasure;
import io.headrace.record.ErasureState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An erasure as it is shown: the proof, once it is done.
 *
 * @param step what a running one is at, or waits for
 * @param processors applications whose state has forgotten the device
 * @param kafkaUntil topic to when its last segment with a record of the device is deleted, at the latest
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record ErasureView(
        String device,
        String state,
        String step,
        String actor,
        Instant requestedAt,
        Optional<Instant> finishedAt,
        List<String> processors,
        List<PlaceView> places,
        Map<String, Instant> kafkaUntil) {
    /**
     * What became of the device in one place.
     *
     * @param erased rows deleted
     * @param left rows of the device, counted anew after that
     * @param filesRewritten where rows are in files
     */
    record PlaceView(String name, long erased, long left, int filesRewritten) {}

    static ErasureView of(Erasure erasure) {
        return new ErasureView(
                erasure.getDeviceId(),
                erasure.getState().name().toLowerCase(Locale.ROOT),
                erasure.getState() == ErasureState.DONE ? "" : erasure.getStep(),
                erasure.getActor(),
                erasure.getRequestedAt(),
                Optional.ofNullable(erasure.getFinishedAt()),
                erasure.getProcessors(),
                erasure.getPlaces().stream()
                        .map(place -> new PlaceView(
                                place.getName(), place.getErased(), place.getLeft(), place.getRewritten()))
                        .toList(),
                new TreeMap<>(erasure.getKafkaUntil()));
    }
}
