package io.headrace.control.access;

/**
 * Who makes a request.
 *
 * @param name as the audit log calls the caller
 */
public record Caller(String name, Role role) {}
