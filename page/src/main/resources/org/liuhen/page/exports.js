// Packages of evidence: asked for, approved by a second person, made, and fetched.
import { $, actForm, ask, byItself, el, get, here, link, may, notice, post, standing, t, time, trouble } from "./core.js";
import { icon } from "./icons.js";
import { person } from "./names.js";
import { inWords } from "./recorded.js";

/** A form that asks for a package. @param {() => { caseId?: string, evidence?: string[] }} of what it has, when the form is sent */
export function exportForm(of, after) {
  return actForm(
    "requestExport",
    [{ name: "recipient" }, { name: "purpose" }],
    values => post("/api/exports", { ...of(), ...values }),
    () => {
      notice(t().exportAsked, { href: "#/exports", text: t().view.exports });
      return after();
    },
  );
}
/** What is in the package: the case it was asked for, and the first items by name. */
function content(one) {
  const first = one.first || [];
  return [
    one.caseId && el("div", `${t().exportCase} `, {}, el("a", one.caseId, { href: `#/case/${encodeURIComponent(one.caseId)}` })),
    first.length > 0 &&
      el(
        "ul",
        null,
        { className: "small" },
        ...first.map(item => el("li", null, {}, el("a", item.fileName || item.id, { href: `#/item/${item.id}` }))),
        one.items > first.length && el("li", t().exportMore(one.items - first.length)),
      ),
  ];
}
function approval(one, again) {
  const said = el("span", "", { className: "small", role: "status" });
  const button = el("button", t().act.approveExport, { className: "primary" });
  button.onclick = async () => {
    button.disabled = true;
    try {
      await ask(`/api/exports/${one.id}/approval`, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
      said.textContent = t().later;
      setTimeout(() => location.hash === "#/exports" && again(), 1500);
    } catch (failed) {
      said.className = "small bad";
      said.textContent = failed.message;
      button.disabled = false;
      if (!said.isConnected) notice(`${t().act.approveExport} · ${failed.message}`, undefined, true);
    }
  };
  return el("p", null, {}, button, said);
}
/** Ends a request that waits, with a reason; the record decides, and the list says soon what it has decided. */
function ending(one, act, path, again) {
  return actForm(
    act,
    [{ name: "reason" }],
    values => post(`/api/exports/${one.id}/${path}`, values),
    () => setTimeout(() => location.hash === "#/exports" && again(), 1500),
  );
}
function card(one, again) {
  const good = one.state === "ready" ? "good" : one.state === "failed" ? "bad" : "";
  const own = one.requestedBy === here.person.id;
  const li = el(
    "li",
    null,
    { className: "card" },
    el(
      "div",
      null,
      { className: "title" },
      el("h3", one.recipient || one.id),
      el("span", t().exportState[one.state], { className: `tag ${good}` }),
      el("span", t().exportItems(one.items), { className: "small" }),
    ),
    el("p", one.purpose),
    ...content(one),
    one.requestedBy &&
      el("div", `${t().requestedBy} `, { className: "small" }, person(one.requestedBy), ` · ${time(one.requestedAt)} · ${one.id}`),
    one.waitsFor || one.reason
      ? el(
          "div",
          one.waitsFor ? t().waitsFor(inWords(one.waitsFor)) : one.state === "failed" ? inWords(one.reason) : one.reason,
          { className: `small ${good}`, title: one.waitsFor || one.reason },
          ...(one.decidedBy ? [" · ", person(one.decidedBy)] : []),
        )
      : null,
    one.state === "requested" && may("APPROVE_EXPORT") && !own ? approval(one, again) : null,
    one.state === "requested" && may("APPROVE_EXPORT") && !own ? ending(one, "refuseExport", "refusal", again) : null,
    one.state === "requested" && own ? el("p", t().secondPerson, { className: "small" }) : null,
    one.state === "requested" && own && may("REQUEST_EXPORT") ? ending(one, "withdrawExport", "withdrawal", again) : null,
    one.state === "ready" && may("FETCH_EXPORT")
      ? el(
          "p",
          null,
          {},
          el("a", t().fetchPackage, { href: link(`/api/exports/${one.id}/bag.zip`), className: "button primary" }, icon("download")),
        )
      : null,
  );
  li.dataset.about = one.id;
  return li;
}
const NEWS_MILLIS = 4000;
let watching = 0;
/** Whether somebody writes there, has the focus on something, or waits for an answer: drawn anew, that would be lost. @param {HTMLElement} place */
const isUsed = place =>
  Boolean(place.querySelector("details[open], button:disabled")) ||
  (document.activeElement !== place && place.contains(document.activeElement));
/** Packages that wait or are being made are asked for again, as long as the view is there and nobody uses what is in it. */
function watch(again, inPlace) {
  clearTimeout(watching);
  watching = Number(
    setTimeout(() => {
      if (location.hash !== "#/exports" || !here.person) return;
      if (document.hidden || isUsed($("detail"))) watch(again, inPlace);
      else byItself(() => inPlace(() => showExports(again, inPlace)));
    }, NEWS_MILLIS),
  );
}
/** The list of trusted keys, for whoever hands packages over: its recipient needs it once, and not with the package. */
const trusted = () =>
  el(
    "div",
    null,
    { id: "trust" },
    el("p", t().trustIs, { className: "small" }),
    el("p", null, {}, el("a", t().fetchTrust, { href: link("/api/trust"), className: "button quiet" }, icon("download"))),
  );
/**
 * The newest packages; those that wait for this person's approval come first.
 * @param {() => any} again draws the view anew
 * @param {(draw: () => Promise<any>) => Promise<any>} inPlace does it by itself, where what is typed stays
 */
export async function showExports(again, inPlace = draw => draw()) {
  const place = $("detail"),
    stands = standing();
  if (!["REQUEST_EXPORT", "APPROVE_EXPORT", "FETCH_EXPORT"].some(may)) {
    place.replaceChildren(el("p", t().needRole));
    return;
  }
  try {
    const { exports, partly = 0 } = await get("/api/exports");
    if (!stands()) return;
    const waits = exports.filter(one => one.state === "requested"),
      ended = exports.filter(one => ["refused", "withdrawn"].includes(one.state)),
      others = exports.filter(one => one.state !== "requested" && !ended.includes(one));
    const list = of => el("ul", null, { className: "plain" }, ...of.map(one => card(one, again)));
    place.replaceChildren(
      el("h2", t().view.exports),
      el("p", t().exportsAre, { className: "small" }),
      ...(may("FETCH_EXPORT") ? [trusted()] : []),
      ...(waits.length ? [el("h3", t().waiting), list(waits)] : []),
      ...(others.length ? [el("h3", t().exportsMade), list(others)] : []),
      ...(ended.length ? [el("h3", t().exportsEnded), list(ended)] : []),
      ...(partly ? [el("p", t().exportsPartly(partly), { id: "partly", className: "banner" })] : []),
      ...(exports.length || partly ? [] : [el("p", may("REQUEST_EXPORT") ? t().noExports : t().noExportsYet, { className: "empty" })]),
    );
    if (exports.some(one => ["requested", "approved"].includes(one.state))) watch(again, inPlace);
  } catch (failed) {
    if (stands()) place.replaceChildren(trouble(failed));
  }
}
