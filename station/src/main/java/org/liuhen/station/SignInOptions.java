package org.liuhen.station;

import java.net.URI;
import org.liuhen.access.AccessControl;
import org.liuhen.access.BearerTokens;
import org.liuhen.access.OpenId;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.LogStore;
import org.liuhen.feed.Feed;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How people at the page prove who they are. */
public final class SignInOptions {
    /** The three ways. */
    enum Way {
        claimed,
        local,
        oidc
    }

    @Option(
            names = "--sign-in",
            description = {
                "how people at the page prove who they are: local (passwords; liuhen person admits people), oidc, or claimed:",
                "nothing proves it, everybody may do all, and the record says so"
            })
    private Way way;

    @ArgGroup(exclusive = false)
    private Provider provider = new Provider();

    private static final class Provider {
        @Option(names = "--sign-in-issuer", description = "OpenID provider for --sign-in oidc")
        private String issuer;

        @Option(names = "--sign-in-client", description = "how this page is called there", defaultValue = "liuhen-page")
        private String client = "liuhen-page";

        @Option(
                names = "--sign-in-page",
                description = "the address of this page, to which the provider sends people back")
        private URI page;

        @Option(names = "--sign-in-roles", description = "claim with the list of roles", defaultValue = "roles")
        private String roles = "roles";
    }

    /** Nothing proves who asks. */
    static SignInOptions claimed() {
        SignInOptions options = new SignInOptions();
        options.way = Way.claimed;
        return options;
    }

    /** Takes this way where nobody chose one. */
    void otherwise(Way other) {
        way = way == null ? other : way;
    }

    boolean isClaimed() {
        return way == Way.claimed;
    }

    boolean isChosen() {
        return way != null;
    }

    /**
     * Authentication and authorization in this way.
     *
     * @param console the secret of the console, or null where there is none
     * @param here the address of this page where none was given, or null
     */
    AccessControl accessControl(Feed feed, LogName site, LogStore notes, String console, URI here) {
        if (way == Way.claimed) {
            return AccessControl.claimed(feed, site);
        }
        if (way == Way.local) {
            return AccessControl.local(feed, site, notes, console);
        }
        if (provider.issuer == null) {
            throw new IllegalArgumentException("--sign-in oidc needs --sign-in-issuer, the address of the provider");
        }
        URI page = provider.page == null ? here : provider.page;
        if (page == null) {
            throw new IllegalArgumentException("--sign-in oidc needs --sign-in-page, the address of this page");
        }
        OpenId openId = new OpenId(new OpenId.Settings(
                provider.issuer,
                provider.client,
                System.getenv("LIUHEN_OIDC_SECRET"),
                page,
                "officer_no",
                "unit_code",
                provider.roles));
        BearerTokens officers = new BearerTokens(
                new BearerTokens.Settings(provider.issuer, provider.client, "officer_no", "unit_code"));
        return AccessControl.oidc(feed, site, openId, officers, console);
    }
}
