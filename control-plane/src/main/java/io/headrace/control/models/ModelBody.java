package io.headrace.control.models;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.control.definitions.RecordJson;
import io.headrace.control.http.Problem;
import io.headrace.control.http.Times;
import io.headrace.record.Model;
import io.headrace.record.ModelError;
import io.headrace.record.RuleTarget;
import io.headrace.record.TrainedOn;
import io.headrace.wear.InvalidModelException;
import io.headrace.wear.ModelForm;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model as the API takes and shows it. {@code ./headrace model train} makes them.
 *
 * @param name taken from the path where a model is put; null or the same there
 * @param version shown, not taken
 * @param kind how the parameters are to be read
 * @param enabled shown, not taken
 * @param metrics whose course tells wear
 * @param operating metrics that say how a device is run; null for none
 * @param stepMs event time over which values are averaged
 * @param limitSteps at which remaining life is cut
 * @param parameters arrays of numbers by name; not shown in lists
 * @param target whom it is about; null for all devices
 * @param trainedOn what it was fitted to
 * @param error on devices that were kept apart
 * @param createdAt shown, not taken
 * @param createdBy shown, not taken
 * @param inForceFrom shown, not taken: receive time from which on this version judges
 * @param earlierVersion shown, not taken: the version that can be rolled back to; null for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ModelBody(
        @Nullable String name,
        @Nullable Long version,
        @Nullable String kind,
        @Nullable Boolean enabled,
        @Nullable List<String> metrics,
        @Nullable List<String> operating,
        @Nullable Long stepMs,
        @Nullable Double limitSteps,
        @Nullable Map<String, List<Double>> parameters,
        @Nullable Map<String, Object> target,
        @Nullable Trained trainedOn,
        @Nullable Errors error,
        @Nullable String createdAt,
        @Nullable String createdBy,
        @Nullable String inForceFrom,
        @Nullable Long earlierVersion) {

    /**
     * What a model was fitted to.
     *
     * @param from ISO 8601: first step of any life
     * @param to ISO 8601: last failure
     * @param source both, warm, cold or csv
     */
    record Trained(int devices, int lives, long rows, String from, String to, String source) {}

    /** Milliseconds, and a part of 1. */
    record Errors(double rmseMs, double rmseOfMeanMs, double coverage) {}

    /** Without its parameters. */
    static ModelBody brief(Model model) {
        return of(model, null);
    }

    static ModelBody whole(Model model) {
        return of(model, model.getParameters());
    }

    private static ModelBody of(Model model, @Nullable Map<String, List<Double>> parameters) {
        TrainedOn on = model.getTrainedOn();
        ModelError error = model.getError();
        return new ModelBody(
                model.getName(),
                model.getVersion(),
                model.getKind(),
                model.getEnabled(),
                model.getMetrics(),
                model.getOperating(),
                model.getStepMs(),
                model.getLimitSteps(),
                parameters,
                RecordJson.shown(model.getTarget()),
                new Trained(
                        on.getDevices(),
                        on.getLives(),
                        on.getRows(),
                        on.getFrom().toString(),
                        on.getTo().toString(),
                        on.getSource()),
                new Errors(error.getRmseMs(), error.getRmseOfMeanMs(), error.getCoverage()),
                model.getCreatedAt().toString(),
                model.getCreatedBy(),
                model.getEffectiveAt() == null ? null : model.getEffectiveAt().toString(),
                model.getEarlier() == null ? null : model.getEarlier().getVersion());
    }

    /**
     * The model, sound, as its first version.
     *
     * @throws Problem (400) that names the member and what it may be
     */
    Model toModel(String pathName, String actor, Instant now) {
        if (name != null && !name.equals(pathName)) {
            throw Problem.badRequest("name in the body must be the one of the path");
        }
        Trained on = required("trainedOn", trainedOn);
        Errors errors = required("error", error);
        Model model = Model.newBuilder()
                .setName(pathName)
                .setVersion(1)
                .setKind(required("kind", kind))
                .setMetrics(required("metrics", metrics))
                .setOperating(operating == null ? List.of() : operating)
                .setStepMs(required("stepMs", stepMs))
                .setLimitSteps(required("limitSteps", limitSteps))
                .setParameters(new HashMap<>(required("parameters", parameters)))
                .setTarget(RecordJson.read(RuleTarget.class, target == null ? Map.of() : target, "target"))
                .setTrainedOn(new TrainedOn(
                        on.devices(),
                        on.lives(),
                        on.rows(),
                        Times.of("trainedOn.from", required("trainedOn.from", on.from())),
                        Times.of("trainedOn.to", required("trainedOn.to", on.to())),
                        required("trainedOn.source", on.source())))
                .setError(new ModelError(errors.rmseMs(), errors.rmseOfMeanMs(), errors.coverage()))
                .setCreatedAt(now)
                .setCreatedBy(actor)
                .build();
        requireSound(model);
        return model;
    }

    private static void requireSound(Model model) {
        boolean hasNull = hasNull(model.getMetrics())
                || hasNull(model.getOperating())
                || model.getParameters().values().stream().anyMatch(values -> values == null || hasNull(values));
        if (hasNull) {
            throw Problem.badRequest("metrics, operating and parameters must be without null");
        }
        try {
            ModelForm.read(model);
        } catch (InvalidModelException invalid) {
            throw Problem.badRequest(String.valueOf(invalid.getMessage()));
        }
    }

    /** A list of JSON may have null in it; {@code contains} of some lists can't be asked for it. */
    private static boolean hasNull(List<?> values) {
        return values.stream().anyMatch(Objects::isNull);
    }

    private static <T> T required(String member, @Nullable T value) {
        if (value == null) {
            throw Problem.badRequest(member + " is missing");
        }
        return value;
    }
}
