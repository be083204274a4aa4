package org.liuhen.review.api;

import io.javalin.router.JavalinDefaultRoutingApi;
import java.sql.SQLException;
import java.time.InstantSource;
import org.liuhen.access.Access;
import org.liuhen.custody.evidence.LogName;
import org.liuhen.custody.log.Policy;
import org.liuhen.custody.log.SignedNote;
import org.liuhen.feed.Feed;
import org.liuhen.feed.Feed.FeedUnavailableException;
import org.liuhen.review.http.ActRecorder;
import org.liuhen.review.http.Visibility;
import org.liuhen.review.model.ReadModel;
import org.liuhen.review.projection.AlteredRowException;
import org.liuhen.storage.Vault;
import org.liuhen.web.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API for officers, supervisors and prosecutors, and the page. What shows an item or gives its bytes is recorded first, and so is each
 * search. Where the record cannot be written, the answer is 503 and nothing is shown.
 */
public final class ReviewApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReviewApi.class);

    private final Vault vault;
    private final LogName log;
    private final SignedNote.Verifier key;
    private final Policy policy;
    private final ReadModel model;
    private final Feed feed;
    private final Visibility visibility;
    private final ActRecorder recorder;
    private final PlaySessions plays;

    /**
     * The API of one site.
     *
     * @param key the key that signs the log
     * @param policy the witnesses of the log that this site trusts
     * @param access the sign-in and the rights of this site
     */
    public ReviewApi(
            Vault vault,
            LogName log,
            SignedNote.Verifier key,
            Policy policy,
            ReadModel model,
            Feed feed,
            Access access) {
        this.vault = vault;
        this.log = log;
        this.key = key;
        this.policy = policy;
        this.model = model;
        this.feed = feed;
        this.visibility = new Visibility(log, model, access);
        this.recorder = new ActRecorder(log, model, feed, access);
        this.plays = new PlaySessions(log, model, feed, visibility, InstantSource.system());
    }

    /** Adds the routes of the API, the published log and the page. */
    public void addTo(JavalinDefaultRoutingApi routes) {
        routes.exception(AlteredRowException.class, (altered, context) -> {
            LOG.error("{} {}: VF-113 {}", context.method(), context.path(), altered.getMessage());
            new Problem(
                            409,
                            "VF-113",
                            "Nothing is decided by a row that somebody altered: " + altered.getMessage()
                                    + ". Fill the search database anew from the log")
                    .answer(context);
        });
        routes.exception(SQLException.class, (away, context) -> {
            LOG.warn("{} {}: {}", context.method(), context.path(), away.getMessage());
            new Problem(
                            503,
                            "RM-101",
                            "The search database does not answer. Check that PostgreSQL runs; uploads and the record go on without it")
                    .answer(context);
        });
        new GapsApi(log, model, visibility, recorder).addTo(routes);
        new UnitsApi(log, model, feed, recorder).addTo(routes);
        new ItemSearchApi(model, visibility, recorder).addTo(routes);
        new ItemApi(vault.log(log), log, key, policy, model, feed, visibility).addTo(routes);
        ContentApi content = new ContentApi(vault.evidence(), log, feed, visibility, plays);
        content.addTo(routes);
        new PlaysApi(visibility, content, plays).addTo(routes);
        new AuditApi(vault.evidence(), vault.log(log), log, key, model, visibility).addTo(routes);
        new LinksApi(visibility, recorder).addTo(routes);
        new RetentionRulesApi(log, model, visibility, recorder).addTo(routes);
        new SigningKeysApi(log, model, recorder).addTo(routes);
        new ItemActsApi(log, model, visibility, recorder).addTo(routes);
        new CasesApi(log, model, visibility, recorder).addTo(routes);
        new DashboardApi(log, model).addTo(routes);
        new NoticesApi(log, model).addTo(routes);
        new FiguresApi(log, model, visibility, recorder).addTo(routes);
        new PageFiles().addTo(routes);
        new Guides().addTo(routes);
        new LogApi(vault.log(log), log, model, visibility, recorder).addTo(routes);
    }

    /**
     * Ends what people are playing, once the server gives no bytes any more.
     *
     * @throws FeedUnavailableException where the record does not take it; then the sessions have a beginning on the record, and no end
     */
    @Override
    public void close() throws FeedUnavailableException {
        plays.close();
    }
}
