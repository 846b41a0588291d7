package io.headrace.standalone;

import io.headrace.catalogue.Catalogue;
import io.headrace.catalogue.Topic;
import io.headrace.config.ConfigException;
import io.headrace.config.Secret;
import io.headrace.config.Settings;
import io.headrace.control.erase.ErasedStore;
import io.headrace.control.http.UnavailableException;
import io.headrace.sinks.cold.ColdCatalog;
import io.headrace.sinks.cold.ColdErasure;
import io.headrace.sinks.cold.ColdRetention;
import io.headrace.sinks.warm.WarmErasure;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The stores of the sinks, as the control plane erases devices from them. */
public final class Stores {
    private static final String KEY = "control-plane.erase.";

    private Stores() {}

    /**
     * Reads {@code control-plane.erase.postgres.url}, {@code .user}, {@code .password-file} or {@code -env}, and {@code
     * control-plane.erase.cold.warehouse} or all under {@code .cold.catalog.}: where the sinks store, wherever they run.
     * What isn't said isn't there.
     */
    public static List<ErasedStore> from(Settings settings) {
        Optional<String> user = settings.findText(KEY + "postgres.user");
        Optional<Secret> password = settings.findSecret(KEY + "postgres.password");
        Optional<Path> warehouse = settings.findPath(KEY + "cold.warehouse");
        Map<String, String> catalog = settings.passThrough(KEY + "cold.catalog.");
        List<ErasedStore> stores = new ArrayList<>();
        settings.findText(KEY + "postgres.url").ifPresent(url -> {
            stores.add(new Warm(new WarmErasure(url, user, password)));
            warehouse.ifPresent(folder -> stores.add(cold(new ColdCatalog(url, user, password, folder))));
        });
        if (!catalog.isEmpty()) {
            if (warehouse.isPresent()) {
                throw new ConfigException(KEY + "cold.warehouse and " + KEY + "cold.catalog.*: only one of them");
            }
            stores.add(cold(new ColdCatalog(catalog)));
        }
        return stores;
    }

    private record Warm(WarmErasure warm) implements ErasedStore {
        @Override
        public String name() {
            return "warm";
        }

        @Override
        public List<Topic<?>> inputs(Catalogue catalogue) {
            return List.of(
                    catalogue.readings(),
                    catalogue.aggregates(),
                    catalogue.anomalies(),
                    catalogue.alerts(),
                    catalogue.predictions(),
                    catalogue.sinkReplay("warm"));
        }

        @Override
        public long count(String device) {
            try {
                return warm.count(device);
            } catch (SQLException e) {
                throw away(e);
            }
        }

        @Override
        public Result erase(String device) {
            try {
                return new Result(warm.erase(device), 0);
            } catch (SQLException e) {
                throw away(e);
            }
        }

        private static UnavailableException away(SQLException e) {
            return new UnavailableException("the warm tier: " + e.getMessage(), e);
        }
    }

    private static ErasedStore cold(ColdCatalog where) {
        return new Cold(new ColdErasure(where), new ColdRetention(where));
    }

    private record Cold(ColdErasure cold, ColdRetention retention) implements ErasedStore {
        @Override
        public String name() {
            return "cold";
        }

        @Override
        public List<Topic<?>> inputs(Catalogue catalogue) {
            return List.of(catalogue.readings(), catalogue.sinkReplay("cold"));
        }

        @Override
        public Optional<Topic<?>> control(Catalogue catalogue) {
            return Optional.of(catalogue.coldControl());
        }

        @Override
        public long count(String device) {
            return reached(() -> cold.count(device));
        }

        @Override
        public Result erase(String device) {
            ColdErasure.Result result = reached(() -> cold.erase(device));
            return new Result(result.rows(), result.files());
        }

        /** Catalogs and stores of all kinds have exceptions of their own, and no type in common. */
        private static <T> T reached(Supplier<T> work) {
            try {
                return work.get();
            } catch (RuntimeException away) {
                throw new UnavailableException("the cold tier: " + away.getMessage(), away);
            }
        }

        @Override
        public void deleteExpired() {
            retention.deleteExpired(LocalDate.now(ZoneOffset.UTC));
        }
    }
}
