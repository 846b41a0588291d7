package io.headrace.control;

import io.headrace.config.KafkaConfig;
import io.headrace.config.Secret;
import io.headrace.config.Settings;
import io.headrace.control.access.AccessConfig;
import io.headrace.control.account.AccountConfig;
import io.headrace.control.erase.EraseConfig;
import io.headrace.control.hot.HotConfig;
import io.headrace.control.http.HttpConfig;
import io.headrace.control.live.LiveConfig;
import io.headrace.control.query.QueryConfig;
import io.headrace.control.reconcile.ReconcileConfig;
import io.headrace.control.replay.ReplayConfig;
import io.headrace.registry.RegistryConfig;

/**
 * Everything that a control plane is told.
 *
 * @param masterKey seals device keys; the gateway has the same one
 */
public record ControlPlaneConfig(
        KafkaConfig kafka,
        RegistryConfig registry,
        Secret masterKey,
        AccessConfig access,
        HttpConfig http,
        HotConfig hot,
        LiveConfig live,
        ReconcileConfig reconcile,
        AccountConfig account,
        ReplayConfig replay,
        EraseConfig erase,
        QueryConfig query) {

    /** Reads {@code kafka.*}, {@code registry.*}, {@code secrets.master-key-file} or {@code -env}, {@code control-plane.*}. */
    public static ControlPlaneConfig from(Settings settings) {
        ReconcileConfig reconcile = ReconcileConfig.from(settings);
        return new ControlPlaneConfig(
                KafkaConfig.from(settings),
                RegistryConfig.from(settings),
                settings.secret("secrets.master-key"),
                AccessConfig.from(settings),
                HttpConfig.from(settings),
                HotConfig.from(settings),
                LiveConfig.from(settings, reconcile.pendingGrace()),
                reconcile,
                AccountConfig.from(settings),
                ReplayConfig.from(settings),
                EraseConfig.from(settings),
                QueryConfig.from(settings));
    }
}
