package io.headrace.control.devices;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/**
 * Keys as a device holds them, Base64 of 32 bytes, shown once and never again.
 *
 * @param primary empty where it isn't new
 * @param secondary empty where it isn't new
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Keys(Optional<String> primary, Optional<String> secondary) {
    @Override
    public String toString() {
        return "(keys)";
    }
}
