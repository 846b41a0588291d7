package io.headrace.gateway.amqp.codec;

/**
 * This side's state of a link, as a flow tells it (section 2.6.7).
 *
 * @param handle of the link
 * @param deliveryCount where its sender is
 * @param credit deliveries that its sender may send from there on
 * @param isDrained whether the credit that was left is used up
 */
public record LinkState(long handle, long deliveryCount, long credit, boolean isDrained) {}
