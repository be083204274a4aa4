package org.liuhen.station;

import io.javalin.http.Handler;
import io.javalin.router.JavalinDefaultRoutingApi;
import org.liuhen.access.AccessControl;
import org.liuhen.access.Act;
import org.liuhen.intake.DevicesApi;
import org.liuhen.intake.Resumable;
import org.liuhen.intake.Tus;
import org.liuhen.review.api.DescribeAgain;
import org.liuhen.review.api.DispatchApi;
import org.liuhen.review.api.MapTiles;
import org.liuhen.review.api.ReviewApi;
import org.liuhen.review.export.Exports;
import org.liuhen.review.notify.NotifyApi;
import org.liuhen.web.Problem;

/**
 * All routes of the page and its API, each with the acts that it serves. A station and the review process of a cluster serve these; openapi.json
 * is compared with them.
 *
 * @param health answers {@code /api/health}; null where the address for operators does
 * @param devices the administration of devices; null where the process has no device authority
 */
record PageRoutes(
        AccessControl access,
        Handler health,
        Tus tus,
        Resumable resumable,
        DevicesApi devices,
        ReviewApi review,
        MapTiles map,
        DescribeAgain describeAgain,
        DispatchApi dispatch,
        Exports exports,
        NotifyApi notifications,
        SettingsApi settings) {
    /** Adds the authorization before each route, the routes, and the problem bodies of their failures. */
    void addTo(JavalinDefaultRoutingApi routes) {
        access.addTo(routes);
        if (health != null) {
            routes.get("/api/health", health, Act.PUBLIC);
        }
        tus.addTo(routes);
        resumable.addTo(routes);
        if (devices != null) {
            devices.addTo(routes);
        }
        review.addTo(routes);
        map.addTo(routes);
        describeAgain.addTo(routes);
        dispatch.addTo(routes);
        exports.addTo(routes);
        notifications.addTo(routes);
        settings.addTo(routes);
        Problem.answerOn(routes);
    }
}
