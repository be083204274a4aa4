// What is signed: lists of a case's items, and the receipt and the disposal record of one item. On paper, or as PDF by the browser's print dialogue.
import { doer, judge } from "./chain.js";
import { $, categoryName, el, get, here, size, standing, t, trouble } from "./core.js";
import { address, begin, duration, fullTime } from "./format.js";
import { icon } from "./icons.js";
import { nameAndNumber } from "./names.js";
import { qrCode } from "./qr.js";

/**
 * The papers of one item, each with the kinds of entry that it quotes. A disposal record is there once the bytes are gone; a certificate under the
 * Federal Rules of Evidence of the United States, rules 902(13) and (14), where the bytes were verified and are there.
 */
const OF_ITEM = {
  receipt: ["declared", "received", "verified", "rejected", "sealed"],
  disposal: ["disposalProposed", "disposalApproved", "disposed"],
  certificate: ["received", "verified", "sealed", "handoverAccepted", "exported"],
};

/** More rows are no list that somebody signs. */
const ROWS_MAX = 2000;
const PAGE = 500;

/** All items of a case that the reader may see, oldest first. @returns {Promise<{ items: any[], total: number }>} */
export async function itemsOf(caseId) {
  const items = [];
  let total = 0; // the first answer alone has it
  for (let before = ""; ; ) {
    const path = `/api/cases/${encodeURIComponent(caseId)}?limit=${PAGE}${before && "&before=" + before}`;
    const { evidence, summary } = await get(path);
    items.push(...evidence);
    total ||= summary?.items || 0;
    if (evidence.length < PAGE || items.length >= ROWS_MAX) return { items: items.slice(0, ROWS_MAX).reverse(), total };
    before = evidence.at(-1).id;
  }
}
/** What is to be noted of an item: that its bytes differ from what was declared, that it is held, that its bytes are gone. */
const notes = item =>
  t().listed(
    [
      ["rejected", "disposed", "withdrawn", "declared"].includes(item.state) && t().state[item.state],
      item.holds && t().pile.holds,
      (item.claims || []).length > 0 && t().pile.claims,
    ].filter(Boolean),
  );
const several = (...texts) =>
  el("td", null, {}, el("div", texts[0] || ""), ...texts.slice(1).map(text => el("div", text || "", { className: "small" })));
/** When a recording began, as far as it is known: a list that is signed says no moment that nobody knows. */
function begun(item) {
  const likely = begin(item),
    when = item.captureTime?.corrected || item.captureTime;
  if (likely) return fullTime(likely.at);
  return when ? t().recordedOf(fullTime(when.earliest), fullTime(when.latest)) : "";
}
const sizeOf = item => `${size(item.sizeBytes)} (${item.sizeBytes})`;
/** Who gave it, and which device. @returns {any[]} */
const origin = item => [
  ...(item.sender ? [nameAndNumber(item.sender)] : []),
  item.deviceSerial && item.deviceSerial !== item.sender ? `${item.sender ? " / " : ""}${item.deviceSerial}` : "",
];
/** What kind of electronic data it is, by its format. @param {string} [type] */
function dataKind(type = "") {
  const [kind, rest = ""] = type.split("/");
  return t().dataKinds[kind === "text" || /pdf|word|document|sheet|presentation/.test(rest) ? "document" : kind] || t().dataKinds.other;
}
/** The cells of an item in each list, under the heads of that list. */
const CELLS = {
  handover: item => [
    several(item.fileName, item.id),
    several(item.category ? categoryName(item.category) : "", item.mediaType),
    sizeOf(item),
    several(begun(item), duration(item.captureTime?.lengthMillis)),
    el("td", null, {}, ...origin(item)),
    el("td", item.sha256, { className: "digest" }),
    notes(item),
  ],
  // 法发〔2016〕22号 art. 14: kind, format and digest of each, signed by investigators and by the holder, or else by a witness.
  extraction: item => [
    several(item.fileName, item.id),
    dataKind(item.mediaType),
    item.mediaType || "",
    sizeOf(item),
    el("td", item.sha256, { className: "digest" }),
    el("td", null, {}, ...origin(item)),
    fullTime(item.declaredAt),
    notes(item),
  ],
};
const row = cells => el("tr", null, {}, ...cells.map(cell => (typeof cell === "string" ? el("td", cell) : cell)));
/** On a narrow screen it is scrolled sideways, by keys too. */
const table = (name, heads, rows) =>
  el(
    "div",
    null,
    { className: "wide", tabIndex: 0, role: "region", ariaLabel: name },
    el(
      "table",
      null,
      {},
      el("thead", null, {}, el("tr", null, {}, ...heads.map(head => el("th", head, { scope: "col" })))),
      el("tbody", null, {}, ...rows.map(row)),
    ),
  );
const signature = label => el("div", null, { className: "sign" }, el("span", label), el("span", "", { className: "rule" }));
/** The code that leads a reader of the paper to what it is about; none where the address is too long for one. @param {string} hash of the page */
function lead(hash, words) {
  const code = qrCode(`${location.origin}/${hash}`, words);
  return code ? [el("div", null, { className: "lead" }, code, words)] : [];
}
/** The code that leads to the check of an entry of the log, which needs no sign-in; who signs in goes on to the entry. */
function leadToEntry({ id, custody }, { index, leaf }) {
  const log = custody.checkpoint.split("\n", 1)[0].split("/").at(-1);
  const paper = { log, entry: String(index), leaf },
    code = lead(address("proof", { ...paper, item: id }), t().leadsToEntry(index));
  return code.length ? code : lead(address("proof", paper), t().leadsToEntry(index)); // the station's address is a long one
}
/** A paper of this form: its title, what stands on it, who made it when, and places for signatures. */
function paper(form, back, others, ...parts) {
  const { title, proves, signs } = t().papers[form],
    who = here.person;
  return [
    el(
      "div",
      null,
      { className: "acts" },
      el("a", null, { href: back.href, className: "button quiet" }, icon("back"), back.name),
      ...others,
      el("button", null, { className: "primary", onclick: () => print() }, icon("print"), t().print),
    ),
    el(
      "article",
      null,
      { className: "paper", id: "paper" },
      el("h2", title),
      ...parts,
      el(
        "p",
        t().paperBy,
        { className: "small" },
        nameAndNumber(who?.id || ""),
        t().paperMade(who?.unitCode || "", fullTime(new Date().toISOString())),
      ),
      ...[proves].flat().map(words => el("p", words, { className: "small" })),
      el("div", null, { className: "signs" }, ...signs.map(signature)),
    ),
  ];
}
const other = (form, now, href) =>
  el("a", t().papers[form].title, { href, className: "button", ...(form === now ? { ariaCurrent: "page" } : {}) });

/** A list of the items of a case. @param {string} caseId @param {string} [form] handover or extraction */
export async function showPaper(caseId, form = "handover") {
  const place = $("detail"),
    stands = standing(),
    known = CELLS[form] ? form : "handover";
  place.replaceChildren(el("p", t().busy, { className: "small", role: "status" }));
  try {
    const { items, total } = await itemsOf(caseId);
    if (!stands()) return;
    const at = "paper/" + encodeURIComponent(caseId);
    place.replaceChildren(
      ...paper(
        known,
        { href: "#/case/" + encodeURIComponent(caseId), name: caseId },
        Object.keys(CELLS).map(one => other(one, known, address(at, { form: one }))),
        el("p", t().paperOf(caseId, items.length)),
        ...lead(address("proof", { case: caseId }), t().leadsToCase),
        ...(items.length < total ? [el("p", t().paperCut(items.length, total), { className: "banner bad" })] : []),
        table(
          t().papers[known].title,
          t().papers[known].heads,
          items.map((item, i) => [String(i + 1), ...CELLS[known](item)]),
        ),
      ),
    );
  } catch (failed) {
    if (stands()) place.replaceChildren(trouble(failed));
  }
}
/** Which papers of this item there are. */
const papersOf = item =>
  Object.keys(OF_ITEM).filter(
    form => ({ disposal: item.state === "disposed", certificate: item.state === "verified" })[form] ?? true, // a receipt is there always
  );
/** What can be printed of an item: its papers, and what is shown of it. */
export const printMenu = item =>
  el(
    "details",
    null,
    { className: "menu" },
    el("summary", null, {}, icon("print"), el("span", t().print)),
    el(
      "div",
      null,
      {},
      ...(["declared", "withdrawn"].includes(item.state) ? [] : papersOf(item)).map(form =>
        el("a", t().papers[form].title, { href: address("itemPaper/" + item.id, { form }), className: "button quiet" }),
      ),
      el("button", t().printThis, { className: "quiet", onclick: () => print() }),
    ),
  );

/** A paper of one item. What it quotes of the log was verified in this browser, and the paper says so. @param {string} id @param {string} [form] */
export async function showItemPaper(id, form = "receipt") {
  const place = $("detail"),
    stands = standing();
  place.replaceChildren(el("p", t().busy, { className: "small", role: "status" }));
  try {
    const item = await get(`/api/evidence/${id}?with=custody`),
      known = papersOf(item).includes(form) ? form : "receipt",
      { verdict } = await judge(item.id, item.custody, () => showItemPaper(id, form)),
      quoted = (item.custody.entries || []).filter(e => OF_ITEM[known].includes(e.entry?.event.eventType)),
      proposed = quoted.map(e => e.entry.event).find(event => event.eventType === "disposalProposed");
    if (!stands()) return;
    const names = t().paperFacts;
    const facts = [
      [names.fileName, item.fileName],
      [names.id, item.id],
      [names.cases, t().listed(item.cases || [])],
      [names.format, `${dataKind(item.mediaType)} ${item.mediaType || ""}`],
      [names.size, sizeOf(item)],
      ["SHA-256", item.sha256],
      [names.origin, origin(item)],
      [names.category, known === "disposal" && item.category ? categoryName(item.category) : ""],
      [names.ground, [proposed?.ground, proposed?.context.purpose].filter(Boolean).join(" · ")],
      [names.sealed, known === "receipt" && item.sealedUntil ? fullTime(item.sealedUntil) : ""],
      [names.log, item.custody.checkpoint ? item.custody.checkpoint.split("\n", 3).join(" · ") : ""],
      [names.verdict, verdict.children[0].textContent],
    ].filter(([, value]) => [value].flat().some(Boolean));
    place.replaceChildren(
      ...paper(
        known,
        { href: "#/item/" + id, name: item.fileName },
        papersOf(item).map(one => other(one, known, address("itemPaper/" + id, { form: one }))),
        ...(quoted.length ? leadToEntry(item, quoted.at(-1)) : []),
        ...(t().papers[known].states || []).map(words => el("p", words)),
        el("dl", null, {}, ...facts.flatMap(([name, value]) => [el("dt", name), el("dd", null, {}, ...[value].flat())])),
        table(
          t().papers[known].title,
          t().papers[known].heads,
          quoted.map(e => [
            String(e.index),
            t().event[e.entry.event.eventType],
            fullTime(e.entry.event.context.occurredAt),
            el("td", null, {}, ...doer(e.entry.event.context.actor, nameAndNumber)),
            el("td", e.leaf, { className: "digest" }),
          ]),
        ),
      ),
    );
  } catch (failed) {
    if (stands()) place.replaceChildren(trouble(failed));
  }
}
