// What waits for somebody, what is missing, how far the items are.

import { $, el, get, go, here, may, size, t, time, trouble } from "./core.js";
import { address, begin, dayInList, duration, localDay, route, saidDay } from "./format.js";
import { icon, iconOf } from "./icons.js";
import { person, unit } from "./names.js";

const PILES = [
  "anomalies",
  "named",
  "putAside",
  "undecided",
  "returned",
  "answered",
  "reviews",
  "toAnswer",
  "offered",
  "handovers",
  "disposals",
  "expired",
  "holds",
  "claims",
  "noUnit",
  "uncategorised",
  "unlinked",
  "rejected",
];
/**
 * Piles that not everybody sees: the acts of those who do. What is rejected is among the anomalies, and of handovers those wait that one has to
 * answer or has offered; an address still may name all.
 */
const FOR = { expired: ["PROPOSE_DISPOSAL", "APPROVE_DISPOSAL", "REVIEW"], rejected: [], handovers: [] };
/** Piles with a deadline, each with the order in which what is due first stands first. */
const DEADLINES = { returned: "due", toAnswer: "offered", offered: "offered", handovers: "offered" };
/** What the list shows: a pile or a sample. @type {{ pile: string | null, seed: string | null, drawn: string[] }} */
export const chosen = { pile: null, seed: null, drawn: [] };
/** The order of the deadlines of a pile; empty where it has none. @param {string} pile */
export const deadlineOrder = pile => (Object.hasOwn(DEADLINES, pile) ? DEADLINES[pile] : "");
/** A handover should be answered within so many days (DeskFigures). */
const ANSWER_DAYS = 3;
/** Until when something has to be done with an item; in a list of handovers, until when it has to be answered. @param {any} item @param {string} order @returns {string} an instant, or nothing */
export function deadlineOf({ handover, lastReview }, order) {
  if (order === "offered") return handover ? new Date(Date.parse(handover.at) + ANSWER_DAYS * DAY_MILLIS).toISOString() : "";
  return (lastReview?.outcome === "returned" && lastReview.due) || "";
}
/** A deadline in words; one that has passed says so. @param {string} iso */
function deadline(iso) {
  if (!iso) return el("span", "–", { className: "due small" });
  const over = Date.parse(iso) < Date.now(),
    day = dayInList(localDay(iso));
  return el("span", over ? t().overdueSince(day) : day, { className: over ? "due small bad" : "due small" });
}
/** How an item came up for review, where it was drawn at random; anybody can draw again. */
export const drawnBy = id => (chosen.seed && chosen.drawn.includes(id) ? `md5(seed || id), first 5, seed ${chosen.seed}` : undefined);

/** What the station says of itself as it goes on; null before it has said anything. */
/** @type {{ now: any, shown?: string }} */
export const live = { now: null };

/** What the desk shows of the figures, to see whether it changed. */
export const figures = desk =>
  JSON.stringify([desk.piles, desk.handoversLate, desk.offeredLate, desk.returnedLate, desk.exportsToApprove, desk.rulesToApprove]);

/** An alarm on every view: how many items of which something does not verify. */
export function alarm(counts) {
  const place = $("alarm"),
    n = counts?.anomalies || 0;
  place.hidden = n === 0;
  const words = t().alarm(n === 1000 ? "1000+" : String(n));
  if (n && place.textContent !== words)
    place.replaceChildren(el("a", null, { href: address("", { pile: "anomalies" }) }, icon("gaps"), words));
}
const DAY_MILLIS = 86400000;
let choosePile = _filters => {};
/** The piles of the one who is there; `choose` takes the filters that a pile stands for. */
export async function piles(choose) {
  const place = $("piles");
  if (choose) choosePile = choose;
  try {
    const asked = live.now || (await get("/api/desk")),
      { piles: counts, handoversLate, offeredLate, returnedLate } = live.now || asked,
      late = { toAnswer: handoversLate, offered: offeredLate, returned: returnedLate },
      overdueFirst = [...PILES].sort((a, b) => Number(late[b] > 0) - Number(late[a] > 0));
    live.shown = figures(asked);
    alarm(counts);
    place.replaceChildren(
      ...overdueFirst
        .filter(pile => (counts[pile] > 0 && (FOR[pile] || ["SEARCH"]).some(may)) || chosen.pile === pile)
        .map(pile => {
          const number = counts[pile] === 1000 ? "1000+" : String(counts[pile]);
          const button = el(
            "button",
            null,
            {
              className: "pile" + (late[pile] ? " late" : "") + (pile === "anomalies" ? " alarm" : ""),
              onclick: () => choosePile({ pile: chosen.pile === pile ? "" : pile, seed: "" }),
            },
            el("b", number),
            el("span", t().pile[pile]),
            late[pile] ? el("span", `${late[pile]} ${t().late}`, { className: "bad" }) : null,
          );
          button.dataset.pile = pile;
          button.setAttribute("aria-pressed", chosen.pile === pile);
          return button;
        }),
    );
    const approvals = [
      { id: "exportsToApprove", right: "APPROVE_EXPORT", leads: "#/exports", says: t().pileExports },
      { id: "rulesToApprove", right: "APPROVE_RULE", leads: "#/rules", says: t().pileRules },
    ].filter(({ id, right }) => may(right) && asked[id] > 0);
    for (const { id, leads, says } of approvals)
      place.append(el("button", null, { className: "pile", id, onclick: () => go(leads) }, el("b", String(asked[id])), el("span", says)));
    if (may("REVIEW"))
      place.append(
        el(
          "button",
          null,
          { className: "pile sample", title: t().samples, onclick: () => choosePile({ pile: "", seed: new Date().toISOString() }) },
          icon("search"),
          el("span", t().sampleIt),
        ),
      );
    const waits = approvals.length > 0 || PILES.some(pile => counts[pile] > 0);
    if (route(location.hash).name === "" && !chosen.pile && !chosen.seed)
      place.append(el("p", waits ? t().pilesAre : t().nothingWaits, { id: "pilesHint", className: "small" }));
  } catch (failed) {
    place.replaceChildren(trouble(failed));
  }
}
/** When something was recorded, corrected by the reading of the device's clock where there is one. */
function begun(item) {
  const capture = item.captureTime?.corrected || item.captureTime;
  const likely = begin(item);
  return likely
    ? time(likely.at)
    : capture?.earliest
      ? t().uncertain(dayInList(localDay(capture.earliest)), dayInList(localDay(capture.latest)))
      : "";
}
/** How long it is kept, in words: an end that is past says so. @param {any} item @param {(day: string) => string} [day] how a day is written */
export const keptUntil = (item, day = dayInList) =>
  !item.sealedUntil
    ? t().notSealed
    : Date.parse(item.sealedUntil) < Date.now()
      ? `${t().ended_} ${day(localDay(item.sealedUntil))}`
      : `${item.permanent ? `${t().forEver} · ` : ""}${t().sealed} ${day(localDay(item.sealedUntil))}`;
/** What is kept for ever is locked for so many days at first: a store's lock has an end (RetentionEvent.LONGEST_LOCK). */
const LONGEST_LOCK_DAYS = 30 * 365 + 8;
/**
 * Until when the store will lock these items in a category: its days count from the upload, and what is locked for longer stays so.
 * @param {Iterable<{ declaredAt: string, sealedUntil?: string }>} items @param {number | null | undefined} days none: for ever
 */
export function willSeal(items, days) {
  let last = 0;
  for (const item of items)
    last = Math.max(last, Date.parse(item.declaredAt) + (days || LONGEST_LOCK_DAYS) * DAY_MILLIS, Date.parse(item.sealedUntil || "") || 0);
  return `${days ? "" : `${t().forEver} · `}${t().willSeal(saidDay(localDay(new Date(last).toISOString())))}`;
}
/** The state of an item; that its chain does not verify goes before it. */
export const stateTag = item =>
  item.chainFault
    ? el("span", t().pile.anomalies, { className: "tag bad" })
    : el("span", t().state[item.state] || item.state, {
        className: "tag " + (item.state === "verified" ? "good" : item.state === "rejected" ? "bad" : ""),
      });
/** The heads above lines of items, where the list is not ordered by them. */
export const heads = () =>
  el(
    "div",
    null,
    { className: "columns" },
    ...[
      "",
      t().order.name,
      t().order.state,
      t().order.recorded,
      `${t().order.length} ${t().order.size}`,
      t().order.officer,
      t().order.case,
      t().order.sealed,
    ].map(name => el("span", name)),
  );
/** To whom an item is offered. */
const offeredTo = ({ to, toUnit }) => el("span", `${t().pile.handovers} → `, {}, toUnit ? unit(toUnit) : person(to || ""));
/**
 * One item of a list, as a line of cells that a phone lays below each other.
 * @param {any} item @param {string} [current] the one that is open @param {string} [href] @param {string} [order] that of the deadlines, where the list has some
 */
export function row(item, current, href = "#/item/" + item.id, order = "") {
  const b = el("button", undefined, { className: "row", onclick: () => go(href) });
  b.dataset.id = item.id;
  b.setAttribute("aria-current", item.id === current);
  const state = stateTag(item);
  const marks = [
    item.named?.includes(here.person?.id) && t().pile.named,
    item.bytesDiffer && t().bytesDiffer,
    item.failedSteps?.verify && `${t().failedSteps} ${t().step_.verify}`,
    item.candidates && t().pile.undecided,
    item.holds && t().pile.holds,
    item.handover && offeredTo(item.handover),
    item.lastReview?.outcome === "returned" && t().pile.returned,
    item.lastReview?.outcome === "answered" && t().pile.answered,
  ].filter(Boolean);
  const recorded = begun(item),
    length = (item.captureTime?.corrected || item.captureTime)?.lengthMillis ?? item.captureTime?.lengthMillis;
  b.append(
    icon(iconOf(item.mediaType)),
    el(
      "span",
      null,
      { className: "name" },
      el("b", item.fileName),
      marks.length ? el("span", null, { className: "small marks" }, ...marks.flatMap((mark, at) => [at ? " · " : "", mark])) : null,
    ),
    el("span", null, { className: "state" }, state),
    el("span", recorded || `${t().uploadedAt} ${time(item.declaredAt)}`, { className: recorded ? "when" : "when small" }),
    el("span", duration(length) || size(item.sizeBytes), { className: "length" }),
    el("span", null, { className: "officer" }, person(item.officerNo || item.onBehalfOf || item.sender || "")),
    el("span", t().listed(item.cases) || "–", { className: "cases" }),
    order ? deadline(deadlineOf(item, order)) : el("span", keptUntil(item), { className: "sealed small" }),
  );
  const passage = item.passage;
  if (passage)
    b.append(el("span", null, { className: "passage small" }, `…${passage.before}`, el("mark", passage.found), `${passage.after}…`));
  return b;
}
/** What is on its way, as the station tells it. */
export function showPipeline() {
  const place = $("pipeline");
  if (!place || !live.now) return;
  place.textContent = `${Object.entries(live.now.pipeline)
    .map(([step, n]) => `${t().step[step]} ${n}`)
    .join(" · ")} · ${t().inLog} ${live.now.entries}`;
}
