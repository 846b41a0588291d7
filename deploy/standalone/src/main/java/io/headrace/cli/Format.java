package io.headrace.cli;

/** How answers are shown. */
enum Format {
    TABLE,
    JSON
}
