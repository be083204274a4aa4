// The items of a case in the order in which they were recorded, day by day: what happened when, and who has it.
import { el, here, svg, t, trouble } from "./core.js";
import { address, begin, duration, localDay, localTime, saidDay, timeOfDay } from "./format.js";
import { person } from "./names.js";
import { itemsOf } from "./paper.js";

const DAY_SECONDS = 86400;
/** A recording of a few seconds is still to be seen in a day. */
const NARROWEST = DAY_SECONDS / 300;

/**
 * Where an item stands: `recorded` where the beginning is known, `between` two moments where it is not, else when it was `uploaded`.
 * @param {any} item
 * @returns {{ item: any, how: "recorded" | "between" | "uploaded", from: string, to: string }} instants (RFC 3339)
 */
export function placed(item) {
  const likely = begin(item),
    when = item.captureTime?.corrected || item.captureTime;
  if (likely) {
    const to = new Date(Date.parse(likely.at) + (item.captureTime?.lengthMillis || 0)).toISOString();
    return { item, how: "recorded", from: likely.at, to };
  }
  if (when) return { item, how: "between", from: when.earliest, to: when.latest };
  return { item, how: "uploaded", from: item.declaredAt, to: item.declaredAt };
}
/**
 * The days on which something begins, the first one first, each with its items in order.
 * @param {any[]} items
 * @returns {[string, ReturnType<typeof placed>[]][]}
 */
export function byDay(items) {
  const days = new Map(),
    all = items.map(placed).sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  for (const one of all) {
    const day = localDay(one.from);
    days.set(day, [...(days.get(day) || []), one]);
  }
  return [...days];
}
/** Seconds of the day, or the end of the day for a later one. */
function secondOf(iso, day) {
  if (localDay(iso) !== day) return DAY_SECONDS;
  const [hours, minutes, seconds] = timeOfDay(iso).slice(0, 8).split(":").map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}
/** The 24 hours of a day: what was recorded when. What is known less exactly is paler. */
function strip(day, all) {
  const bars = all.map(({ how, from, to }) => {
    const start = secondOf(from, day);
    return svg("rect", {
      x: Math.min(start, DAY_SECONDS - NARROWEST),
      y: how === "uploaded" ? 12 : 2,
      width: Math.max(NARROWEST, secondOf(to, day) - start),
      height: how === "uploaded" ? 6 : 16,
      fill: "currentColor",
      opacity: how === "recorded" ? 1 : 0.3,
    });
  });
  const hours = Array.from({ length: 25 }, (_, hour) =>
    svg("rect", { x: hour * 3600, y: 0, width: hour % 6 ? 60 : 160, height: hour % 6 ? 4 : 20, fill: "currentColor", opacity: 0.25 }),
  );
  return svg(
    "svg",
    {
      viewBox: `0 0 ${DAY_SECONDS} 20`,
      preserveAspectRatio: "none",
      class: "hours",
      role: "img",
      "aria-label": t().dayDrawn(saidDay(day), all.length),
    },
    ...hours,
    ...bars,
  );
}
function line({ item, how, from, to }, caseId) {
  const when =
    how === "recorded"
      ? `${timeOfDay(from)}${to === from ? "" : ` – ${localDay(to) === localDay(from) ? timeOfDay(to) : localTime(to)}`}`
      : how === "between"
        ? t().recordedOf(localTime(from), localTime(to))
        : `${t().uploadedAt} ${timeOfDay(from)}`;
  return el(
    "li",
    null,
    {},
    el("span", when, { className: how === "recorded" ? "when" : "when small" }),
    el("a", item.fileName, { href: address("item/" + item.id, { in: "evidence", case: caseId }) }),
    el(
      "span",
      null,
      { className: "small" },
      person(item.officerNo || item.sender || ""),
      item.captureTime?.lengthMillis ? ` · ${duration(item.captureTime.lengthMillis)}` : "",
    ),
  );
}
/** The fold that was drawn last: a case that is drawn anew, as when something happens at the station, keeps it open. */
let drawn = { of: "", fold: /** @type {any} */ (null) };
/**
 * A fold on the page of a case that is filled when it is opened: all items of a large case are not asked for otherwise.
 * @param {string} caseId @param {number} count how many items it has
 */
export function timeline(caseId, count) {
  const of = JSON.stringify([here.person?.id, here.language, caseId, count]);
  if (drawn.of !== of) drawn = { of, fold: fold(caseId) };
  return drawn.fold;
}
function fold(caseId) {
  const place = el("div"),
    details = el("details", null, { className: "card", id: "timeline" }, el("summary", t().timeline), place);
  details.ontoggle = async () => {
    if (!details.open || place.children.length) return;
    place.replaceChildren(el("p", t().busy, { className: "small", role: "status" }));
    try {
      const { items, total } = await itemsOf(caseId);
      place.replaceChildren(
        ...(items.length < total ? [el("p", t().timelineCut(items.length, total), { className: "banner bad" })] : []),
        el("p", t().timelineIs, { className: "small" }),
        ...byDay(items).flatMap(([day, all]) => [
          el("h3", saidDay(day)),
          strip(day, all),
          el("ol", null, { className: "timeline" }, ...all.map(one => line(one, caseId))),
        ]),
      );
    } catch (failed) {
      place.replaceChildren(trouble(failed));
    }
  };
  return details;
}
