package io.headrace.control.access;

import io.headrace.config.Secret;
import io.headrace.config.Settings;
import java.util.Optional;

/**
 * One token for each role.
 *
 * @param admin always there: without it nobody could make a device
 * @param operator empty: nobody has the role
 * @param viewer empty: nobody has the role
 */
public record AccessConfig(Secret admin, Optional<Secret> operator, Optional<Secret> viewer) {
    /**
     * Reads {@code control-plane.admin-token-file} or {@code -env}, and the same for {@code operator-token} and
     * {@code viewer-token}.
     */
    public static AccessConfig from(Settings settings) {
        return new AccessConfig(
                settings.secret("control-plane.admin-token"),
                settings.findSecret("control-plane.operator-token"),
                settings.findSecret("control-plane.viewer-token"));
    }
}
