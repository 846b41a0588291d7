package io.headrace.wear;

/**
 * What is likely to remain of a device's life, counted from the end of its last whole step.
 *
 * @param remaining steps, up to the model's limit, where it means that many or more
 * @param low steps; one in twenty devices has less
 * @param high steps; one in twenty has more. NaN where that is beyond the limit, and so unknown
 * @param health 1 where no wear shows, 0 at the end
 */
public record Estimate(double remaining, double low, double high, double health) {}
