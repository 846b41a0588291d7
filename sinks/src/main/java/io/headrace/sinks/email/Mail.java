package io.headrace.sinks.email;

import jakarta.activation.DataHandler;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.util.ByteArrayDataSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A mail as it goes out. What is told the same again has the same Message-ID, by which whoever gets it twice knows it again;
 * mails about one alert hang together.
 */
final class Mail extends MimeMessage {
    private static final int HASH_BYTES = 16;

    private final String id;

    private Mail(Session session, String id) {
        super(session);
        this.id = id;
    }

    /** @param all what it tells, at least one */
    static Mail of(Session session, EmailConfig config, MailText text, List<Told> all) throws MessagingException {
        Told first = all.get(0);
        String domain = domain(config.sender());
        String ids = String.join("\n", all.stream().map(Told::id).toList());
        Mail mail = new Mail(session, "<" + hash(ids) + "@" + domain + ">");
        mail.setFrom(config.sender());
        mail.setRecipients(
                Message.RecipientType.TO, new InternetAddress[] {new InternetAddress(first.address(), true)});
        mail.setSubject(text.subject(all), "UTF-8");
        mail.setSentDate(Date.from(first.time("created_at").orElse(Instant.EPOCH)));
        mail.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: nobody's holiday answers it
        if (all.size() == 1) {
            mail.setHeader("References", "<" + hash("alert\n" + first.text("alert_id")) + "@" + domain + ">");
        }
        byte[] body = text.body(all).getBytes(StandardCharsets.UTF_8);
        // of bytes, so that no handler for texts has to be found from within a plug-in
        mail.setDataHandler(new DataHandler(new ByteArrayDataSource(body, "text/plain; charset=UTF-8")));
        mail.saveChanges();
        return mail;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
        setHeader("Message-ID", id);
    }

    private static String domain(InternetAddress sender) {
        String address = sender.getAddress();
        return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
