// Does an act with each of many items, some at a time, and says what came of it.
import { judge } from "./chain.js";
import { all, el, get, go, here, t } from "./core.js";
import { mayAnswer } from "./handover.js";
import { isSigned, signed } from "./signing.js";

/** The most requests on their way at once; a browser has six connections to a station. */
const TOGETHER = 3;
/** As many items that were refused for the same reason are named. */
const NAMED_MAX = 10;
/** Refusals that one item of a request has caused. */
const OF_ONE_ITEM = new Set(["RV-101", "RV-120"]);

/**
 * The items that something is done with.
 * @typedef {object} Source
 * @property {() => Promise<Map<string, any>>} items by their IDs; throws where something else was said of them before
 * @property {() => any} results the list that says how far it is, and what was refused
 * @property {string} controls the selector of what nobody uses meanwhile
 * @property {(id: string) => string} href the address of an item
 * @property {() => string} back the address of the list that they stand in
 * @property {(busy: boolean) => void} works when it begins, and when it has ended
 * @property {(id: string) => void} taken when something was done with an item
 * @property {(count: number) => string} [asks] what is asked before something that cannot be taken back is done with all of them
 * @property {(outcome: string, lines: any[]) => any} ended how many were done, and a line for each reason of refusals
 * @property {() => any} after when all of it is said
 */
/** The last item that was opened to be signed: one after the other, for a head that comes late looks like one that was taken back. @type {Promise<any>} */
let opening = Promise.resolve();
/** What is sent for a handover, signed by the person over the chain of the item, which is opened and verified first, as on its own view. */
export async function signedForEach(id, act, values) {
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
  if ((act === "accept" || act === "refuse") && !mayAnswer(item)) throw new Error(t().nothingOffered);
  if ((act === "sign" || act === "return") && !Object.keys(item.reviews || {}).length) throw new Error(t().noReviewOpen);
  return signed(item, act, values, seen);
}
/**
 * Does an act with all of these items, some at a time, with a bar and a button that ends it. What was refused is said with the reason.
 * @param {Source} of
 * @param {number} size how many items an act takes
 * @param {(ids: string[]) => Promise<{ recorded: boolean, refused?: [string, string][] }>} act gives whether it is on the record already, and the
 *   items that were refused, each with the reason
 * @param {boolean} [leaves] whether who does it does not see the items any more
 * @returns {Promise<{ words: string, bad: boolean }>} how many were done, and whether one was refused
 */
export async function batch(of, size, act, leaves = false) {
  const items = await of.items(),
    ids = [...items.keys()],
    bar = el("progress", null, { max: ids.length, value: 0, ariaLabel: t().tickedNow(ids.length) }),
    words = el("span", t().progress(0, ids.length), { className: "small", role: "status" }),
    stop = el("button", t().cancel, { type: "button" }),
    queue = Array.from({ length: Math.ceil(ids.length / size) }, (_, at) => ids.slice(at * size, (at + 1) * size));
  const who = here.person?.id,
    succeeded = new Set();
  let /** @type {[string, string][]} */ refused = [],
    /** Sent, and not on the record yet. */
    later = /** @type {string[]} */ ([]),
    done = 0,
    stopped = false;
  stop.onclick = () => {
    stopped = true;
  };
  of.works(true);
  for (const control of all(of.controls)) control.disabled = true;
  of.results().replaceChildren(el("li", null, {}, bar, words, stop));
  const worker = async () => {
    for (let group = queue.shift(); group && !stopped; group = queue.shift()) {
      if (here.person?.id !== who) break; // nobody goes on in the name of another person
      let /** @type {[string, string][]} */ not = [],
        recorded = true;
      try {
        ({ recorded, refused: not = [] } = await act(group));
      } catch (failed) {
        if (group.length > 1 && OF_ONE_ITEM.has(failed.code)) {
          queue.push(...group.map(id => [id])); // none of them was taken: each by itself says which it was
          continue;
        }
        not = group.map(id => [id, failed.message]);
      }
      refused = [...refused, ...not];
      const sent = group.filter(id => !not.some(([one]) => one === id));
      if (!recorded) later = [...later, ...sent];
      else
        for (const id of sent) {
          succeeded.add(id);
          of.taken(id);
        }
      done += group.length;
      bar.value = done;
      words.textContent = t().progress(done, ids.length);
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  of.works(false);
  const outcome = [
    t().progress(succeeded.size, ids.length),
    later.length && t().onTheWay(later.length),
    done < ids.length && t().notTried(ids.length - done),
  ]
    .filter(Boolean)
    .join(" · ");
  await of.ended(
    outcome,
    [...reasons([...refused, ...later.map(id => /** @type {[string, string]} */ ([id, t().later]))])].map(([why, ids]) =>
      el(
        "li",
        ids.length > 1 ? `${why} (${t().itemsAre(ids.length)}) ` : `${why} `,
        {},
        ...ids.slice(0, NAMED_MAX).flatMap((id, at) => [at ? ", " : "", el("a", items.get(id)?.fileName || id, { href: of.href(id) })]),
        ids.length > NAMED_MAX ? " …" : "",
      ),
    ),
  );
  const open = /^#\/item\/(\w+)/.exec(location.hash)?.[1];
  // What is shown beside the list is not as it was; a refused one is not this person's to see any more.
  if (open && items.has(open)) go(leaves && succeeded.has(open) ? of.back() : location.hash);
  return { words: outcome, bad: refused.length > 0 };
}
/** The items of each reason. @param {[string, string][]} refused @returns {Map<string, string[]>} */
function reasons(refused) {
  const ids = new Map();
  for (const [id, why] of refused) ids.set(why, [...(ids.get(why) || []), id]);
  return ids;
}
