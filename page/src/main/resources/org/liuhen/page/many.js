// Items that are selected in the list, and what is done with all of them: links, categories, reviews, holds, handovers, a package.
import { judge } from "./chain.js";
import { $, actForm, all, categoryName, el, get, go, here, may, post, t, trouble } from "./core.js";
import { willSeal } from "./desk.js";
import { exportForm } from "./exports.js";
import { mayAnswer, offered, offerFields } from "./handover.js";
import { proposeCases } from "./numbers.js";
import { isSigned, signed } from "./signing.js";

/** As many can be selected; the station links at most 200 in one request. */
export const SELECTED_MAX = 1000;
const LINKED_AT_ONCE = 50;
/** The most requests on their way at once; a browser has six connections to a station. */
const TOGETHER = 3;
/** As many items that were refused for the same reason are named. */
const NAMED_MAX = 10;
/** Refusals that one item of a request has caused. */
const OF_ONE_ITEM = new Set(["RV-101", "RV-120"]);

/** The selected items, by their IDs. @type {Map<string, { fileName: string, declaredAt: string, sealedUntil?: string }>} */
const ticked = new Map();
let /** @type {{ found: () => Promise<any[]>, after: () => Promise<any>, href: (id: string) => string }} */ list,
  busy = false;

/** What the list has to give: all items that it found, to be asked again afterwards, and the address of an item. */
export function many(of) {
  list = of;
}
/** Whether this person does anything that can be done with many items. */
export const mayMany = () => ["LINK", "CATEGORISE", "REVIEW", "HOLD", "OFFER_HANDOVER", "ANSWER_HANDOVER", "REQUEST_EXPORT"].some(may);
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
  if (place.hidden) place.replaceChildren();
  else if (place.firstChild) $("manyCount").textContent = t().tickedNow(ticked.size);
  else form(place);
}
function form(place) {
  $("manyDone").replaceChildren();
  const caseId = el("input", null, { required: true, size: 18 }),
    reason = el("input", null, { required: true, maxLength: 500 }),
    said = el("span", "", { className: "small", role: "status" }),
    results = el("ul", null, { id: "manyResults" }),
    button = el("button", t().attach, { className: "primary" }),
    categorise = el("span", null, { className: "fields" });
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
    ...(may("LINK") ? [el("label", t().case + " ", {}, caseId), el("label", t().reason + " ", {}, reason), button] : []),
    categorise,
    said,
    results,
  );
  proposeCases(caseId);
  const shown = where => failed => where.replaceChildren(trouble(failed));
  actsOfMany($("manyActs")).catch(shown($("manyActs")));
  place.onsubmit = event => {
    event.preventDefault();
    batch(LINKED_AT_ONCE, async evidence => {
      let /** @type {any[]} */ refused = [];
      await post("/api/links", { act: "attach", evidence, caseId: caseId.value.trim(), reason: reason.value }, ({ acts }) => {
        refused = acts.filter(act => act.code).map(act => [act.evidenceId, `${act.code}: ${act.detail}`]);
      });
      return refused;
    });
  };
  if (may("CATEGORISE")) categoriseAll(categorise).catch(shown(categorise));
}
/** What else can be done with each of the items, under names as on an item. */
async function actsOfMany(place) {
  place.replaceChildren();
  const forms = [],
    add = (right, name, fields, body) => {
      if (!may(right)) return;
      const act = async values => {
        return batch(1, async ([id]) => {
          await post(`/api/evidence/${id}/acts`, { act: name, ...(await own(id, name, body(values))) });
          return [];
        });
      };
      forms.push(actForm(name, fields, act, () => {}));
    };
  const reasons = Object.fromEntries(
    Object.entries(t().reviewReasons)
      .filter(([code]) => code !== "RANDOM")
      .map(([code, text]) => [`${code} ${text}`, text]),
  );
  add("REVIEW", "openReview", [{ name: "reviewReason", choices: reasons }], values => ({ reason: values.reviewReason }));
  add("HOLD", "hold", [{ name: "reason" }], values => values);
  add("OFFER_HANDOVER", "offer", [...(await offerFields()), { name: "reason" }], offered);
  add("ANSWER_HANDOVER", "accept", [{ name: "reason", optional: true }], values => values);
  if (may("REQUEST_EXPORT"))
    forms.push(
      exportForm(
        () => ({ evidence: [...ticked.keys()] }),
        () => {},
      ),
    );
  place.replaceChildren(...forms);
}
/** The last item that was opened to be signed: one after the other, for a head that comes late looks like one that was taken back. @type {Promise<any>} */
let opening = Promise.resolve();
/** What is sent for a handover, signed by the person over the chain of the item, which is opened and verified first, as on its own view. */
async function own(id, act, values) {
  if (!isSigned(act)) return values;
  const opened = async () => {
    const item = await get(`/api/evidence/${id}?with=custody`),
      { seen } = await judge(id, item.custody, () => {});
    return { item, seen };
  };
  opening = opening.then(opened, opened);
  const who = here.person?.id,
    { item, seen } = await opening;
  if (here.person?.id !== who) throw new Error(t().signedOutNow);
  if (act === "accept" && !mayAnswer(item)) throw new Error(t().nothingOffered);
  return signed(item, act, values, seen);
}
/** Categorises all that is selected. The first click says what cannot be taken back, the second does it. */
async function categoriseAll(place) {
  const { categories } = await get("/api/categories");
  const select = el(
    "select",
    null,
    { ariaLabel: t().field.category },
    ...categories.map(c => el("option", categoryName(c.category), { value: c.category })),
  );
  const button = el("button", t().act.categorise, { type: "button" });
  place.replaceChildren(select, button);
  select.onchange = () => {
    button.textContent = t().act.categorise;
  };
  button.onclick = event => {
    if (event.detail > 1) return; // a double click is no answer to what the first one asked
    const days = categories.find(c => c.category === select.value)?.days,
      question = t().categoriseMany(ticked.size, willSeal(ticked.values(), days));
    if (button.textContent !== question) {
      button.textContent = question;
      return;
    }
    batch(1, async ([id]) => {
      await post(`/api/evidence/${id}/acts`, { act: "categorise", category: select.value });
      return [];
    });
  };
}
/**
 * Does an act with all selected items, some at a time, with a bar and a button that ends it. What was done is no longer selected; what was
 * refused stays selected, with the reason.
 * @param {number} size how many items an act takes
 * @param {(ids: string[]) => Promise<[string, string][]>} act gives the items that were refused, each with the reason
 * @returns {Promise<{ words: string, bad: boolean }>} how many were done, and whether one was refused
 */
async function batch(size, act) {
  const ids = [...ticked.keys()],
    items = new Map(ticked),
    bar = el("progress", null, { max: ids.length, value: 0, ariaLabel: t().tickedNow(ids.length) }),
    words = el("span", t().progress(0, ids.length), { className: "small", role: "status" }),
    stop = el("button", t().cancel, { type: "button" }),
    place = $("many"),
    queue = Array.from({ length: Math.ceil(ids.length / size) }, (_, at) => ids.slice(at * size, (at + 1) * size));
  const who = here.person?.id;
  let /** @type {[string, string][]} */ refused = [],
    done = 0,
    stopped = false;
  stop.onclick = () => {
    stopped = true;
  };
  busy = true;
  for (const control of all("#many :is(input, select, button), #manyActs :is(input, select, button)")) control.disabled = true;
  $("manyResults").replaceChildren(el("li", null, {}, bar, words, stop));
  const worker = async () => {
    for (let group = queue.shift(); group && !stopped; group = queue.shift()) {
      if (here.person?.id !== who) break; // nobody goes on in the name of another person
      let /** @type {[string, string][]} */ not = [];
      try {
        not = await act(group);
      } catch (failed) {
        if (group.length > 1 && OF_ONE_ITEM.has(failed.code)) {
          queue.push(...group.map(id => [id])); // none of them was taken: each by itself says which it was
          continue;
        }
        not = group.map(id => [id, failed.message]);
      }
      refused = [...refused, ...not];
      for (const id of group) if (!not.some(([one]) => one === id)) ticked.delete(id);
      done += group.length;
      bar.value = done;
      words.textContent = t().progress(done, ids.length);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  busy = false;
  const outcome = t().progress(done - refused.length, ids.length);
  place.replaceChildren();
  boxes();
  selection();
  if (!place.hidden)
    $("manyResults").replaceChildren(
      el("li", outcome),
      ...[...reasons(refused)].map(([why, ids]) =>
        el(
          "li",
          ids.length > 1 ? `${why} (${t().itemsAre(ids.length)}) ` : `${why} `,
          {},
          ...ids.slice(0, NAMED_MAX).flatMap((id, at) => [at ? ", " : "", el("a", items.get(id)?.fileName || id, { href: list.href(id) })]),
          ids.length > NAMED_MAX ? " …" : "",
        ),
      ),
    );
  await list.after();
  if (place.hidden) $("manyDone").textContent = outcome;
  const open = /^#\/item\/(\w+)/.exec(location.hash)?.[1];
  if (open && items.has(open)) go(location.hash); // what is shown beside the list is not as it was
  return { words: outcome, bad: refused.length > 0 };
}
/** The items of each reason. @param {[string, string][]} refused @returns {Map<string, string[]>} */
function reasons(refused) {
  const ids = new Map();
  for (const [id, why] of refused) ids.set(why, [...(ids.get(why) || []), id]);
  return ids;
}
