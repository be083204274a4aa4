// Cases: the list of them, and one with its items.
import { $, actForm, el, get, link, may, post, t, time, trouble } from "./core.js";
import { heads, row } from "./desk.js";
import { exportForm } from "./exports.js";
import { address } from "./format.js";
import { icon } from "./icons.js";
import { mayMany } from "./many.js";
import { person, persons, proposeUnits, unit } from "./names.js";
import { keepTyped } from "./typed.js";

const PAGE = 50;

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
  const senders = Object.entries(summary.senders).flatMap(([who, n], at) => [at ? t().listed(["", ""]) : "", person(who), ` ×${n}`]);
  return [
    [t().view.evidence, t().itemsAre(summary.items)],
    [t().recordedAll, summary.first === summary.last ? time(summary.first) : `${time(summary.first)} – ${time(summary.last)}`],
    [t().sender, senders],
    [t().pile.uncategorised, summary.uncategorised && t().itemsAre(summary.uncategorised)],
    [t().pile.holds, summary.held && t().itemsAre(summary.held)],
  ]
    .filter(([, value]) => value)
    .flatMap(([name, value]) => [el("dt", name), el("dd", null, {}, ...[value].flat())]);
}
export async function showCase(caseId, again) {
  const place = $("detail");
  try {
    const { evidence, file, summary } = await get("/api/cases/" + encodeURIComponent(caseId));
    const facts = el("dl");
    if (file) {
      facts.append(el("dt", t().caseOf), el("dd", file.closed ? t().closed : t().open));
      if (file.unitCode) facts.append(el("dt", t().unit), el("dd", null, {}, unit(file.unitCode)));
      if (file.officers.length) facts.append(el("dt", t().assigned), el("dd", null, {}, ...persons(file.officers)));
      if (file.protection) facts.append(el("dt", t().field.protection), el("dd", t().protections[file.protection]));
    }
    if (summary) facts.append(...together(summary));
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
    if (may("DOWNLOAD") && evidence.filter(item => /^(video|audio)\//.test(item.mediaType || "")).length > 1)
      acts.append(el("a", null, { href: "#/together/" + encodeURIComponent(caseId), className: "button" }, icon("video"), t().together));
    if (evidence.length > 0)
      acts.append(el("a", null, { href: "#/paper/" + encodeURIComponent(caseId), className: "button" }, icon("print"), t().paperList));
    const graph =
      evidence.length > 0 &&
      may("VIEW") &&
      el("p", null, {}, el("a", t().graph, { href: link(`/api/cases/${encodeURIComponent(caseId)}/case.jsonld`) }));
    const typed = keepTyped(place, caseId);
    place.replaceChildren(
      el("h2", caseId),
      facts,
      acts,
      ...(graph ? [graph] : []),
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
    typed();
  } catch (failed) {
    place.replaceChildren(trouble(failed));
  }
}
