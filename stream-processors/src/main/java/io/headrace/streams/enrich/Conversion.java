package io.headrace.streams.enrich;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/** What becomes of the values of a metric that are declared in some unit. */
sealed interface Conversion {
    /** The values are in the unit that is wanted, or none is wanted. */
    record Unchanged() implements Conversion {}

    /** No way leads to the unit that is wanted. */
    record Impossible(UnitOutcome why) implements Conversion {}

    /**
     * {@code (value * factor + shift) / divisor}: where the ratio of two units is one of whole numbers, as it mostly is,
     * whole values come out as the double nearest to the truth: 57 cm are 0.57 m and not 0.5700000000000001.
     *
     * @param unit of the results
     */
    record Linear(String unit, double factor, double shift, double divisor) implements Conversion {
        private static final MathContext DIGITS = new MathContext(30, RoundingMode.HALF_EVEN);
        private static final BigDecimal TOLERANCE = new BigDecimal("1e-25");
        private static final BigInteger MAX_DIVISOR = BigInteger.valueOf(1_000_000_000);

        /**
         * From slope and value at zero.
         *
         * @param slope not zero
         */
        static Linear of(String unit, BigDecimal slope, BigDecimal atZero) {
            BigInteger divisor = divisor(slope);
            BigDecimal exact = new BigDecimal(divisor);
            return new Linear(
                    unit,
                    slope.multiply(exact).round(new MathContext(24)).doubleValue(),
                    atZero.multiply(exact).round(new MathContext(24)).doubleValue(),
                    exact.doubleValue());
        }

        /** Of the fraction of small whole numbers that the ratio is, by its continued fraction; 1 where it is none. */
        private static BigInteger divisor(BigDecimal ratio) {
            BigInteger before = BigInteger.ZERO;
            BigInteger divisor = BigInteger.ONE;
            BigDecimal rest = ratio.abs();
            while (divisor.compareTo(MAX_DIVISOR) <= 0) {
                BigDecimal times = ratio.abs().multiply(new BigDecimal(divisor));
                BigDecimal whole = times.setScale(0, RoundingMode.HALF_EVEN);
                if (whole.signum() > 0 && times.subtract(whole).abs().compareTo(whole.multiply(TOLERANCE)) <= 0) {
                    return divisor;
                }
                BigDecimal fraction = rest.subtract(rest.setScale(0, RoundingMode.FLOOR));
                if (fraction.signum() == 0) {
                    return BigInteger.ONE;
                }
                rest = BigDecimal.ONE.divide(fraction, DIGITS);
                BigInteger next = divisor.multiply(rest.toBigInteger()).add(before);
                before = divisor;
                divisor = next;
            }
            return BigInteger.ONE;
        }

        /** Whether it changes nothing but the unit's spelling. */
        boolean isIdentity() {
            return factor == 1 && shift == 0 && divisor == 1;
        }

        /** @return infinite where no double holds it */
        double convert(double value) {
            double result = (value * factor + shift) / divisor;
            return Double.isFinite(result) ? result : value * (factor / divisor) + shift / divisor;
        }
    }
}
