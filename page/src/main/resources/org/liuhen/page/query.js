// What a list asks: as an address, and in words.

import { t } from "./core.js";
import { box, saidDay, startOfDay } from "./format.js";
import { PAGE } from "./rows.js";

/**
 * The address that answers what a list asks.
 * @param {Record<string, string>} f the filters of its address
 * @param {string} path its view
 * @param {string} deadlines the order of its deadlines; empty where it has none
 * @param {{ of?: string, before?: string | null, limit?: number }} [what]
 */
export function query(f, path, deadlines, { of = "/api/evidence", before, limit = PAGE } = {}) {
  const ask = new URLSearchParams(),
    put = (name, value) => value && ask.set(name, value);
  put("q", f.q);
  put("text", f.text);
  put("case", f.case);
  put("state", f.state);
  put("mine", f.mine);
  put("unit", f.unit);
  put("bbox", f.place && box(f.place));
  put("from", f.from && startOfDay(f.from));
  put("to", f.to && startOfDay(f.to, 1));
  put("figure", f.figure);
  put("uploaded_from", f.since && startOfDay(f.since));
  put("uploaded_to", f.until && startOfDay(f.until, 1));
  put("of_unit", f.ofUnit);
  put("of_officer", f.ofOfficer);
  put("desk", f.pile || (path === "handovers" ? "handovers" : ""));
  put("seed", f.seed);
  put("sort", f.sort || deadlines);
  put("before", before);
  put("limit", f.seed ? 5 : limit);
  return `${of}?${ask}`;
}
/** Which figure of a unit or an officer the list was opened from, in words; empty where from none. @param {Record<string, string>} filters */
export function counted(filters) {
  const { figure, since, until, ofUnit, ofOfficer } = filters,
    unit = ofUnit === "none" ? t().noUnit : ofUnit && `${t().unit} ${ofUnit}`;
  return [figure && (t().figure[figure] || figure), unit, ofOfficer, since && until && t().uploadedFrom(saidDay(since), saidDay(until))]
    .filter(Boolean)
    .join(" · ");
}
/** Whether the first day is after the last one, so that nothing can be found. @param {Record<string, string>} filters */
export const backwards = ({ from, to }) => Boolean(from && to && from > to);
