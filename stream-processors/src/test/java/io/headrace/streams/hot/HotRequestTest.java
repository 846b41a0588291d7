package io.headrace.streams.hot;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.streams.hot.HotRequest.Copy;
import io.headrace.streams.hot.HotRequest.Latest;
import io.headrace.streams.hot.HotRequest.Recent;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HotRequestTest {
    @Test
    void questions_are_read_from_path_and_query() {
        // Given // When // Then
        assertThat(HotRequest.parse(URI.create("/hot/d1/latest"))).contains(new Latest("d1", Copy.OWNED));
        assertThat(HotRequest.parse(URI.create("/hot/a%3Ab%40c%2Cd/latest")))
                .contains(new Latest("a:b@c,d", Copy.OWNED));
        assertThat(HotRequest.parse(URI.create("/hot/d1/recent?metric=a.b%20c&minutes=5")))
                .contains(new Recent("d1", "a.b c", Duration.ofMinutes(5), Copy.OWNED));
        assertThat(HotRequest.parse(URI.create("/hot/d1/recent?metric=m")))
                .contains(new Recent("d1", "m", Duration.ofMinutes(60), Copy.OWNED));
        assertThat(HotRequest.parse(URI.create("/hot/d1/latest?stale=true"))).contains(new Latest("d1", Copy.ANY));
        assertThat(HotRequest.parse(URI.create("/hot/d1/recent?metric=m&stale=no")))
                .contains(new Recent("d1", "m", Duration.ofMinutes(60), Copy.OWNED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/hot/d1",
                "/hot//latest",
                "/hot/d1/latest/x",
                "/cold/d1/latest",
                "/hot/d%0A1/latest",
                "/hot/..%2f..%2fadmin/latest",
                "/hot/d1/recent",
                "/hot/d1/recent?metric=m&minutes=0",
                "/hot/d1/recent?metric=m&minutes=many",
                "/hot/d1/recent?metric=m&minutes=99999999999999999999"
            })
    void anything_else_is_no_question(String uri) {
        // Given // When // Then
        assertThat(HotRequest.parse(URI.create(uri))).isEmpty();
    }
}
