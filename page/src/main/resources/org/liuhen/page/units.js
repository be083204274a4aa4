// Units: how they do, as a tree, and how they are called.
import { $, actForm, el, get, here, may, notice, percent, post, svg, t, trouble } from "./core.js";
import { address } from "./format.js";
import { forgetUnits, proposeUnits, unitNames } from "./names.js";
import { rowsOf } from "./table.js";

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
const sum = (days, name) => days.reduce((n, day) => n + (day[name] || 0), 0);
/** The days of several units as those of one: each day once, the newest first. */
function together(days) {
  const all = new Map();
  for (const day of days) {
    const one = all.get(day.day) || { day: day.day };
    for (const [name, value] of Object.entries(day)) if (typeof value === "number") one[name] = (one[name] || 0) + value;
    all.set(day.day, one);
  }
  return [...all.values()].sort((a, b) => (a.day < b.day ? 1 : -1));
}
function cell(days, rate, chart) {
  const [of, name] = {
    in_time: ["items", t().inTime],
    categorised: ["items", t().categorised],
    linked: ["items", t().linked],
    recorded: ["dispatches", t().activated],
  }[rate];
  const n = sum(days, rate),
    all = sum(days, of),
    explained = sum(days, { in_time: "late_explained", recorded: "explained" }[rate]),
    missing = n < all && ["in_time", "recorded"].includes(rate);
  return el(
    "td",
    null,
    { className: n < all / 2 ? "bad" : "" },
    el(missing ? "a" : "span", percent(n, all), missing ? { href: "#/gaps", title: t().view.gaps } : {}),
    explained ? ` · ${t().explainedAlso(explained)}` : "",
    chart && all > 0 && trend(days, rate, of, name),
  );
}
const cells = (days, items, chart) => [
  el("td", null, {}, items),
  cell(days, "in_time", chart),
  cell(days, "categorised", chart),
  cell(days, "linked", chart),
  el("td", String(sum(days, "dispatches"))),
  cell(days, "recorded", chart),
];
const column = name => el("th", name, { scope: "col" }),
  figuresOf = () => [t().items, t().inTime, t().categorised, t().linked, t().dispatches, t().activated].map(column),
  table = (id, head, rows) => {
    const made = el("table", null, { tabIndex: 0 }, el("thead", null, {}, el("tr", null, {}, ...head)), el("tbody", null, {}, ...rows));
    if (id) made.id = id;
    return made;
  };
/** The units as a tree. The figures of a unit include those of the units below it. */
function treeTable(nodes, days, names, figures) {
  const closed = new Set(),
    lines = new Map(),
    counted = new Map(nodes.map(node => [node.code, []])),
    above = new Map(nodes.map(node => [node.code, node.above]));
  for (const day of days) for (const code of [day.unitCode, ...above.get(day.unitCode)]) counted.get(code).push(day);
  const draw = () =>
    nodes.forEach(node => {
      lines.get(node.code).hidden = node.above.some(over => closed.has(over));
    });
  for (const { code, depth, above, leaf } of nodes) {
    const own = together(counted.get(code));
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
    const n = String(sum(own, "items")),
      items = code && may("SEARCH") ? el("a", n, { href: address("evidence", { unit: prefix(code) }), title: t().view.evidence }) : n;
    const line = el("tr", null, {}, head, ...(figures ? cells(own, items, true) : []));
    line.dataset.unit = code;
    line.dataset.above = above.at(-1) || "";
    lines.set(code, line);
  }
  return table("units", [column(t().unit), ...(figures ? figuresOf() : [])], [...lines.values()]);
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
    said = el("span", "", { className: "small", role: "status" }),
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
    try {
      const units = await rowsOf(file.files[0], { unitCode: ["unitCode", "单位代码"], unitName: ["unitName", "单位名称"] });
      if (!units) throw new Error(t().unitsHead);
      await name(units, why.value.trim());
      notice(`${t().act.importUnits} · ${t().done}`);
      await again();
    } catch (failed) {
      said.className = "small bad";
      said.textContent = failed.message;
    }
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
export async function showUnits(again) {
  const place = $("detail"),
    figures = may("SEE_GAPS");
  if (!figures && !may("NAME_UNITS")) {
    place.replaceChildren(el("p", t().needRole));
    return;
  }
  try {
    const days = figures ? (await get("/api/units")).units : [],
      names = await unitNames(),
      reach = may("NAME_UNITS") ? "" : prefix(here.person.unitCode || ""),
      nodes = tree([...days.map(day => day.unitCode), ...[...names.keys()].filter(code => prefix(code).startsWith(reach))]);
    const each = table(
      "",
      [column(t().unit), column(t().day), ...figuresOf()],
      days.map(day =>
        el("tr", null, {}, el("td", day.unitCode || t().noUnit), el("td", day.day), ...cells([day], String(day.items || 0), false)),
      ),
    );
    place.replaceChildren(
      ...[
        el("h2", t().view.units),
        figures && nodes.length ? el("p", t().lastDays, { className: "small" }) : null,
        may("NAME_UNITS") ? el("p", t().unitsAre, { className: "small" }) : null,
        may("NAME_UNITS") ? naming(again) : null,
        nodes.length
          ? el("div", null, { className: "wide" }, treeTable(nodes, days, names, figures))
          : el("p", figures ? t().noUnits : t().noNames),
        days.length ? el("details", null, {}, el("summary", t().eachDay), each) : null,
      ].filter(Boolean),
    );
  } catch (failed) {
    place.replaceChildren(trouble(failed));
  }
}
