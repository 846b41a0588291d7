package io.headrace.streams.enrich;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.measure.Unit;
import org.jspecify.annotations.Nullable;

/**
 * The unit that values shall have: one for all that are declared in whatever unit, or of several the one that measures
 * what the declared unit does. Keeps how it is reached from each unit that was declared so far, up to some thousand.
 * Safe for use by several threads.
 */
final class UnitTarget {
    private static final int MAX_KEPT = 4_096;

    private final boolean byQuantity;
    private final List<Wanted> wanted;
    private final Map<String, Conversion> kept = new ConcurrentHashMap<>();

    private record Wanted(String code, Unit<?> unit) {}

    private UnitTarget(boolean byQuantity, List<String> codes) {
        this.byQuantity = byQuantity;
        List<Wanted> units = new ArrayList<>();
        for (String code : codes) {
            units.add(new Wanted(code, Ucum.parse(code).orElseThrow()));
        }
        this.wanted = List.copyOf(units);
    }

    /** @param code of UCUM, known to be one */
    static UnitTarget of(String code) {
        return new UnitTarget(false, List.of(code));
    }

    /** @param codes of UCUM, known to be such, one of each quantity */
    static UnitTarget ofQuantities(List<String> codes) {
        return new UnitTarget(true, codes);
    }

    /** What is known of the unit already; null for nothing. */
    @Nullable
    Conversion known(String declared) {
        return kept.get(declared);
    }

    /** Finds it out, and keeps it. */
    Conversion learned(String declared) {
        if (kept.size() >= MAX_KEPT) {
            kept.clear();
        }
        Conversion found = find(declared);
        kept.put(declared, found);
        return found;
    }

    private Conversion find(String declared) {
        if (!byQuantity && wanted.getFirst().code.equals(declared)) {
            return new Conversion.Unchanged();
        }
        Optional<Unit<?>> from = Ucum.parse(SenmlUnits.ucum(declared));
        if (from.isEmpty()) {
            return byQuantity ? new Conversion.Unchanged() : new Conversion.Impossible(UnitOutcome.UNKNOWN);
        }
        if (!byQuantity) {
            return Ucum.between(from.get(), wanted.getFirst().unit, wanted.getFirst().code);
        }
        return Ucum.isOfOneQuantity(from.get()) ? toItsQuantity(from.get()) : new Conversion.Unchanged();
    }

    private Conversion toItsQuantity(Unit<?> from) {
        for (Wanted one : wanted) {
            if (from.isCompatible(one.unit)) {
                return Ucum.between(from, one.unit, one.code);
            }
        }
        return new Conversion.Unchanged();
    }
}
