// Units and their officers: how they do in a period, beside the one before; as a tree, and how they are called.
import { $, actForm, el, get, here, link, may, notice, post, sayRefused, standing, t, takeDay, trouble } from "./core.js";
import { barsOf, cells, daily, heads, measures, nameOf, ordered, table } from "./figures.js";
import { address, localDay, saidDay, zoneInUse } from "./format.js";
import { icon } from "./icons.js";
import { forgetUnits, person, proposeUnits, unitNames } from "./names.js";
import { PERIODS, periodOf } from "./periods.js";
import { rowsOf } from "./table.js";
import { ended, sending, sent } from "./typed.js";

/** A chart has no more bars. */
const BARS_MAX = 20;
/** Which question the page asked last. */
let asking = 0;

/** What the code of a unit shares with those of the units below it; pairs of zeros at its end do not count. @param {string} code */
export const prefix = code => code.replace(/(?:00)+$/, "");

/**
 * Units in the order of a tree. Above a unit is the one with the longest code that its own begins with.
 * @param {string[]} codes
 * @returns {{ code: string, depth: number, above: string[], leaf: boolean }[]} `above` begins with the topmost one
 */
export function tree(codes) {
  const sorted = [...new Set(codes)].sort((a, b) => (prefix(a) === prefix(b) ? (a < b ? -1 : 1) : prefix(a) < prefix(b) ? -1 : 1)),
    above = /** @type {{ code: string, depth: number, above: string[], leaf: boolean }[]} */ ([]);
  return sorted.map(code => {
    const isBelow = over => over.code !== "" && prefix(code) !== prefix(over.code) && prefix(code).startsWith(prefix(over.code));
    while (above.length && !isBelow(above[above.length - 1])) above.pop();
    const node = { code, depth: above.length, above: above.map(over => over.code), leaf: true };
    for (const over of above) over.leaf = false;
    above.push(node);
    return node;
  });
}
/** The rows of each unit and of those below it. */
function countedIn(nodes, rows) {
  const counted = new Map(nodes.map(node => [node.code, []])),
    above = new Map(nodes.map(node => [node.code, node.above]));
  for (const row of rows) for (const code of [row.unitCode, ...(above.get(row.unitCode) || [])]) counted.get(code)?.push(row);
  return counted;
}
/** What the list asks for to have the items of a unit and of those below it. */
const ofUnit = code => (code === null ? undefined : prefix(code) || "none");
/** The units as a tree. The figures of a unit include those of the units below it. */
function treeTable(nodes, asked, names, figures) {
  const closed = new Set(),
    lines = new Map(),
    now = figures && countedIn(nodes, figures.now),
    before = figures && countedIn(nodes, figures.before);
  const draw = () =>
    nodes.forEach(node => {
      lines.get(node.code).hidden = node.above.some(over => closed.has(over));
    });
  for (const { code, depth, above, leaf } of nodes) {
    const open = el("button", "▾", { type: "button", className: "quiet twig", ariaLabel: t().unitsBelow });
    open.setAttribute("aria-expanded", "true");
    open.onclick = () => {
      const shut = !closed.delete(code);
      if (shut) closed.add(code);
      open.textContent = shut ? "▸" : "▾";
      open.setAttribute("aria-expanded", String(!shut));
      draw();
    };
    const head = el(
      "th",
      null,
      { scope: "row" },
      leaf ? el("span", "", { className: "twig" }) : open,
      el("b", names.get(code) || ""),
      ` ${code || t().noUnit}`,
    );
    head.style.paddingInlineStart = `${depth * 1.4 + 0.4}rem`;
    const where = figures && { since: asked.from, until: asked.to, ofUnit: ofUnit(code) };
    const line = el("tr", null, {}, head, ...(figures ? cells(now.get(code), before.get(code), where, false) : []));
    line.dataset.unit = code;
    line.dataset.above = above.at(-1) || "";
    lines.set(code, line);
  }
  return table("units", figures ? heads(t().unit, false) : [el("th", t().unit, { scope: "col" })], [...lines.values()]);
}
/** The chosen unit and those right below it; the topmost ones where none is chosen, and those below the only one. */
function shown(nodes, chosen) {
  const roots = nodes.filter(node => !node.depth),
    top = chosen === null && roots.length === 1 ? roots[0].code : chosen;
  return top === null ? roots : nodes.filter(node => node.code === top || node.above.at(-1) === top);
}
/** A field of the form above the figures; what is chosen stands in the address. */
function choice(id, words, options, value, choose) {
  const field = el("select", null, { id }, ...options.map(([code, name]) => el("option", name, { value: code })));
  field.value = value;
  field.onchange = () => choose(field.value);
  return el("label", `${words} `, { className: "small" }, field);
}
function chooser(filters, asked, nodes, names) {
  const choose = changed => {
    location.hash = address("units", { ...filters, ...changed });
  };
  const days = Object.fromEntries(
    ["from", "to"].map(name => [name, el("input", null, { id: `figures-${name}`, type: "date", value: asked[name] })]),
  );
  const day = name => {
    takeDay(days[name], () => days.from.value && days.to.value && choose({ from: days.from.value, to: days.to.value, period: "own" }));
    return el("label", `${t()[name]} `, { className: "small" }, days[name]);
  };
  const officers = filters.by === "officer";
  return el(
    "div",
    null,
    { className: "fields", id: "figuresOf" },
    choice(
      "period",
      t().periodIs,
      PERIODS.map(kind => [kind, t().period[kind]]),
      asked.kind,
      period => choose({ period, from: period === "own" ? asked.from : "", to: period === "own" ? asked.to : "" }),
    ),
    asked.kind === "own" ? day("from") : null,
    asked.kind === "own" ? day("to") : null,
    choice("by", t().byIs, Object.entries(t().by), officers ? "officer" : "unit", by => choose({ by })),
    choice(
      "ofUnit",
      t().unit,
      [
        ["all", t().allUnits],
        ...nodes.map(({ code, depth }) => [code || "none", `${"　".repeat(depth)}${names.get(code) || ""} ${code || t().noUnit}`]),
      ],
      filters.unit || "all",
      unit => choose({ unit: unit === "all" ? "" : unit }),
    ),
    choice(
      "measure",
      t().measureIs,
      measures(officers).map(one => [one, nameOf(one)]),
      measureOf(filters),
      measure => choose({ measure }),
    ),
    el(
      "a",
      null,
      {
        className: "button quiet",
        id: "figuresTable",
        href: link(`/api/units.csv?${question(filters, asked)}&lang=${here.language}`),
        download: "",
      },
      icon("download"),
      "CSV",
    ),
  );
}
const measureOf = ({ measure, by }) => (measures(by === "officer").includes(measure) ? measure : "in_time");
const saidDays = ({ from, to }) => ({ from: saidDay(from), to: saidDay(to) });
/** What the station is asked for the table. */
function question(filters, { from, to }) {
  const ask = new URLSearchParams({ from, to, zone: zoneInUse() });
  if (filters.by === "officer") ask.set("by", "officer");
  const unit = filters.by === "officer" && filters.unit ? (filters.unit === "none" ? "none" : prefix(filters.unit)) : "";
  if (unit) ask.set("unit", unit);
  return ask;
}
/** Bars, the days of the chosen unit, and the table with the same figures. */
function unitFigures(filters, asked, nodes, names, figures) {
  const chosen = filters.unit ? (filters.unit === "none" ? "" : filters.unit) : null,
    measure = measureOf(filters),
    counted = countedIn(nodes, figures.now),
    called = code => `${names.get(code) || ""} ${code || t().noUnit}`.trim(),
    title = `${nameOf(measure)} · ${chosen === null ? t().allUnits : called(chosen)}`;
  return [
    el(
      "div",
      null,
      { className: "charts" },
      barsOf(
        measure,
        shown(nodes, chosen).map(({ code }) => ({
          name: el("a", called(code), { href: address("units", { ...filters, unit: code || "none" }) }),
          rows: counted.get(code),
        })),
        `${nameOf(measure)} · ${t().by.unit}`,
      ),
      el("div", null, {}, ...daily(measure, chosen === null ? figures.now : counted.get(chosen) || [], asked, title)),
    ),
    el("div", null, { className: "wide" }, treeTable(nodes, asked, names, figures)),
  ];
}
function officerFigures(filters, asked, figures) {
  const measure = measureOf(filters),
    officers = ordered(figures.now, measure),
    earlier = new Map(figures.before.map(one => [one.officerNo, one])),
    unit = filters.unit ? ofUnit(filters.unit === "none" ? "" : filters.unit) : undefined,
    rows = officers.map(one =>
      el(
        "tr",
        null,
        {},
        el("th", null, { scope: "row" }, person(one.officerNo)),
        ...cells(
          [one],
          earlier.has(one.officerNo) ? [earlier.get(one.officerNo)] : [],
          { since: asked.from, until: asked.to, ofUnit: unit, ofOfficer: one.officerNo },
          true,
        ),
      ),
    );
  return officers.length
    ? [
        barsOf(
          measure,
          officers.slice(0, BARS_MAX).map(one => ({ name: person(one.officerNo), rows: [one] })),
          `${nameOf(measure)} · ${t().by.officer}`,
        ),
        el("div", null, { className: "wide" }, table("officers", heads(t().officer, true), rows)),
      ]
    : [el("p", t().noFigures)];
}
/** Names one unit, or all of a table. */
function naming(again) {
  const name = (units, reason) =>
    post("/api/unit-names", { units, reason }, () => {
      forgetUnits();
    });
  const one = actForm(
    "nameUnit",
    [{ name: "unitOf", proposes: proposeUnits }, { name: "unitName", optional: true }, { name: "reason" }],
    ({ unitOf, unitName, reason }) => name([{ unitCode: unitOf, unitName }], reason),
    again,
  );
  const file = el("input", null, { type: "file", accept: ".csv,text/csv", required: true, id: "unitsFile" }),
    why = el("input", null, { required: true, maxLength: 500 }),
    said = el("span", "", { className: "small said", role: "status" }),
    form = el(
      "form",
      null,
      { className: "fields" },
      el("label", `${t().field.dispatchFile} `, {}, file),
      el("label", `${t().field.reason} `, {}, why),
      el("button", t().act.importUnits),
      said,
    );
  form.onsubmit = async event => {
    event.preventDefault();
    sending(form);
    try {
      const units = await rowsOf(file.files[0], { unitCode: ["unitCode", "单位代码"], unitName: ["unitName", "单位名称"] });
      if (!units) throw new Error(t().unitsHead);
      await name(units, why.value.trim());
      notice(`${t().act.importUnits} · ${t().done}`);
      sent(form);
      await again();
    } catch (failed) {
      sayRefused(form, t().act.importUnits, failed.message);
    }
    ended(form);
  };
  const many = el(
    "details",
    null,
    { className: "act" },
    el("summary", t().act.importUnits),
    el("p", t().unitsTable, { className: "small" }),
    el("pre", t().unitsExample, { className: "code" }),
    form,
  );
  many.dataset.act = "importUnits";
  return el("div", null, { className: "acts" }, one, many);
}
/** @param {() => any} again @param {Record<string, string>} [filters] what the address says: period, from, to, by, unit, measure */
export async function showUnits(again, filters = {}) {
  const place = $("detail"),
    counts = may("SEE_GAPS");
  if (!counts && !may("NAME_UNITS")) {
    place.replaceChildren(el("p", t().needRole));
    return;
  }
  const asked = periodOf(filters, localDay(new Date().toISOString())),
    officers = filters.by === "officer",
    mine = ++asking,
    stands = standing();
  try {
    const rowsIn = days => get(`/api/units?${question(filters, days)}`).then(answer => answer[officers ? "officers" : "units"]),
      [now, before, names] = await Promise.all([counts ? rowsIn(asked) : [], counts ? rowsIn(asked.before) : [], unitNames()]);
    if (mine !== asking || !stands()) return; // another period was chosen meanwhile
    const reach = may("NAME_UNITS") ? "" : prefix(here.person.unitCode || ""),
      coded = officers ? [] : [...now, ...before].map(row => row.unitCode),
      nodes = tree([
        ...coded,
        ...[...names.keys()].filter(code => prefix(code).startsWith(reach)),
        ...(filters.unit && filters.unit !== "none" ? [filters.unit] : []),
      ]),
      figures = counts ? { now, before } : null,
      altered = now.reduce((sum, row) => sum + (row.altered || 0), 0),
      focused = document.activeElement?.id;
    place.replaceChildren(
      ...[
        el("h2", t().view.units),
        counts ? chooser(filters, asked, nodes, names) : null,
        counts
          ? el("p", `${t().figuresFrom(saidDays(asked))} ${t().comparedWith(saidDays(asked.before))} ${t().figuresAre}`, {
              className: "small",
            })
          : null,
        ...(altered ? [el("p", t().dispatchesAltered(altered), { className: "bad" })] : []),
        ...(officers && figures
          ? officerFigures(filters, asked, figures)
          : nodes.length
            ? figures
              ? unitFigures(filters, asked, nodes, names, figures)
              : [el("div", null, { className: "wide" }, treeTable(nodes, asked, names, null))]
            : [el("p", counts ? t().noUnits : t().noNames)]),
        may("NAME_UNITS") ? el("p", t().unitsAre, { className: "small" }) : null,
        may("NAME_UNITS") ? naming(again) : null,
      ].filter(Boolean),
    );
    if (focused && ["period", "by", "ofUnit", "measure"].includes(focused)) $(focused)?.focus();
  } catch (failed) {
    if (mine === asking && stands()) place.replaceChildren(trouble(failed));
  }
}
