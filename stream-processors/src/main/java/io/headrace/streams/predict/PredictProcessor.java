package io.headrace.streams.predict;

import io.headrace.catalogue.Headers;
import io.headrace.catalogue.OriginHeader;
import io.headrace.record.Clock;
import io.headrace.record.Prediction;
import io.headrace.record.Reading;
import io.headrace.streams.state.WriteBackStore;
import io.headrace.streams.state.WriteBackStore.Layout;
import io.headrace.wear.Estimate;
import io.headrace.wear.Shape;
import io.headrace.wear.WearModel.Taken;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.jspecify.annotations.Nullable;

/** Takes each reading to the models about its device, and tells what is news. */
final class PredictProcessor implements FixedKeyProcessor<String, Reading, Told> {
    /** Most models about one device; of more, the first by name. */
    static final int MOST_PER_DEVICE = 8;

    /** All of a device stands under its id. */
    private static final String ONLY = "";

    static final Layout<String, DeviceOutlooks> LAYOUT =
            new Layout<>((device, only) -> place(device), DeviceOutlooks::stored);

    private final Models models;
    private final PredictMeters meters;
    private final String storeName;
    private @Nullable FixedKeyProcessorContext<String, Told> context;
    private @Nullable WriteBackStore<String, DeviceOutlooks> store;

    PredictProcessor(Models models, PredictMeters meters, String storeName) {
        this.models = models;
        this.meters = meters;
        this.storeName = storeName;
    }

    @Override
    public void init(FixedKeyProcessorContext<String, Told> context) {
        this.context = context;
        this.store = context.getStateStore(storeName);
    }

    @Override
    public void process(FixedKeyRecord<String, Reading> record) {
        List<Versions> all = models.all();
        if (all.isEmpty() && !models.wereThere()) {
            return;
        }
        Reading reading = record.value();
        String device = record.key();
        DeviceOutlooks known =
                stores().slot(device, ONLY, DeviceOutlooks::ofStored).value();
        if (known == null && !isAboutAny(all, device, reading.getTags())) {
            return;
        }
        if (reading.getClock() == Clock.CORRECTED) {
            meters.untimed();
            return;
        }
        DeviceOutlooks outlooks = known == null ? new DeviceOutlooks() : known;
        long receivedAt = Models.micros(reading.getReceivedAt());
        boolean changed = withdrawGone(all, outlooks, receivedAt, record);
        for (Versions each : outlooks.about(all, device, reading.getTags(), MOST_PER_DEVICE)) {
            ActiveModel model = each.at(receivedAt);
            if (model != null && model.isAbout(device, reading.getTags())) {
                changed |= judge(model, outlooks, record);
            }
        }
        if (changed && outlooks.byModel.isEmpty()) {
            stores().remove(device, ONLY);
        } else if (changed) {
            stores().put(device, ONLY, outlooks);
        }
    }

    private static boolean isAboutAny(List<Versions> all, String device, Map<String, String> tags) {
        for (Versions each : all) {
            if (each.mayBeAbout(device, tags)) {
                return true;
            }
        }
        return false;
    }

    /** A prediction doesn't stand for ever whose model was deleted or disabled. */
    private boolean withdrawGone(
            List<Versions> all, DeviceOutlooks outlooks, long receivedAt, FixedKeyRecord<String, Reading> record) {
        boolean changed = false;
        Iterator<Map.Entry<String, Outlook>> each = outlooks.byModel.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, Outlook> outlook = each.next();
            if (!isThere(all, outlook.getKey(), receivedAt)) {
                each.remove();
                changed = true;
                if (outlook.getValue().hasTold()) {
                    meters.withdrawn();
                    Prediction gone = Saying.withdrawal(
                            outlook.getKey(), outlook.getValue().version(), record.value());
                    tell(new Told(gone, record.value()), record);
                }
            }
        }
        return changed;
    }

    private static boolean isThere(List<Versions> all, String name, long receivedAt) {
        for (Versions each : all) {
            if (each.name().equals(name)) {
                return each.at(receivedAt) != null;
            }
        }
        return false;
    }

    /** @return whether anything is to be stored */
    private boolean judge(ActiveModel model, DeviceOutlooks outlooks, FixedKeyRecord<String, Reading> record) {
        Outlook outlook = outlooks.byModel.get(model.name());
        if (outlook == null) {
            outlook = Outlook.fresh(model);
        }
        outlook.judgedBy(model);
        if (!read(model.wear().shape(), record.value().getValues(), outlook.values())) {
            return false;
        }
        Taken taken = take(model, outlook, record.value());
        if (taken == Taken.LATE) {
            meters.late();
            return false;
        }
        outlooks.byModel.put(model.name(), outlook);
        if (taken == Taken.ENDED_STEP && model.wear().canJudge(outlook.state())) {
            judge(model, outlook, record);
        }
        return true;
    }

    private void judge(ActiveModel model, Outlook outlook, FixedKeyRecord<String, Reading> record) {
        Estimate estimate = model.wear().estimate(outlook.state(), outlook.scratch());
        double limit = model.wear().curve().limit();
        if (outlook.isNews(estimate.remaining(), limit)) {
            outlook.tell(estimate.remaining());
            meters.told();
            tell(new Told(Saying.prediction(model, outlook, estimate, record.value()), record.value()), record);
        }
        if (outlook.isRenewed(estimate.remaining(), limit)) {
            meters.renewed();
            outlook.begin();
            take(model, outlook, record.value());
        }
    }

    private static Taken take(ActiveModel model, Outlook outlook, Reading reading) {
        return model.wear()
                .take(outlook.state(), Models.micros(reading.getObservedAt()), outlook.values(), outlook.scratch());
    }

    /** @return whether there is anything that the model looks at */
    private static boolean read(Shape shape, Map<String, Object> values, double[] row) {
        boolean isAny = false;
        for (int column = 0; column < row.length; column++) {
            row[column] = switch (values.get(shape.column(column))) {
                case Number number -> number.doubleValue();
                case Boolean bool -> bool ? 1 : 0;
                case null, default -> Double.NaN;
            };
            isAny |= Double.isFinite(row[column]);
        }
        return isAny;
    }

    private void tell(Told told, FixedKeyRecord<String, Reading> record) {
        RecordHeaders headers = new RecordHeaders();
        Headers.set(
                headers,
                Headers.ORIGIN,
                Headers.find(record.headers(), Headers.ORIGIN)
                        .orElseGet(() -> OriginHeader.ofMessage(record.value().getOrigin())));
        Objects.requireNonNull(context).forward(record.withValue(told).withHeaders(headers));
    }

    private WriteBackStore<String, DeviceOutlooks> stores() {
        return Objects.requireNonNull(store);
    }

    static void erase(WriteBackStore<String, DeviceOutlooks> store, String device) {
        store.erase(device, place(device), place(device));
    }

    private static Bytes place(String device) {
        return Bytes.wrap(device.getBytes(StandardCharsets.UTF_8));
    }
}
