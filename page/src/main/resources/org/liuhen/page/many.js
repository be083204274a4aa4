// The same act on many items: of a selection, or of a whole case. Each item has a result of its own.
import { $, actForm, el, get, may, post, t } from "./core.js";

/** So many requests are on their way at once. */
const AT_ONCE = 6;
const ACTS = { categorise: "CATEGORISE", openReview: "REVIEW", hold: "HOLD", offer: "OFFER_HANDOVER" };

/** Whether this person does anything that can be done with many items. */
export const mayMany = () => ["LINK", "REQUEST_EXPORT", ...Object.values(ACTS)].some(may);

/**
 * Does one act with each item, a few at once.
 * @param {string[]} ids
 * @param {(id: string) => Promise<boolean>} act whether it is on the record
 * @param {(done: number) => void} progress
 * @returns {Promise<{ id: string, recorded?: boolean, refused?: string }[]>} in the order of the items
 */
export async function each(ids, act, progress) {
  const results = ids.map(id => /** @type {{ id: string, recorded?: boolean, refused?: string }} */ ({ id }));
  let next = 0,
    done = 0;
  const worker = async () => {
    while (next < results.length) {
      const result = results[next++];
      try {
        result.recorded = await act(result.id);
      } catch (failed) {
        result.refused = failed.message;
      }
      progress(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
/** Shows what became of each item: those that were refused come first. */
export function showResults(results, names, place = $("manyResults")) {
  const good = results.filter(result => !result.refused),
    line = result =>
      el(
        "li",
        null,
        { className: result.refused ? "bad" : "" },
        el("a", names(result.id), { href: "#/item/" + result.id }),
        ` ${result.refused || (result.recorded ? t().done : t().later)}`,
      );
  const list = el("ul", null, {}, ...[...results.filter(result => result.refused), ...good].map(line));
  place.replaceChildren(
    el(
      "details",
      null,
      { open: good.length < results.length },
      el("summary", t().manyDone(good.length, results.length), { className: good.length < results.length ? "bad" : "good" }),
      list,
    ),
    el("button", t().closeResults, { type: "button", className: "quiet", onclick: () => place.replaceChildren() }),
  );
}
/**
 * The forms of what this person may do with many items.
 * @param {() => Promise<string[]>} items asked when a form is sent
 * @param {(id: string) => string} names what an item is called
 * @param {() => Promise<void>} after when it was done
 * @param {() => any} place where the results are shown
 */
export async function manyActs(items, names, after, place = () => $("manyResults")) {
  const forms = [],
    add = (act, fields, body = values => values) => {
      if (!may(ACTS[act])) return;
      const form = actForm(
        act,
        fields,
        async values => {
          const said = form.querySelector("[role=status]"),
            ids = await items();
          const results = await each(
            ids,
            id => post(`/api/evidence/${id}/acts`, { act, ...body(values) }),
            done => {
              said.textContent = t().progress(done, ids.length);
            },
          );
          await after();
          showResults(results, names, place());
          return results.every(result => result.recorded);
        },
        async () => {},
      );
      if (act === "offer") form.querySelector("form").append(el("span", t().manyOffer, { className: "small" }));
      forms.push(form);
    };
  if (may("CATEGORISE")) {
    const { categories } = await get("/api/categories");
    add("categorise", [{ name: "category", choices: Object.fromEntries(categories.map(c => [c.category, c.title])) }]);
  }
  const reasons = Object.fromEntries(
    Object.entries(t().reviewReasons)
      .filter(([code]) => code !== "RANDOM")
      .map(([code, text]) => [`${code} ${text}`, text]),
  );
  add("openReview", [{ name: "reviewReason", choices: reasons }], ({ reviewReason }) => ({ reason: reviewReason }));
  add("hold", [{ name: "reason" }]);
  add("offer", [await recipientField(), { name: "reason" }]);
  return forms;
}
/** The field for the recipient of a handover, with those who can take it where the station knows them. */
export async function recipientField() {
  const { recipients } = may("OFFER_HANDOVER") ? await get("/api/recipients") : { recipients: [] };
  return { name: "to", suggestions: Object.fromEntries(recipients.map(one => [one.officerNo, one.name])) };
}
