// What is done with many items: with those that are selected in the list, and with all of a case.
import { batch, signedForEach } from "./batch.js";
import { $, actForm, all, categoryName, el, get, here, may, post, t, trouble } from "./core.js";
import { willSeal } from "./desk.js";
import { exportForm } from "./exports.js";
import { endOfDay } from "./format.js";
import { offered, offerFields } from "./handover.js";
import { proposeCases } from "./numbers.js";
import { keepTyped } from "./typed.js";

/** As many can be selected; the station links at most 200 in one request. */
export const SELECTED_MAX = 1000;
const LINKED_AT_ONCE = 50;

/** The selected items, by their IDs. @type {Map<string, { fileName: string, declaredAt: string, sealedUntil?: string }>} */
const ticked = new Map();
let /** @type {{ found: () => Promise<any[]>, after: () => Promise<any>, href: (id: string) => string, back: () => string }} */ list,
  busy = false,
  /** Which drawing of the forms is the newest: an answer for an earlier one, or for another selection, is drawn nowhere. */
  drawing = 0;

/** @typedef {import("./batch.js").Source} Source */
/** @type {Source} */
const selected = {
  items: async () => new Map(ticked),
  results: () => $("manyResults"),
  controls: "#many :is(input, select, button), #manyActs :is(input, select, button)",
  href: id => list.href(id),
  back: () => list.back(),
  works: now => {
    busy = now;
  },
  taken: id => ticked.delete(id),
  ended: async (outcome, lines) => {
    const place = $("many");
    place.replaceChildren();
    boxes();
    selection();
    if (!place.hidden) $("manyResults").replaceChildren(el("li", outcome), ...lines);
    await list.after();
    if (place.hidden) $("manyDone").textContent = outcome;
  },
  /** The forms are drawn anew: what was sent is in them no more, and what is left can be sent. A batch that runs draws them when it ends. */
  after: () => ticked.size > 0 && !busy && actsOfMany($("manyActs"), drawing),
};

/** What the list has to give: all items that it found, to be asked again afterwards, the address of an item, and its own. */
export function many(of) {
  list = of;
}
/** The rights to what is done with each of many items by a form of its own. */
const OF_EACH = ["REVIEW", "HOLD", "OFFER_HANDOVER", "ANSWER_HANDOVER", "PROPOSE_DISPOSAL", "APPROVE_DISPOSAL"];
/** Whether this person does anything with all items of a case. */
export const mayWhole = () => ["CATEGORISE", ...OF_EACH].some(may);
/** Whether this person does anything that can be done with many items. */
export const mayMany = () => mayWhole() || ["LINK", "REQUEST_EXPORT"].some(may);
export const anyTicked = () => ticked.size > 0;
export function tickNone() {
  ticked.clear();
  boxes();
  selection();
}
const shown = () => all("#list .ticked input");
function boxes() {
  for (const box of shown()) box.checked = ticked.has(box.dataset.id);
}
/** The box in the head of the list: it selects all rows that are shown, or none of them. */
export function headBox() {
  const box = el("input", null, { id: "tickShown", type: "checkbox", ariaLabel: t().tickShown, title: t().tickShown });
  box.onchange = () => {
    const wanted = box.checked;
    for (const one of shown())
      if (one.checked !== wanted) {
        one.checked = wanted;
        one.onchange();
      }
  };
  return box;
}
/** The box in the head says whether all, some or none of the rows that are shown are selected. */
function head() {
  const box = $("tickShown"),
    rows = shown(),
    chosen = rows.filter(one => one.checked).length;
  if (!box) return;
  box.checked = chosen > 0 && chosen === rows.length;
  box.indeterminate = chosen > 0 && chosen < rows.length;
}
/** The box that selects an item. */
export function tickBox(item) {
  const box = el("input", null, {
    type: "checkbox",
    checked: ticked.has(item.id),
    ariaLabel: `${t().tick} ${item.fileName}`,
    onchange: () => {
      if (box.checked) ticked.set(item.id, item);
      else ticked.delete(item.id);
      selection();
    },
  });
  box.dataset.id = item.id;
  queueMicrotask(head); // when it stands in the list
  return box;
}
/** The form is there as long as something is selected. */
export function selection() {
  const place = $("many");
  place.hidden = ticked.size === 0 && !busy;
  $("manyActs").hidden = $("chosen").hidden = place.hidden;
  head();
  if (place.hidden) {
    drawing++;
    place.replaceChildren();
    $("manyActs").replaceChildren(); // a reason is for what was selected when it was typed
  } else if (place.firstChild && (busy || place.dataset.language === here.language))
    $("manyCount").textContent = t().tickedNow(ticked.size);
  else form(place);
}
/** What the forms are about, and who writes. */
const about = () => `selected ${here.person?.id}`;
function form(place) {
  $("manyDone").replaceChildren();
  const putBack = keepTyped(place, about()), // in another language
    now = ++drawing,
    caseId = el("input", null, { required: true, size: 18 }),
    reason = el("input", null, { required: true, maxLength: 500 }),
    said = el("span", "", { className: "small", role: "status" }),
    results = el("ul", null, { id: "manyResults", className: "results" }),
    link = el(
      "form",
      null,
      {},
      el("label", t().case + " ", {}, caseId),
      el("label", t().reason + " ", {}, reason),
      el("button", t().attach, { className: "primary" }),
    ),
    categorise = el("span", null, { className: "fields" });
  link.dataset.act = "link";
  const every = el("button", t().tickFound, { type: "button", className: "quiet", id: "tickFound" });
  every.onclick = async () => {
    every.disabled = true;
    try {
      const found = await list.found();
      for (const item of found.slice(0, SELECTED_MAX)) ticked.set(item.id, item);
      said.textContent = found.length > SELECTED_MAX ? t().tickMost(SELECTED_MAX) : "";
      boxes();
      selection();
    } catch (failed) {
      said.textContent = failed.message;
    }
    every.disabled = false;
  };
  place.replaceChildren(
    el("b", t().tickedNow(ticked.size), { id: "manyCount" }),
    every, // before what comes later: a button that moves away under the pointer is another button
    el("button", t().untick, { type: "button", className: "quiet", onclick: tickNone }),
    ...(may("LINK") ? [link] : []),
    categorise,
    said,
    results,
  );
  place.dataset.language = here.language;
  putBack();
  proposeCases(caseId);
  const shown = where => failed => now === drawing && where.replaceChildren(trouble(failed));
  actsOfMany($("manyActs"), now).catch(shown($("manyActs")));
  link.onsubmit = event => {
    event.preventDefault();
    batch(selected, LINKED_AT_ONCE, async evidence => {
      let /** @type {any[]} */ refused = [];
      const body = { act: "attach", evidence, caseId: caseId.value.trim(), reason: reason.value },
        recorded = await post("/api/links", body, ({ acts }) => {
          refused = acts.filter(act => act.code).map(act => [act.evidenceId, `${act.code}: ${act.detail}`]);
        });
      return { recorded, refused };
    });
  };
  if (may("CATEGORISE")) categoriseAll(selected, categorise).catch(shown(categorise));
}
/**
 * A form of an act with each of the items, under the name that it has on an item.
 * @param {Source} of @param {string} name @param {any[]} fields @param {(values: any) => any} [body] @param {boolean} [leaves]
 * @param {(count: number) => string} [asks] the first click asks this, the second does it
 */
const formOf = (of, name, fields, body = values => values, leaves = false, asks = undefined) => {
  let asked = "";
  const form = actForm(
    name,
    fields,
    async values => {
      if (asks) {
        const question = asks((await of.items()).size);
        if (asked !== question) {
          asked = question;
          throw new Error(question);
        }
        asked = "";
      }
      const sent = body(values);
      return batch(
        of,
        1,
        async ([id]) => ({ recorded: await post(`/api/evidence/${id}/acts`, { act: name, ...(await signedForEach(id, name, sent)) }) }),
        leaves,
      );
    },
    () => of.after(),
  );
  if (asks)
    for (const button of form.querySelectorAll("button"))
      button.onclick = event => {
        if (event.detail > 1) event.preventDefault(); // a double click is no answer
      };
  return form;
};
/**
 * Forms of all that this person may do with each of these items, under the names that they have on an item, in groups by what the work is.
 * @param {Source} of @returns {Promise<Record<Group, any[]>>}
 * @typedef {"keeping" | "review" | "handover" | "ending"} Group
 */
export async function formsOfEach(of) {
  const reasons = Object.fromEntries(
      Object.entries(t().reviewReasons)
        .filter(([code]) => code !== "RANDOM")
        .map(([code, text]) => [`${code} ${text}`, text]),
    ),
    why = { name: "reason" },
    ifAny = { name: "reason", optional: true },
    those = (...forms) => forms.filter(Boolean).flat();
  return {
    keeping: those(may("HOLD") && [formOf(of, "hold", [why]), formOf(of, "release", [why])]),
    review: those(
      may("REVIEW") && [
        formOf(of, "openReview", [{ name: "reviewReason", choices: reasons }], values => ({ reason: values.reviewReason })),
        formOf(of, "sign", [why]),
        formOf(of, "return", [why, { name: "due" }], values => ({ ...values, due: endOfDay(values.due) })),
      ],
    ),
    handover: those(
      may("OFFER_HANDOVER") && [formOf(of, "offer", [...(await offerFields()), why], offered), formOf(of, "withdraw", [why])],
      may("ANSWER_HANDOVER") && [formOf(of, "accept", [ifAny]), formOf(of, "refuse", [why], undefined, true)],
    ),
    ending: those(
      may("PROPOSE_DISPOSAL") && [formOf(of, "proposeDisposal", [why])],
      may("APPROVE_DISPOSAL") && [formOf(of, "approveDisposal", [ifAny], undefined, false, of.asks), formOf(of, "refuseDisposal", [why])],
    ),
  };
}
/** The forms of each group in a row under its name; a group without any is left out. @param {Record<Group, any[]>} groups */
export const grouped = groups =>
  /** @type {[Group, any[]][]} */ (Object.entries(groups))
    .filter(([, forms]) => forms.length)
    .map(([name, forms]) => {
      const group = el("div", null, { className: "group" }, el("span", t().groupOfActs[name], { className: "small" }), ...forms);
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", t().groupOfActs[name]);
      return group;
    });
/** What else can be done with each of the items that are selected; drawn where no other drawing began meanwhile. */
async function actsOfMany(place, now) {
  const putBack = keepTyped(place, about()),
    forms = await formsOfEach(selected);
  if (now !== drawing) return;
  if (may("REQUEST_EXPORT")) forms.handover.push(exportForm(() => ({ evidence: [...ticked.keys()] }), selected.after));
  place.replaceChildren(...grouped(forms));
  putBack();
}
/**
 * Fields by which all of the items are categorised. The first click says what cannot be taken back, the second does it.
 * @param {Source} of @param {any} place
 */
export async function categoriseAll(of, place) {
  const { categories } = await get("/api/categories");
  const select = el(
    "select",
    null,
    { ariaLabel: t().field.category },
    ...categories.map(c => el("option", categoryName(c.category), { value: c.category })),
  );
  const button = el("button", t().act.categorise, { type: "button" }),
    said = el("span", "", { className: "small bad", role: "alert" });
  place.replaceChildren(select, button, said);
  let asked = "",
    asks = false;
  select.onchange = () => {
    asked = "";
    button.textContent = t().act.categorise;
  };
  button.onclick = async event => {
    // A double click is no answer to what the first one asked, and neither is a click before the question is there.
    if (event.detail > 1 || asks) return;
    const category = select.value,
      answered = asked;
    asks = select.disabled = true;
    try {
      said.textContent = "";
      const items = await of.items(),
        question = t().categoriseMany(items.size, willSeal(items.values(), categories.find(c => c.category === category)?.days));
      if (answered !== question) {
        button.textContent = asked = question;
        return;
      }
      await batch(of, 1, async ([id]) => {
        return { recorded: await post(`/api/evidence/${id}/acts`, { act: "categorise", category }) };
      });
      await of.after();
    } catch (failed) {
      said.textContent = failed.message;
    } finally {
      asks = select.disabled = false;
    }
  };
}
