// The list of a case's items in the form that is signed and goes with them: on paper, or as PDF by the browser's print dialogue.
import { $, categoryName, el, get, here, size, t, time, trouble } from "./core.js";
import { duration } from "./format.js";
import { icon } from "./icons.js";

/** More rows are no list that somebody signs. */
const ROWS_MAX = 2000;
const PAGE = 500;

/** All items of a case that the reader may see, oldest first. @returns {Promise<{ items: any[], total: number }>} */
async function itemsOf(caseId) {
  const items = [];
  for (let before = ""; ; ) {
    const path = `/api/cases/${encodeURIComponent(caseId)}?limit=${PAGE}${before && "&before=" + before}`;
    const { evidence, summary } = await get(path);
    items.push(...evidence);
    if (evidence.length < PAGE || items.length >= ROWS_MAX)
      return { items: items.slice(0, ROWS_MAX).reverse(), total: summary?.items || 0 };
    before = evidence.at(-1).id;
  }
}
/** What is to be noted of an item: that its bytes differ from what was declared, that it is held, that its bytes are gone. */
function notes(item) {
  return [
    ["rejected", "disposed", "withdrawn", "declared"].includes(item.state) && t().state[item.state],
    item.holds && t().pile.holds,
    (item.claims || []).length > 0 && t().pile.claims,
  ]
    .filter(Boolean)
    .join("；");
}
function line(item, at) {
  const capture = item.captureTime?.corrected || item.captureTime,
    from = item.recordedFrom || capture?.earliest;
  const cells = [
    String(at + 1),
    el("td", null, {}, el("div", item.fileName), el("div", item.id, { className: "small" })),
    el(
      "td",
      null,
      {},
      el("div", item.category ? categoryName(item.category) : ""),
      el("div", item.mediaType || "", { className: "small" }),
    ),
    `${size(item.sizeBytes)} (${item.sizeBytes})`,
    el("td", null, {}, el("div", from ? time(from) : ""), el("div", duration(item.captureTime?.lengthMillis), { className: "small" })),
    [item.sender, item.deviceSerial !== item.sender && item.deviceSerial].filter(Boolean).join(" / "),
    el("td", item.sha256, { className: "digest" }),
    notes(item),
  ];
  return el("tr", null, {}, ...cells.map(cell => (typeof cell === "string" ? el("td", cell) : cell)));
}
const signature = label => el("div", null, { className: "sign" }, el("span", label), el("span", "", { className: "rule" }));

export async function showPaper(caseId) {
  const place = $("detail");
  place.replaceChildren(el("p", t().busy, { className: "small", role: "status" }));
  try {
    const { items, total } = await itemsOf(caseId),
      who = here.person;
    const heads = t().paperHeads.map(head => el("th", head, { scope: "col" }));
    place.replaceChildren(
      el(
        "div",
        null,
        { className: "acts" },
        el("a", null, { href: "#/case/" + encodeURIComponent(caseId), className: "button quiet" }, icon("back"), caseId),
        el("button", null, { className: "primary", onclick: () => print() }, icon("print"), t().print),
      ),
      el(
        "article",
        null,
        { className: "paper", id: "paper" },
        el("h2", t().paperTitle),
        el("p", t().paperOf(caseId, items.length)),
        items.length < total ? el("p", t().paperCut(items.length, total), { className: "banner bad" }) : null,
        el(
          "div",
          null,
          { className: "wide" },
          el("table", null, {}, el("thead", null, {}, el("tr", null, {}, ...heads)), el("tbody", null, {}, ...items.map(line))),
        ),
        el("p", t().paperMade(who?.id || "", who?.unitCode || "", time(new Date().toISOString())), { className: "small" }),
        el("p", t().paperProves, { className: "small" }),
        el("div", null, { className: "signs" }, ...t().paperSigns.map(signature)),
      ),
    );
  } catch (failed) {
    place.replaceChildren(trouble(failed));
  }
}
