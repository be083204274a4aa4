package org.liuhen.review.notify;

import jakarta.mail.MessagingException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.liuhen.custody.event.Reason;

/** Why a mail server has not taken a message, in words that say what to do. */
final class MailFailure {
    private static final Set<Integer> NO_SUCH_ADDRESS = Set.of(501, 550, 551, 553);
    private static final int WORDS_MAX = 300;

    private MailFailure() {}

    /**
     * Whether the server knows no such recipient (RFC 5321, section 4.2.3). What it refuses for another reason, such as relaying that it does not
     * allow (RFC 3463, 5.7.x) or a full mailbox, is sent again: somebody may mend it.
     */
    static boolean isNoSuchAddress(MessagingException failed) {
        for (Throwable at : chain(failed)) {
            if (at instanceof SMTPAddressFailedException refused) {
                return NO_SUCH_ADDRESS.contains(refused.getReturnCode())
                        && !String.valueOf(refused.getMessage()).matches("(?s)[0-9]{3}[ -]5\\.7\\..*");
            }
        }
        return false;
    }

    /**
     * What happened and what to do, in one line.
     *
     * @param host the mail server's name, as it is set
     */
    static String words(MessagingException failed, String host) {
        List<Throwable> chain = chain(failed);
        for (Throwable at : chain) {
            if (at instanceof CertPathBuilderException) {
                return "the certificate of the mail server " + host
                        + " comes from an authority that Java does not trust:"
                        + " add the authority to Java's key store, or name a store that has it in JAVA_TOOL_OPTIONS"
                        + " (-Djavax.net.ssl.trustStore=FILE)";
            }
            if (at instanceof CertificateExpiredException || at instanceof CertificateNotYetValidException) {
                return "the certificate of the mail server " + host + " is not valid today: renew it, or set this"
                        + " machine's clock";
            }
        }
        for (Throwable at : chain) {
            if (at instanceof CertificateException
                    && said(at).matches("(?s)No (name matching|subject alternative).*")) {
                return "the certificate of the mail server is not for the name " + host
                        + ": put the name that it has into --notify-mail-host, or give the server one for this name";
            }
        }
        if (said(failed).contains("does not support STARTTLS")) {
            return "the mail server " + host
                    + " offers no STARTTLS, so nothing is sent to it: switch STARTTLS on there, or"
                    + " name the port that has it (--notify-mail-port, mostly 587); where it was there before, somebody on"
                    + " the way may have taken it out";
        }
        Throwable last = chain.get(chain.size() - 1);
        String what = last == failed ? said(failed) : said(failed) + ": " + said(last);
        return "the mail server: " + Reason.of(what.replaceAll("[\\p{Cntrl}\\s]+", " "), WORDS_MAX);
    }

    private static String said(Throwable failed) {
        return String.valueOf(failed.getMessage());
    }

    /** It and what caused it; of a message, what the server said of each recipient is a cause, too. */
    private static List<Throwable> chain(Throwable failed) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable at = failed; at != null && !chain.contains(at); at = at.getCause()) {
            chain.add(at); // the cause of a MessagingException is its next exception
        }
        return chain;
    }
}
