// What waits for somebody, a case, what is missing, how units do, how the record does.
import { $, actForm, el, get, go, may, post, size, t, time, trouble } from "./core.js";
import { said } from "./chain.js";

const PILES = ["undecided", "returned", "reviews", "handovers", "disposals", "holds", "rejected", "uncategorised", "unlinked"];
export const chosen = { pile: null, seed: null };

export async function piles(again) {
  const place = $("piles");
  try {
    const { piles: counts, handoversLate, returnedLate } = await get("/api/desk"), late = { handovers: handoversLate, returned: returnedLate };
    place.replaceChildren(...PILES.filter(pile => counts[pile] > 0 || chosen.pile === pile).map(pile => {
      const button = el("button", `${t().pile[pile]} ${counts[pile] === 1000 ? "1000+" : counts[pile]}${late[pile] ? ` (${late[pile]} ${t().late})` : ""}`, { className: "tag" + (late[pile] ? " bad" : ""), onclick: () => { chosen.pile = chosen.pile === pile ? null : pile; chosen.seed = null; again(); } });
      button.dataset.pile = pile;
      button.setAttribute("aria-pressed", chosen.pile === pile);
      return button;
    }));
    if (may("REVIEW")) place.append(el("button", t().sampleIt, { className: "tag", title: t().samples, onclick: () => { chosen.pile = null; chosen.seed = new Date().toISOString(); again(); } }));
  } catch (failed) { place.replaceChildren(trouble(failed)); }
}
export function row(item, current) {
  const b = el("button", undefined, { className: "row", onclick: () => go("#/item/" + item.id) });
  b.dataset.id = item.id;
  b.setAttribute("aria-current", item.id === current);
  const state = el("span", t().state[item.state] || item.state, { className: "tag " + (item.state === "verified" ? "good" : item.state === "rejected" ? "bad" : "") });
  const words = [size(item.sizeBytes), item.sealedUntil ? t().sealed + " " + item.sealedUntil.slice(0, 10) : t().notSealed, item.cases.join("、"), item.candidates && t().pile.undecided, item.holds && t().pile.holds, item.handover && `${t().pile.handovers} → ${item.handover.to}`, item.lastReview?.outcome === "returned" && t().pile.returned];
  b.append(el("b", item.fileName), state, el("span", " " + words.filter(Boolean).join(" · "), { className: "small" }), el("div", time(item.declaredAt), { className: "small" }));
  return b;
}
export async function showCase(caseId, again) {
  const place = $("detail");
  try {
    const { evidence, file } = await get("/api/cases/" + encodeURIComponent(caseId));
    const facts = el("dl");
    if (file) {
      facts.append(el("dt", t().caseOf), el("dd", file.closed ? t().closed : t().open));
      if (file.officers.length) facts.append(el("dt", t().assigned), el("dd", file.officers.join("、")));
      if (file.protection) facts.append(el("dt", t().field.protection), el("dd", t().protections[file.protection]));
    }
    const send = act => values => post(`/api/cases/${encodeURIComponent(caseId)}/acts`, { act, reason: values.reason, ...(act === "assign" ? { officers: values.officers.split(/[,，、\s]+/).filter(Boolean), protection: values.protection || null } : {}) });
    const acts = el("div", null, { className: "acts" }), reason = { name: "reason" };
    if (may("DECIDE_CASE")) {
      acts.append(actForm("assign", [{ name: "officers", value: (file?.officers || []).join("、"), optional: true }, { name: "protection", choices: t().protections }, reason], send("assign"), again));
      acts.append(file?.closed ? actForm("reopen", [reason], send("reopen"), again) : actForm("close", [reason], send("close"), again));
    }
    place.replaceChildren(el("h2", caseId), facts, acts, ...(evidence.length ? evidence.map(item => row(item)) : [el("p", t().none)]));
  } catch (failed) { place.replaceChildren(trouble(failed)); }
}
/** What should be there and is not. */
export async function showGaps() {
  const place = $("detail");
  if (!may("SEE_GAPS")) { place.replaceChildren(el("p", t().needRole)); return; }
  try {
    const [found, segments] = [await get("/api/gaps"), await get("/api/missing-segments")];
    const lines = found.gaps.map(g => {
      const subject = g.gapId.slice(g.gapId.indexOf(" ") + 1);
      return el("li", null, {}, el("b", t().gap[g.gapKind]), " ", el("a", subject, { href: (g.evidenceId ? "#/item/" : "#/case/") + encodeURIComponent(subject) }), el("div", `${time(g.since)} · ${g.finding}`, { className: "small" }));
    });
    segments.recordings.forEach(r => lines.push(el("li", `${t().gap.MISSING_SEGMENTS} ${r.recordingId}: ${r.missing.join(", ")}`)));
    place.replaceChildren(el("h2", t().gaps), lines.length ? el("ul", null, { id: "gapList" }, ...lines) : el("p", t().noGaps));
  } catch (failed) { place.replaceChildren(trouble(failed)); }
}
export async function showUnits() {
  const place = $("detail");
  if (!may("SEE_GAPS")) { place.replaceChildren(el("p", t().needRole)); return; }
  try {
    const { units } = await get("/api/units"), percent = (n, of) => `${n} (${Math.round(100 * n / of)} %)`;
    const table = el("table", null, {}, el("thead", null, {}, el("tr", null, {}, ...[t().unit, t().day, t().items, t().inTime, t().categorised, t().linked].map(name => el("th", name, { scope: "col" })))));
    table.append(el("tbody", null, {}, ...units.map(u => el("tr", null, {}, el("td", u.unitCode || "–"), el("td", u.day), el("td", String(u.items)), ...[u.in_time, u.categorised, u.linked].map(n => el("td", percent(n, u.items), { className: n < u.items / 2 ? "bad" : "" }))))));
    place.replaceChildren(el("h2", t().view.units), units.length ? table : el("p", t().noUnits));
  } catch (failed) { place.replaceChildren(trouble(failed)); }
}
/** State of the jobs, the log and its witnesses, and what happened to no item. */
export async function showRecord() {
  const place = $("detail");
  try {
    const health = await (await fetch("/api/health")).json(), facts = el("dl");
    facts.append(el("dt", t().health), el("dd", health.healthy ? t().healthy : t().unhealthy, { className: health.healthy ? "good" : "bad" }));
    Object.entries(t().parts).forEach(([part, name]) => health[part] && facts.append(el("dt", name), el("dd", health[part])));
    const events = el("ol");
    if (may("SEE_LOG")) {
      const { entries } = await get("/api/log-events");
      entries.forEach(e => { const event = e.event, who = event.context.actor; events.append(el("li", null, {}, el("b", t().event[event.eventType] || event.eventType), ` ${said(event)}`, el("div", `${time(event.context.occurredAt)} · ${t().kind[who.kind]} ${who.id} (${who.credential.slice(0, 24)}) · ${t().inLog} ${e.index}`, { className: "small" }))); });
    }
    place.replaceChildren(el("h2", t().view.record), facts, el("h2", t().events), may("SEE_LOG") ? events : el("p", t().needRole));
  } catch (failed) { place.replaceChildren(trouble(failed)); }
}
