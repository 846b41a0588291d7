package io.headrace.streams.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.wear.Shape;
import io.headrace.wear.WearState;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class DeviceOutlooksTest {
    private static final Shape SHAPE = new Shape(List.of("heat", "flow"), List.of("load"), 60_000_000);

    private static final Outlook NONE = new Outlook(SHAPE, new WearState(SHAPE), -1);

    private static DeviceOutlooks outlooks() {
        DeviceOutlooks outlooks = new DeviceOutlooks();
        outlooks.byModel.put("bearing", bearing());
        outlooks.byModel.put("filter", new Outlook(SHAPE, new WearState(SHAPE), 1));
        return outlooks;
    }

    private static Outlook bearing() {
        Outlook outlook = new Outlook(SHAPE, new WearState(SHAPE), 7);
        outlook.isRenewed(40, 100);
        outlook.isRenewed(99, 100);
        return outlook;
    }

    @Test
    void aWornDeviceThatIsAsNewForTenStepsWasMadeNewAlsoAcrossARestart() {
        // Given: worn, then as new for the first time
        DeviceOutlooks read = DeviceOutlooks.ofStored(outlooks().stored());
        Outlook outlook = read.byModel.getOrDefault("bearing", NONE);

        // When, Then
        for (int step = 2; step < 10; step++) {
            assertThat(outlook.isRenewed(97, 100)).isFalse();
        }
        assertThat(outlook.isRenewed(97, 100)).isTrue();
        outlook.begin();
        assertThat(outlook.isRenewed(97, 100)).isFalse();
    }

    @Test
    void whatIsStoredIsReadAgain() {
        byte[] stored = outlooks().stored();

        DeviceOutlooks read = DeviceOutlooks.ofStored(stored);

        assertThat(read.stored()).isEqualTo(stored);
        assertThat(read.byModel).containsOnlyKeys("bearing", "filter");
        Outlook bearing = read.byModel.getOrDefault("bearing", NONE);
        assertThat(bearing.shape()).isEqualTo(SHAPE);
        assertThat(bearing.version()).isEqualTo(7);
        assertThat(read.byModel.getOrDefault("filter", NONE).hasTold()).isFalse();
    }

    /** Bytes that were stored once: a later version must go on reading them. */
    @Test
    void versionOneIsReadForGood() {
        byte[] beginning = HexFormat.of().parseHex("0102000762656172696e6702000468656174");

        assertThat(Arrays.copyOf(outlooks().stored(), beginning.length)).isEqualTo(beginning);
    }

    @Test
    void anotherVersionAndWhatIsCutOffAreRefused() {
        byte[] stored = outlooks().stored();
        byte[] later = stored.clone();
        later[0] = 9;

        assertThatThrownBy(() -> DeviceOutlooks.ofStored(later)).isInstanceOf(SerializationException.class);
        assertThatThrownBy(() -> DeviceOutlooks.ofStored(Arrays.copyOf(stored, 40)))
                .isInstanceOf(SerializationException.class);
    }
}
