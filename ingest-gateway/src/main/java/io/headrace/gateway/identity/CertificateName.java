package io.headrace.gateway.identity;

import io.headrace.config.Settings;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a certificate that an authority vouches for names its device.
 *
 * @param place which name of the certificate's subject
 * @param prefix what the name begins with before the device's id, such as {@code urn:device:}; names that don't aren't
 *     looked at
 */
public record CertificateName(Place place, String prefix) {
    /** The common name is the id. */
    public static final CertificateName COMMON_NAME = new CertificateName(Place.SUBJECT_CN, "");

    /** A name of a certificate's subject. */
    public enum Place {
        SUBJECT_CN,
        SAN_DNS,
        SAN_URI,
        SAN_EMAIL
    }

    /** Reads {@code gateway.identity.certificate-name} and {@code gateway.identity.certificate-name-prefix}. */
    public static CertificateName from(Settings settings) {
        String place = settings.oneOf(
                "gateway.identity.certificate-name",
                "subject-cn",
                Set.of("subject-cn", "san-dns", "san-uri", "san-email"));
        return new CertificateName(
                switch (place) {
                    case "san-dns" -> Place.SAN_DNS;
                    case "san-uri" -> Place.SAN_URI;
                    case "san-email" -> Place.SAN_EMAIL;
                    default -> Place.SUBJECT_CN;
                },
                settings.text("gateway.identity.certificate-name-prefix", ""));
    }

    /** The device's id as the certificate has it; empty where it has none, or several. */
    Optional<String> of(ClientCertificate certificate) {
        List<String> names =
                switch (place) {
                    case SUBJECT_CN -> certificate.commonName().stream().toList();
                    case SAN_EMAIL -> certificate.alternativeNames(1);
                    case SAN_DNS -> certificate.alternativeNames(2);
                    case SAN_URI -> certificate.alternativeNames(6);
                };
        List<String> ids = names.stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .toList();
        return ids.size() == 1 ? Optional.of(ids.getFirst()) : Optional.empty();
    }
}
