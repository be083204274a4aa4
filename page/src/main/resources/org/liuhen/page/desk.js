// What waits for somebody, what is missing, how units do, how far the items are.

import { $, el, get, go, may, percent, size, svg, t, time, trouble } from "./core.js";
import { address, duration, localDay, route } from "./format.js";
import { icon, iconOf } from "./icons.js";
import { person } from "./names.js";

const PILES = [
  "anomalies",
  "putAside",
  "undecided",
  "returned",
  "answered",
  "reviews",
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
/** Piles that not everybody sees: the acts of those who do. What is rejected is among the anomalies; an address still may name it. */
const FOR = { expired: ["PROPOSE_DISPOSAL", "APPROVE_DISPOSAL", "REVIEW"], rejected: [] };
/** @type {{ pile: string | null, seed: string | null, drawn: string[] }} */
export const chosen = { pile: null, seed: null, drawn: [] };
/** How an item came up for review, where it was drawn at random; anybody can draw again. */
export const drawnBy = id => (chosen.seed && chosen.drawn.includes(id) ? `md5(seed || id), first 5, seed ${chosen.seed}` : undefined);

/** What the station says of itself as it goes on; null before it has said anything. */
/** @type {{ now: any, shown?: string }} */
export const live = { now: null };

/** What the desk shows of the figures, to see whether it changed. */
export const figures = desk => JSON.stringify([desk.piles, desk.exportsToApprove]);

/** An alarm on every view: how many items of which something does not verify. */
export function alarm(counts) {
  const place = $("alarm"),
    n = counts?.anomalies || 0;
  place.hidden = n === 0;
  const words = t().alarm(n === 1000 ? "1000+" : String(n));
  if (n && place.textContent !== words)
    place.replaceChildren(el("a", null, { href: address("", { pile: "anomalies" }) }, icon("gaps"), words));
}
let choosePile = _filters => {};
/** The piles of the one who is there; `choose` takes the filters that a pile stands for. */
export async function piles(choose) {
  const place = $("piles");
  if (choose) choosePile = choose;
  try {
    const asked = live.now || (await get("/api/desk")),
      { piles: counts, handoversLate, returnedLate } = live.now || asked,
      late = { handovers: handoversLate, returned: returnedLate };
    live.shown = figures(asked);
    alarm(counts);
    place.replaceChildren(
      ...PILES.filter(pile => (counts[pile] > 0 && (FOR[pile] || ["SEARCH"]).some(may)) || chosen.pile === pile).map(pile => {
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
    if (may("APPROVE_EXPORT") && asked.exportsToApprove > 0)
      place.append(
        el(
          "button",
          null,
          { className: "pile", id: "exportsToApprove", onclick: () => go("#/exports") },
          el("b", String(asked.exportsToApprove)),
          el("span", t().pileExports),
        ),
      );
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
    const waits = asked.exportsToApprove > 0 || PILES.some(pile => counts[pile] > 0);
    if (route(location.hash).name === "" && !chosen.pile && !chosen.seed)
      place.append(el("p", waits ? t().pilesAre : t().nothingWaits, { id: "pilesHint", className: "small" }));
  } catch (failed) {
    place.replaceChildren(trouble(failed));
  }
}
/** When something was recorded, corrected by the reading of the device's clock where there is one. */
function begun(item) {
  const capture = item.captureTime?.corrected || item.captureTime;
  return item.recordedFrom
    ? time(item.recordedFrom)
    : capture?.earliest
      ? t().uncertain(localDay(capture.earliest), localDay(capture.latest))
      : "";
}
/** How long it is kept, in words: an end that is past says so. */
export const keptUntil = item =>
  !item.sealedUntil
    ? t().notSealed
    : Date.parse(item.sealedUntil) < Date.now()
      ? `${t().ended_} ${localDay(item.sealedUntil)}`
      : `${t().sealed} ${localDay(item.sealedUntil)}`;
/** The state of an item; that its chain does not verify goes before it. */
export const stateTag = item =>
  item.chainFault
    ? el("span", t().pile.anomalies, { className: "tag bad" })
    : el("span", t().state[item.state] || item.state, {
        className: "tag " + (item.state === "verified" ? "good" : item.state === "rejected" ? "bad" : ""),
      });
/** One item of a list, as a line of cells that a phone lays below each other. */
export function row(item, current, href = "#/item/" + item.id) {
  const b = el("button", undefined, { className: "row", onclick: () => go(href) });
  b.dataset.id = item.id;
  b.setAttribute("aria-current", item.id === current);
  const state = stateTag(item);
  const marks = [
    item.bytesDiffer && t().bytesDiffer,
    item.failedSteps?.verify && `${t().failedSteps} ${t().step_.verify}`,
    item.candidates && t().pile.undecided,
    item.holds && t().pile.holds,
    item.handover && `${t().pile.handovers} → ${item.handover.to}`,
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
      marks.length ? el("span", marks.join(" · "), { className: "small marks" }) : null,
    ),
    el("span", null, { className: "state" }, state),
    el("span", recorded || `${t().uploadedAt} ${time(item.declaredAt)}`, { className: recorded ? "when" : "when small" }),
    el("span", duration(length) || size(item.sizeBytes), { className: "length" }),
    el("span", null, { className: "officer" }, person(item.officerNo || item.onBehalfOf || item.sender || "")),
    el("span", item.cases.join("、") || "–", { className: "cases" }),
    el("span", keptUntil(item), { className: "sealed small" }),
  );
  return b;
}
/** How units do: of the last days together, with the way that each rate takes from day to day. */
export async function showUnits() {
  const place = $("detail");
  if (!may("SEE_GAPS")) {
    place.replaceChildren(el("p", t().needRole));
    return;
  }
  try {
    const { units: days } = await get("/api/units"),
      rates = {
        in_time: ["items", t().inTime],
        categorised: ["items", t().categorised],
        linked: ["items", t().linked],
        recorded: ["dispatches", t().activated],
      };
    const sum = (all, name) => all.reduce((n, day) => n + (day[name] || 0), 0),
      head = first =>
        el(
          "thead",
          null,
          {},
          el(
            "tr",
            null,
            {},
            ...first,
            ...[t().items, t().inTime, t().categorised, t().linked, t().dispatches, t().activated].map(name =>
              el("th", name, { scope: "col" }),
            ),
          ),
        );
    const cell = (its, rate, chart) => {
      const [of, name] = rates[rate],
        n = sum(its, rate),
        all = sum(its, of);
      const explained = sum(its, { in_time: "late_explained", recorded: "explained" }[rate]);
      const missing = n < all && ["in_time", "recorded"].includes(rate);
      return el(
        "td",
        null,
        { className: n < all / 2 ? "bad" : "" },
        el(missing ? "a" : "span", percent(n, all), missing ? { href: "#/gaps", title: t().view.gaps } : {}),
        explained ? ` · ${t().explainedAlso(explained)}` : "",
        chart && all > 0 && trend(its, rate, of, name),
      );
    };
    const cells = (its, chart) => [
      el("td", String(sum(its, "items"))),
      cell(its, "in_time", chart),
      cell(its, "categorised", chart),
      cell(its, "linked", chart),
      el("td", String(sum(its, "dispatches"))),
      cell(its, "recorded", chart),
    ];
    const units = [...new Set(days.map(day => day.unitCode))],
      column = name => el("th", name, { scope: "col" });
    const table = el(
      "table",
      null,
      { id: "units", tabIndex: 0 },
      head([column(t().unit)]),
      el(
        "tbody",
        null,
        {},
        ...units.map(unit =>
          el(
            "tr",
            null,
            {},
            el("td", unit || "–"),
            ...cells(
              days.filter(day => day.unitCode === unit),
              true,
            ),
          ),
        ),
      ),
    );
    const each = el(
      "table",
      null,
      { tabIndex: 0 },
      head([column(t().unit), column(t().day)]),
      el(
        "tbody",
        null,
        {},
        ...days.map(day => el("tr", null, {}, el("td", day.unitCode || "–"), el("td", day.day), ...cells([day], false))),
      ),
    );
    place.replaceChildren(
      el("h2", t().view.units),
      ...(days.length
        ? [el("p", t().lastDays, { className: "small" }), table, el("details", null, {}, el("summary", t().eachDay), each)]
        : [el("p", t().noUnits)]),
    );
  } catch (failed) {
    place.replaceChildren(trouble(failed));
  }
}
/** A rate from day to day, the newest at the right. */
function trend(days, rate, of, name) {
  const shown = days.filter(day => day[of]).reverse(),
    said = shown.map(day => `${day.day} ${percent(day[rate] || 0, day[of])}`).join("; ");
  const points = shown.map((day, i) =>
    [shown.length < 2 ? 40 : (80 * i) / (shown.length - 1), 2 + 16 * (1 - (day[rate] || 0) / day[of])].map(n => n.toFixed(1)),
  );
  const line =
      points.length > 1
        ? svg("polyline", { points: points.map(p => p.join(",")).join(" "), fill: "none", stroke: "currentColor", "stroke-width": 1.5 })
        : null,
    [cx, cy] = points.at(-1);
  return svg(
    "svg",
    { viewBox: "-3 0 86 20", width: 86, height: 20, role: "img", class: "trend", "aria-label": `${name}: ${said}` },
    ...[line, svg("circle", { cx, cy, r: 2.5, fill: "currentColor" })].filter(Boolean),
  );
}
/** What is on its way, as the station tells it. */
export function showPipeline() {
  const place = $("pipeline");
  if (!place || !live.now) return;
  place.textContent = `${Object.entries(live.now.pipeline)
    .map(([step, n]) => `${t().step[step]} ${n}`)
    .join(" · ")} · ${t().inLog} ${live.now.entries}`;
}
