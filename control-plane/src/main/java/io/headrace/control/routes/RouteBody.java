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
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String topic,
        @Nullable Map<String, String> addTags,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String updatedAt) {
    private static final Pattern TAG_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final int MAX_TAG_VALUE = 256;
    private static final int MAX_TAGS = 64;

    static RouteBody of(Route route) {
        return new RouteBody(
                route.getId(),
                route.getEnabled(),
                route.getFallback(),
                route.getCondition(),
                route.getTiers().stream()
                        .map(tier -> tier.name().toLowerCase(Locale.ROOT))
                        .toList(),
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
                .setTopic(topic)
                .setAddTags(new HashMap<>(tags))
                .setUpdatedAt(now)
                .build();
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
