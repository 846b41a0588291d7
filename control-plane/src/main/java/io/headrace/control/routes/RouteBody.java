package io.headrace.control.routes;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headrace.catalogue.Catalogue;
import io.headrace.control.definitions.ConditionCheck;
import io.headrace.control.http.Problem;
import io.headrace.record.Route;
import io.headrace.record.Tier;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A route as the API takes and shows it.
 *
 * @param id taken from the path where a route is put; null or the same there
 * @param enabled null for true
 * @param fallback null for false
 * @param condition CEL
 * @param tiers of {@code hot}, {@code warm}, {@code cold}; null for none: readings that match are kept in no tier, and
 *     no fallback takes them
 * @param keep tier to how long it keeps them, {@code hot} in minutes, {@code warm} in days, {@code cold} in years; null,
 *     and a tier without: as long as it keeps any
 * @param topic name under {@code telemetry.routed.}; null for none
 * @param addTags null for none
 * @param updatedAt shown, not taken
 */
public record RouteBody(
        @Nullable String id,
        @Nullable Boolean enabled,
        @Nullable Boolean fallback,
        @Nullable String condition,
        @Nullable List<String> tiers,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable
        Map<String, Integer> keep,

        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String topic,
        @Nullable Map<String, String> addTags,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String updatedAt) {
    private static final Pattern TAG_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final int MAX_TAG_VALUE = 256;
    private static final int MAX_TAGS = 64;
    private static final Map<Tier, Integer> MOST = Map.of(Tier.HOT, 30 * 24 * 60, Tier.WARM, 36_500, Tier.COLD, 1_000);

    static RouteBody of(Route route) {
        return new RouteBody(
                route.getId(),
                route.getEnabled(),
                route.getFallback(),
                route.getCondition(),
                route.getTiers().stream()
                        .map(tier -> tier.name().toLowerCase(Locale.ROOT))
                        .toList(),
                shown(route.getKeep()),
                route.getTopic(),
                new TreeMap<>(route.getAddTags()),
                route.getUpdatedAt().toString());
    }

    /** @throws Problem (400) that names the member and what it may be */
    Route toRoute(String pathId, Instant now) {
        if (id != null && !id.equals(pathId)) {
            throw Problem.badRequest("id in the body must be the one of the path");
        }
        if (condition == null || condition.isBlank()) {
            throw Problem.badRequest("condition is missing; the word true lets every reading through");
        }
        ConditionCheck.require("condition", condition);
        if (topic != null && !Catalogue.isRouteName(topic)) {
            throw Problem.badRequest("topic must be 1 to 64 of A-Z a-z 0-9 _ -: what follows telemetry.routed.");
        }
        List<Tier> marks = tiers == null
                ? List.of()
                : tiers.stream().map(RouteBody::tier).distinct().toList();
        Map<String, String> tags = addTags == null ? Map.of() : addTags;
        requireTags(tags);
        return Route.newBuilder()
                .setId(pathId)
                .setEnabled(enabled == null || enabled)
                .setFallback(Boolean.TRUE.equals(fallback))
                .setCondition(condition)
                .setTiers(marks)
                .setKeep(keep(marks))
                .setTopic(topic)
                .setAddTags(new HashMap<>(tags))
                .setUpdatedAt(now)
                .build();
    }

    private static Map<String, Integer> shown(Map<String, Integer> keep) {
        Map<String, Integer> shown = new TreeMap<>();
        keep.forEach((tier, time) -> shown.put(tier.toLowerCase(Locale.ROOT), time));
        return shown;
    }

    private Map<String, Integer> keep(List<Tier> marks) {
        Map<String, Integer> record = new HashMap<>();
        Map<String, Integer> given = keep == null ? Map.of() : keep;
        given.forEach((name, time) -> {
            Tier tier = tier(name);
            int most = MOST.getOrDefault(tier, 0);
            if (!marks.contains(tier)) {
                throw Problem.badRequest("keep has " + name + ", which isn't among the tiers");
            }
            if (time == null || time < 1 || time > most) {
                throw Problem.badRequest("keep." + name + " must be 1 to " + most + ": hot in minutes, warm in days,"
                        + " cold in years");
            }
            record.put(tier.name(), time);
        });
        return record;
    }

    private static Tier tier(String text) {
        for (Tier tier : Tier.values()) {
            if (tier.name().toLowerCase(Locale.ROOT).equals(text)) {
                return tier;
            }
        }
        throw Problem.badRequest("tiers must be of hot, warm and cold");
    }

    private static void requireTags(Map<String, String> tags) {
        boolean sound = tags.size() <= MAX_TAGS
                && tags.entrySet().stream()
                        .allMatch(tag -> TAG_NAME.matcher(tag.getKey()).matches()
                                && tag.getValue() != null
                                && tag.getValue().length() <= MAX_TAG_VALUE);
        if (!sound) {
            throw Problem.badRequest("addTags must be at most " + MAX_TAGS
                    + " names of A-Z a-z 0-9 . _ - with texts of at most " + MAX_TAG_VALUE + " characters");
        }
    }
}
