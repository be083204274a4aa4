/**
 * What every web server of a site has in common: limits of connections and bodies, problem bodies (RFC 9457), traces, cross-origin uploads
 * and metrics. Read first: {@link org.liuhen.web.WebServer}. It knows neither people nor uploads.
 */
package org.liuhen.web;
