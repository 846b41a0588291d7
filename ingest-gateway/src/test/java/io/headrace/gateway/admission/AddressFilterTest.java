package io.headrace.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headrace.config.ConfigException;
import io.headrace.config.Settings;
import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressFilterTest {
    private static AddressFilter filter(String allow, String deny) {
        return AddressFilter.from(Settings.of(Map.of("gateway.allow", allow, "gateway.deny", deny)));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,10.255.0.1,true",
        "10.0.0.0/8,11.0.0.1,false",
        "192.0.2.128/25,192.0.2.128,true",
        "192.0.2.128/25,192.0.2.127,false",
        "192.0.2.7,192.0.2.7,true",
        "192.0.2.7,192.0.2.6,false",
        "0.0.0.0/0,203.0.113.9,true",
        "0.0.0.0/0,::1,false",
        "2001:db8::/33,2001:db8:7fff::1,true",
        "2001:db8::/33,2001:db8:8000::1,false",
        "::/0,2001:db8::1,true",
        "10.0.0.0/8,::ffff:10.1.2.3,true", // an IPv4 address in an IPv6 socket's clothes
    })
    void aNetworkHasTheAddressesThatBeginWithItsBits(String network, String address, boolean isIn) {
        InetAddress peer = InetAddress.ofLiteral(address);
        assertThat(filter(network, "").allows(peer)).isEqualTo(isIn);
        assertThat(filter("", network).allows(peer)).isEqualTo(!isIn);
    }

    @Test
    void whoIsDeniedIsNotAllowedAndWithoutListsAllAre() {
        AddressFilter filter = filter("10.0.0.0/8, 2001:db8::/32", "10.6.6.0/24");
        assertThat(filter.allows(InetAddress.ofLiteral("10.6.5.1"))).isTrue();
        assertThat(filter.allows(InetAddress.ofLiteral("10.6.6.1"))).isFalse();
        assertThat(filter.allows(InetAddress.ofLiteral("2001:db8::5"))).isTrue();
        assertThat(filter.allows(InetAddress.ofLiteral("127.0.0.1"))).isFalse();
        assertThat(AddressFilter.ANY.allows(InetAddress.ofLiteral("127.0.0.1"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "2001:db8::/129", "localhost", "10.0.0.0/-1", "10.0.0.0/", "/8"})
    void whatIsNoNetworkStopsTheStart(String text) {
        assertThatThrownBy(() -> filter(text, ""))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("gateway.allow = " + text + " must be");
    }
}
