// Cases: the list of them, and one with its items.
import { $, actForm, all, el, get, here, link, may, post, saidTime, standing, t, trouble } from "./core.js";
import { heads, row } from "./desk.js";
import { exportForm } from "./exports.js";
import { address } from "./format.js";
import { icon } from "./icons.js";
import { categoriseAll, formsOfEach, grouped, mayMany, mayWhole } from "./many.js";
import { inLine, person, persons, proposeUnits, unit } from "./names.js";
import { inWords } from "./recorded.js";
import { timeline } from "./timeline.js";

const PAGE = 50;
/** As many items are in one answer; the station gives no more. */
const AT_ONCE = 500;

function line(one) {
  const file = one.file,
    marks = file
      ? [
          file.protection && t().protections[file.protection],
          file.officers.length && el("span", `${t().assigned} `, {}, ...persons(file.officers)),
        ]
      : [];
  return el(
    "a",
    null,
    { href: "#/case/" + encodeURIComponent(one.caseId), className: "row case" },
    icon("cases"),
    el(
      "span",
      null,
      { className: "name" },
      el("b", one.caseId),
      marks.some(Boolean)
        ? el("span", null, { className: "small marks" }, ...marks.filter(Boolean).flatMap((mark, at) => [at ? " · " : "", mark]))
        : null,
    ),
    file ? el("span", null, { className: "state" }, el("span", file.closed ? t().closed : t().open, { className: "tag" })) : null,
    el("span", t().itemsAre(one.items), { className: "small" }),
  );
}
/** The cases that somebody sees items of, the one with the newest item first; the words in the field are the beginning of their numbers. */
export async function showCases() {
  const number = el("input", null, { id: "caseNumber", size: 28, type: "search", autocomplete: "off" }),
    list = el("div", null, { className: "table", id: "caseList" }),
    said = el("p", "", { className: "small", role: "status" }),
    form = el(
      "form",
      null,
      { className: "fields" },
      el("label", t().case + " ", {}, number),
      el("button", t().search, { className: "primary" }),
    );
  let question = 0;
  const more = async (mine, prefix, last) => {
    const { cases } = await get(
      "/api/cases?" + new URLSearchParams({ ...(prefix && { q: prefix }), ...(last && { before: last.newest, beforeCase: last.caseId }) }),
    );
    if (mine !== question) return;
    list.append(...cases.map(line));
    said.textContent = list.children.length ? "" : prefix ? t().noSuchCase : t().noCases;
    if (cases.length < PAGE) return;
    const next = el("button", t().more, {
      className: "more",
      onclick: () => {
        next.remove();
        ask(() => more(mine, prefix, cases.at(-1)));
      },
    });
    list.append(next);
  };
  const ask = async next => {
    try {
      await next();
    } catch (failed) {
      list.append(trouble(failed));
    }
  };
  const search = () => {
    list.replaceChildren();
    const mine = ++question;
    return ask(() => more(mine, number.value.trim()));
  };
  form.onsubmit = event => {
    event.preventDefault();
    search();
  };
  $("detail").replaceChildren(el("h2", t().view.cases), el("p", t().casesAre, { className: "small" }), form, said, list);
  await search();
}
/** What the items of a case have together, as terms and descriptions. */
function together(summary) {
  const senders = inLine(Object.entries(summary.senders), ([who, n]) => [person(who), ` ×${n}`]);
  return [
    [t().view.evidence, t().itemsAre(summary.items)],
    [t().recordedAll, summary.first === summary.last ? saidTime(summary.first) : `${saidTime(summary.first)} – ${saidTime(summary.last)}`],
    [t().sender, senders],
    [t().pile.uncategorised, summary.uncategorised && t().itemsAre(summary.uncategorised)],
    [t().pile.holds, summary.held && t().itemsAre(summary.held)],
  ]
    .filter(([, value]) => value)
    .flatMap(([name, value]) => [el("dt", name), el("dd", null, {}, ...[value].flat())]);
}
/** The other numbers that its items are linked to: the incidents of a case, the case of an incident. */
const others = (summary, incidents) =>
  inLine(
    Object.entries(summary.others || {}).filter(([number]) => !incidents.some(one => one.incidentNo === number)),
    ([number, n]) => [el("a", number, { href: "#/case/" + encodeURIComponent(number) }), ` ${t().itemsAre(n)}`],
  );
/** An incident of the case: who was sent when, how many of the items are of it, and what is missing. */
function incident(one, caseId) {
  return el(
    "li",
    null,
    {},
    one.incidentNo === caseId ? el("b", one.incidentNo) : el("a", one.incidentNo, { href: "#/case/" + encodeURIComponent(one.incidentNo) }),
    ...(one.altered
      ? [el("div", t().recordAltered, { className: "bad" })]
      : [
          ` ${t().dispatchedFrom(saidTime(one.dispatchedAt), one.clearedAt ? saidTime(one.clearedAt) : "")} · `,
          ...persons(one.officerNos || []),
          ...(one.unitCode ? [" · ", unit(one.unitCode)] : []),
        ]),
    ` · ${t().itemsAre(one.items)}`,
    ...(one.gaps.length
      ? one.gaps.map(gap => {
          const altered = gap.altered ? gap.index : gap.explained?.altered && gap.explained.index;
          return altered === undefined || altered === false
            ? el("div", `${gap.explained ? `${t().gapsExplained} · ` : ""}${t().gap[gap.gapKind]} · ${inWords(gap.finding)}`, {
                className: gap.explained ? "small" : "bad",
              })
            : el("div", t().rowAltered(altered), { className: "bad" });
        })
      : [el("div", t().noGapFound, { className: "small" })]),
  );
}
/** All items of a case that this person may see, by their IDs, page by page. @param {string} caseId @returns {Promise<Map<string, any>>} */
async function itemsOf(caseId) {
  const items = new Map();
  for (let before = ""; ; ) {
    const { evidence, next } = await get(
      `/api/evidence?${new URLSearchParams({ case: caseId, limit: String(AT_ONCE), ...(before && { before }) })}`,
    );
    for (const item of evidence) items.set(item.id, item);
    if (!next) return items;
    before = next;
  }
}
/** What goes on with all items of a case, and what came of it, by person and case: it stays when the view is drawn anew. @type {Map<string, { busy: boolean, results: any }>} */
const doings = new Map();
const doneBy = caseId => JSON.stringify([here.person.id, caseId]);
/** Forms of what can be done with all items of a case at once. @param {string} caseId @param {number} count how many the view says @param {() => any} again */
async function withAll(caseId, count, again) {
  if (!count || !mayWhole()) return [];
  const key = doneBy(caseId),
    doing = doings.get(key) || { busy: false, results: el("ul", null, { className: "results", id: "caseDone", ariaLive: "polite" }) },
    of = {
      items: async () => {
        const items = await itemsOf(caseId),
          before = count;
        count = items.size;
        if (count !== before) throw new Error(t().caseHasNow(count, before));
        return items;
      },
      results: () => doing.results,
      controls: "#caseAll :is(input, select, button)",
      href: id => address("item/" + id, { in: "evidence", case: caseId }),
      back: () => address("evidence", { case: caseId }),
      works: busy => {
        doing.busy = busy;
      },
      taken: () => {},
      asks: n => t().approveWhole(n),
      ended: (outcome, lines) => doing.results.replaceChildren(el("li", outcome), ...lines),
      after: again,
    },
    fields = el("span", null, { className: "fields" }),
    forms = await formsOfEach(of);
  for (const form of Object.values(forms).flat()) form.querySelector("button").textContent += ` · ${t().itemsAre(count)}`;
  if (may("CATEGORISE")) forms.keeping.unshift(el("details", null, { className: "act" }, el("summary", t().act.categorise), fields));
  doings.set(key, doing);
  if (may("CATEGORISE")) await categoriseAll(of, fields);
  return [
    el("h3", t().allInCase(count)),
    el("p", t().allInCaseIs, { className: "small" }),
    el("div", null, { className: "groups", id: "caseAll" }, ...grouped(forms)),
    doing.results,
  ];
}
let question = 0;
export async function showCase(caseId, again) {
  const place = $("detail"),
    mine = ++question,
    stands = standing(),
    late = () => mine !== question || !stands();
  try {
    const { evidence, file, summary, incidents = [] } = await get("/api/cases/" + encodeURIComponent(caseId));
    if (late()) return;
    const facts = el("dl");
    if (file) {
      facts.append(el("dt", t().caseOf), el("dd", file.closed ? t().closed : t().open));
      if (file.unitCode) facts.append(el("dt", t().unit), el("dd", null, {}, unit(file.unitCode)));
      if (file.officers.length) facts.append(el("dt", t().assigned), el("dd", null, {}, ...persons(file.officers)));
      if (file.protection) facts.append(el("dt", t().field.protection), el("dd", t().protections[file.protection]));
    }
    if (summary) facts.append(...together(summary));
    const also = summary ? others(summary, incidents) : [];
    if (also.length) facts.append(el("dt", t().alsoLinked), el("dd", null, {}, ...also));
    const send = act => values =>
      post(`/api/cases/${encodeURIComponent(caseId)}/acts`, {
        act,
        reason: values.reason,
        ...(act === "assign"
          ? {
              officers: values.officers.split(/[,，、\s]+/).filter(Boolean),
              protection: values.protection || null,
              unitCode: values.unitCode || undefined,
            }
          : {}),
      });
    const acts = el("div", null, { className: "acts" }),
      reason = { name: "reason" };
    if (may("DECIDE_CASE")) {
      acts.append(
        actForm(
          "assign",
          [
            { name: "officers", value: (file?.officers || []).join("、"), optional: true },
            { name: "protection", choices: t().protections },
            { name: "unitCode", optional: true, proposes: proposeUnits },
            reason,
          ],
          send("assign"),
          again,
        ),
      );
      acts.append(file?.closed ? actForm("reopen", [reason], send("reopen"), again) : actForm("close", [reason], send("close"), again));
    }
    if (may("REQUEST_EXPORT") && evidence.length > 0) acts.append(exportForm(() => ({ caseId }), again));
    if (may("PLAY") && (summary?.recordings || 0) > 1)
      acts.append(el("a", null, { href: "#/together/" + encodeURIComponent(caseId), className: "button" }, icon("video"), t().together));
    if (evidence.length > 0)
      acts.append(el("a", null, { href: "#/paper/" + encodeURIComponent(caseId), className: "button" }, icon("print"), t().paperList));
    const graph =
      evidence.length > 0 &&
      may("VIEW") &&
      el("p", null, {}, el("a", t().graph, { href: link(`/api/cases/${encodeURIComponent(caseId)}/case.jsonld`) }));
    const whole = await withAll(caseId, summary?.items || 0, again).catch(failed => [trouble(failed)]); // the case is shown all the same
    if (late()) return;
    place.replaceChildren(
      el("h2", caseId),
      facts,
      acts,
      ...whole,
      ...(graph ? [graph] : []),
      ...(incidents.length
        ? [el("h3", t().incidents), el("ul", null, { className: "plain", id: "incidents" }, ...incidents.map(one => incident(one, caseId)))]
        : []),
      ...(summary ? [timeline(caseId, summary.items)] : []),
      ...(evidence.length
        ? [
            heads(),
            el(
              "div",
              null,
              { className: "table", id: "caseItems" },
              ...evidence.map(item => row(item, undefined, address("item/" + item.id, { in: "evidence", case: caseId }))),
            ),
            ...(evidence.length < summary.items || mayMany()
              ? [
                  el(
                    "p",
                    null,
                    {},
                    el("a", t().allOfCase(summary.items), { href: address("evidence", { case: caseId }), className: "button" }),
                  ),
                ]
              : []),
          ]
        : [el("p", t().noneInCase, { className: "empty" })]),
    );
    if (doings.get(doneBy(caseId))?.busy) for (const control of all("#caseAll :is(input, select, button)")) control.disabled = true;
  } catch (failed) {
    if (!late()) place.replaceChildren(trouble(failed));
  }
}
