package io.headrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import io.headrace.control.erase.ErasedStore;
import io.headrace.control.http.UnavailableException;
import io.headrace.sinks.cold.LocalFileIO;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoresTest {
    private static final String CATALOG = "control-plane.erase.cold.catalog.";

    @TempDir
    Path folder;

    @Test
    void aColdTierWithACatalogOfItsOwnNeedsNoPostgres() {
        // Given
        Settings settings = Settings.of(Map.of(
                CATALOG + "catalog-impl",
                "org.apache.iceberg.jdbc.JdbcCatalog",
                CATALOG + "uri",
                "jdbc:duckdb:" + folder.resolve("catalog"),
                CATALOG + "warehouse",
                folder.resolve("cold").toString(),
                CATALOG + "io-impl",
                LocalFileIO.class.getName()));

        // When
        List<ErasedStore> stores = Stores.from(settings);

        // Then
        settings.requireAllRead();
        assertThat(stores).extracting(ErasedStore::name).containsExactly("cold");
        assertThat(stores.getFirst().count("d1")).isZero();
        assertThat(stores.getFirst().erase("d1")).isEqualTo(new ErasedStore.Result(0, 0));
    }

    @Test
    void aCatalogOrAStoreThatIsAwayIsWaitedForAndNoBug() {
        // Given
        Map<String, String> settings = new HashMap<>();
        settings.put(CATALOG + "type", "rest");
        settings.put(CATALOG + "uri", "http://127.0.0.1:1");

        // When
        ErasedStore cold = Stores.from(Settings.of(settings)).getFirst();

        // Then
        assertThatThrownBy(() -> cold.count("d1"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageStartingWith("the cold tier: ");
    }

    @Test
    void aFolderAndACatalogAreOneTooMany() {
        Settings settings =
                Settings.of(Map.of("control-plane.erase.cold.warehouse", "/cold", CATALOG + "type", "rest"));

        assertThatThrownBy(() -> Stores.from(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("only one of them");
    }
}
