package io.headrace.sinks.email;

import io.headrace.sinks.email.MailServer.Answer.Away;
import io.headrace.sinks.email.MailServer.Answer.PutOff;
import io.headrace.sinks.email.MailServer.Answer.Refused;
import io.headrace.sinks.email.MailServer.Answer.Sent;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.Locale;
import java.util.Properties;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * A server that speaks SMTP (RFC 5321). What it says of a recipient, or of the mail once it has all of it, is about that mail;
 * what it says before, of us, of our password and of our address, is about us, and nobody's mail is lost by it.
 */
final class SmtpServer implements MailServer {
    /** The server closes the connection, whatever it was asked (RFC 5321, 4.2.1). */
    private static final int CLOSING = 421;

    private final EmailConfig config;
    private final Session session;

    SmtpServer(EmailConfig config) {
        this.config = config;
        this.session = Session.getInstance(properties(config));
    }

    private static Properties properties(EmailConfig config) {
        String timeout = Integer.toString(config.timeoutMs());
        Properties all = new Properties();
        all.put("mail.smtp.connectiontimeout", timeout);
        all.put("mail.smtp.timeout", timeout);
        all.put("mail.smtp.writetimeout", timeout);
        all.put("mail.smtp.from", config.sender().getAddress());
        all.put("mail.smtp.auth", Boolean.toString(config.user() != null));
        all.put("mail.smtp.quitwait", "false");
        boolean starttls = config.security() == EmailConfig.Security.STARTTLS;
        all.put("mail.smtp.starttls.enable", Boolean.toString(starttls));
        all.put("mail.smtp.starttls.required", Boolean.toString(starttls));
        all.put("mail.smtp.ssl.enable", Boolean.toString(config.security() == EmailConfig.Security.TLS));
        all.put("mail.smtp.ssl.checkserveridentity", "true");
        all.put("mail.smtp.ssl.protocols", "TLSv1.3 TLSv1.2");
        all.put("mail.smtp.ssl.socketFactory", config.trusted().getSocketFactory());
        return all;
    }

    @Override
    public Connection connection() {
        return new SmtpConnection();
    }

    private final class SmtpConnection implements Connection {
        /** By its class: a worker's plug-in has no part in what the library finds by itself. */
        private final SMTPTransport transport =
                new SMTPTransport(session, new URLName("smtp", config.host(), config.port(), null, null, null));

        @Override
        public Answer send(MimeMessage mail, String address) {
            try {
                if (!transport.isConnected()) {
                    transport.connect(config.host(), config.port(), config.user(), config.password());
                }
            } catch (AuthenticationFailedException e) {
                return new Away("it doesn't take our password: " + line(e));
            } catch (MessagingException e) {
                return new Away(line(e));
            }
            try {
                transport.sendMessage(mail, new Address[] {new InternetAddress(address, true)});
                return new Sent();
            } catch (AddressException e) {
                return new Refused(line(e));
            } catch (MessagingException e) {
                return answer(e);
            }
        }

        @Override
        public void close() {
            try {
                transport.close();
            } catch (MessagingException e) {
                // it is closed all the same
            }
        }
    }

    /** The library says all that went wrong in a chain: what a recipient was told comes after that none was left. */
    private static Answer answer(MessagingException failure) {
        Answer answer = new Away(line(failure));
        for (Exception each = failure; each instanceof MessagingException one; each = one.getNextException()) {
            if (one instanceof SMTPAddressFailedException ofAddress) {
                return ofMail(ofAddress.getReturnCode(), ofAddress);
            }
            if (one instanceof SMTPSendFailedException ofCommand && isOfMail(ofCommand.getCommand())) {
                answer = ofMail(ofCommand.getReturnCode(), ofCommand);
            }
        }
        return answer;
    }

    /** The mail itself, its last dot. */
    private static boolean isOfMail(String command) {
        String verb = command == null ? "" : command.toUpperCase(Locale.ROOT);
        return verb.equals("DATA") || verb.equals(".") || verb.startsWith("RCPT");
    }

    private static Answer ofMail(int code, MessagingException failure) {
        if (code == CLOSING || code < 400) {
            return new Away(line(failure));
        }
        return code < 500 ? new PutOff(line(failure)) : new Refused(line(failure));
    }

    private static String line(Exception failure) {
        return String.valueOf(failure.getMessage())
                .lines()
                .findFirst()
                .orElse("")
                .strip();
    }
}
