package io.headrace.streams.enrich;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.measure.IncommensurableException;
import javax.measure.Unit;
import javax.measure.UnitConverter;
import systems.uom.ucum.format.UCUMFormat;
import systems.uom.ucum.internal.format.TokenMgrError;
import tech.units.indriya.AbstractUnit;

/** Units by their case-sensitive UCUM codes. Slow, some 100 µs a unit: its answers are kept. Safe for use by several threads. */
final class Ucum {
    /** The alphabet of UCUM, and no number that the parser could raise a unit to until the stack ends. */
    private static final Pattern CODE = Pattern.compile("(?!.*[0-9]{4})[!-~]{1,64}");

    private static final UCUMFormat FORMAT = UCUMFormat.getInstance(UCUMFormat.Variant.CASE_SENSITIVE);

    private Ucum() {}

    /** Empty for what is no code, and for the few codes that the library doesn't have. */
    static Optional<Unit<?>> parse(String code) {
        if (!CODE.matcher(code).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(FORMAT.parse(code));
        } catch (RuntimeException | TokenMgrError noCode) {
            return Optional.empty();
        }
    }

    /**
     * Whether it says what is measured. Of a number, an angle, a count or a rate of something a unit doesn't: percent and
     * pieces would be one quantity, and hertz and bits per second another.
     */
    static boolean isOfOneQuantity(Unit<?> unit) {
        return !unit.isCompatible(AbstractUnit.ONE) && !unit.inverse().isCompatible(Rates.SECOND);
    }

    private static final class Rates {
        private static final Unit<?> SECOND = Ucum.parse("s").orElseThrow();
    }

    /** @param code of {@code to}, which results are said to be in */
    static Conversion between(Unit<?> from, Unit<?> to, String code) {
        try {
            UnitConverter converter = from.getConverterToAny(to);
            BigDecimal atZero = at(converter, 0);
            BigDecimal slope = at(converter, 1).subtract(atZero);
            BigDecimal bend = at(converter, 100).subtract(atZero).subtract(slope.multiply(BigDecimal.valueOf(100)));
            boolean straight = bend.abs().compareTo(slope.abs().multiply(new BigDecimal("1e-15"))) <= 0;
            return slope.signum() != 0 && straight
                    ? Conversion.Linear.of(code, slope, atZero)
                    : new Conversion.Impossible(UnitOutcome.NOT_LINEAR);
        } catch (IncommensurableException other) {
            return new Conversion.Impossible(UnitOutcome.INCOMMENSURABLE);
        } catch (RuntimeException noFactor) {
            // a logarithm of zero, or a temperature in a product
            return new Conversion.Impossible(UnitOutcome.NOT_LINEAR);
        }
    }

    private static BigDecimal at(UnitConverter converter, int value) {
        return new BigDecimal(converter.convert((Number) value).toString());
    }
}
