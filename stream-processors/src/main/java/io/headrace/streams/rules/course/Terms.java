package io.headrace.streams.rules.course;

/**
 * On what terms a rule raises.
 *
 * @param forMicros how long it must hold, in event time
 * @param maxPerHour most alerts in any hour of event time; 0 for any number
 */
public record Terms(long forMicros, int maxPerHour) {}
