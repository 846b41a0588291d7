package io.headrace.control.models;

import io.headrace.record.Model;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which version comes after which. Each carries the one that was in force before, so that readings which were received
 * until then are judged by that, and so that one can go back.
 */
final class Succession {
    /** Until all processors have a model that was written now. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(1);

    private Succession() {}

    /** A new version in place of one. */
    static Model next(Model model, Optional<Model> before, Instant now) {
        long newest = before.map(Succession::newest).orElse(0L);
        Model numbered = Model.newBuilder(model).setVersion(newest + 1).build();
        return inPlaceOf(numbered, before, now);
    }

    /** The version before, back in force. */
    static Model back(Model current, Model earlier, Instant now) {
        return inPlaceOf(Model.newBuilder(earlier).setEnabled(true).build(), Optional.of(current), now);
    }

    /** The same version, at work or not. */
    static Model switched(Model current, boolean enabled, Instant now) {
        Model switched = Model.newBuilder(current).setEnabled(enabled).build();
        return inPlaceOf(switched, Optional.of(current), now);
    }

    private static long newest(Model model) {
        return model.getEarlier() == null
                ? model.getVersion()
                : Math.max(model.getVersion(), model.getEarlier().getVersion());
    }

    private static Model inPlaceOf(Model model, Optional<Model> before, Instant now) {
        return Model.newBuilder(model)
                .setEffectiveAt(before.isPresent() ? now.plus(ON_ITS_WAY) : null)
                .setEarlier(before.map(each -> inForce(each, now)).orElse(null))
                .build();
    }

    /** A version whose point is yet to come is replaced before it ever judged. */
    private static @Nullable Model inForce(Model model, Instant now) {
        Instant point = model.getEffectiveAt();
        return point == null || !point.isAfter(now)
                ? Model.newBuilder(model).setEarlier(null).build()
                : model.getEarlier();
    }
}
