// The figures of units and officers in a period: in a table, as bars, and from day to day. Each figure leads to the items that it counts.
import { bars, line } from "./charts.js";
import { el, may, percent, t } from "./core.js";
import { address, dayInList } from "./format.js";
import { later, lengthOf } from "./periods.js";

/** What can be shown, each with what it is a part of; a number alone is a part of nothing. @type {Record<string, string>} */
const PART_OF = { items: "", in_time: "items", categorised: "items", linked: "items", dispatches: "", recorded: "dispatches" };
const EXPLAINED = { in_time: "late_explained", recorded: "explained" };
/** Measures that a chart can have. @param {boolean} officers */
export const measures = officers => ["in_time", "categorised", "linked", "items", ...(officers ? [] : ["recorded"])];
const columns = officers => ["items", "in_time", "categorised", "linked", ...(officers ? [] : ["dispatches", "recorded"])];
export const nameOf = measure =>
  ({
    items: t().items,
    in_time: t().inTime,
    categorised: t().categorised,
    linked: t().linked,
    dispatches: t().dispatches,
    recorded: t().activated,
  })[measure];
export const sum = (rows, name) => rows.reduce((n, row) => n + (row[name] || 0), 0);
/** The rows of several units as those of one: each day once, the oldest first. */
export function together(rows) {
  const all = new Map();
  for (const row of rows) {
    const one = all.get(row.day) || { day: row.day };
    for (const [name, value] of Object.entries(row)) if (typeof value === "number") one[name] = (one[name] || 0) + value;
    all.set(row.day, one);
  }
  return [...all.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
}
/** A part of the whole; null where there is nothing. */
const share = (rows, measure) => (sum(rows, PART_OF[measure]) ? sum(rows, measure) / sum(rows, PART_OF[measure]) : null);
/** How a rate changed, in percentage points: a sign to see, and words to hear. */
export function change(now, before) {
  if (now === null || before === null) return null;
  const points = Math.round(1000 * (now - before)) / 10,
    [sign, words] =
      points > 0 ? ["▲", t().higher(points.toFixed(1))] : points < 0 ? ["▼", t().lower((-points).toFixed(1))] : ["＝", t().unchanged];
  return el(
    "span",
    null,
    { className: "change", title: words },
    el("span", `${sign} ${points ? Math.abs(points).toFixed(1) : ""}`.trim(), { ariaHidden: "true" }),
    el("span", words, { className: "heard" }),
  );
}
/** The address of the items that a figure counts. @param {string} figure @param {Record<string, string | undefined>} where */
export const itemsOf = (figure, where) => address("evidence", { figure, ...where });
function cell(measure, rows, before, where) {
  const n = sum(rows, measure);
  if (!PART_OF[measure])
    return el(
      "td",
      null,
      {},
      measure === "items" && n && may("SEARCH") ? el("a", String(n), { href: itemsOf("items", where) }) : String(n),
    );
  const all = sum(rows, PART_OF[measure]),
    rest = all - n,
    explained = sum(rows, EXPLAINED[measure]),
    leads = measure === "recorded" ? address("gaps", { unit: where.ofUnit }) : may("SEARCH") ? itemsOf(`not_${measure}`, where) : "";
  return el(
    "td",
    null,
    {},
    el("span", percent(n, all), { className: all && n < all / 2 ? "bad" : "" }),
    change(share(rows, measure), share(before, measure)),
    rest > 0 ? el("br") : null,
    rest > 0
      ? el(leads ? "a" : "span", t().without[measure](rest), leads ? { href: leads, className: "small" } : { className: "small" })
      : null,
    explained ? el("span", ` · ${t().explainedAlso(explained)}`, { className: "small" }) : null,
  );
}
/** The cells of a line of the table. @param {any[]} rows @param {any[]} before @param {Record<string, string | undefined>} where @param {boolean} officers */
export const cells = (rows, before, where, officers) => columns(officers).map(measure => cell(measure, rows, before, where));
const column = name => el("th", name, { scope: "col" });
export const heads = (first, officers) => [first, ...columns(officers).map(nameOf)].map(column);
export function table(id, head, rows) {
  const made = el("table", null, { tabIndex: 0 }, el("thead", null, {}, el("tr", null, {}, ...head)), el("tbody", null, {}, ...rows));
  if (id) made.id = id;
  return made;
}
/** Bars of one measure. @param {string} measure @param {{ name: any, rows: any[] }[]} lines @param {string} name */
export function barsOf(measure, lines, name) {
  const most = Math.max(1, ...lines.map(one => sum(one.rows, measure)));
  return bars(
    name,
    lines.map(one => {
      const n = sum(one.rows, measure),
        of = PART_OF[measure];
      return {
        name: one.name,
        share: of ? share(one.rows, measure) || 0 : n / most,
        said: of ? percent(n, sum(one.rows, of)) : String(n),
      };
    }),
  );
}
/** One measure from day to day, and the table of the days. @param {string} measure @param {any[]} rows @param {{ from: string, to: string }} period @param {string} name */
export function daily(measure, rows, period, name) {
  const days = new Map(together(rows).map(day => [day.day, day])),
    all = Array.from({ length: lengthOf(period) }, (_, i) => days.get(later(period.from, i)) || { day: later(period.from, i) }),
    of = PART_OF[measure],
    most = Math.max(1, ...all.map(day => day[measure] || 0));
  const points = all.map(day => ({
    day: dayInList(day.day),
    share: of ? share([day], measure) : (day[measure] || 0) / most,
    said: of ? percent(day[measure] || 0, day[of]) : String(day[measure] || 0),
  }));
  const counted = all.filter(day => day.items || day.dispatches).reverse();
  return [
    line(name, points, of ? "100 %" : String(most)),
    el(
      "details",
      null,
      {},
      el("summary", t().eachDay),
      table(
        "days",
        heads(t().day, false),
        counted.map(day =>
          el(
            "tr",
            null,
            {},
            el("th", dayInList(day.day), { scope: "row" }),
            ...columns(false).map(one => el("td", PART_OF[one] ? percent(day[one] || 0, day[PART_OF[one]]) : String(day[one] || 0))),
          ),
        ),
      ),
    ),
  ];
}
/** The officers: first those with most items that a rate leaves out, or with the greatest number. */
export const ordered = (officers, measure) => {
  const weight = one => (PART_OF[measure] ? one[PART_OF[measure]] - one[measure] : one[measure]);
  return [...officers].sort((a, b) => weight(b) - weight(a) || b.items - a.items);
};
