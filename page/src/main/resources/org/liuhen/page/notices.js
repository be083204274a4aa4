// What somebody is told: a bell with the number of what is new, and the list behind it.
import { $, byItself, el, get, may, post, t, time, trouble } from "./core.js";
import { address, route } from "./format.js";
import { icon } from "./icons.js";
import { person } from "./names.js";

/** The station counts no further. */
const COUNT_MAX = 100;
const LINES = 50,
  LINES_MAX = 500;
/** Where many of a kind wait. */
const PILES = {
  "handover.offered": "toAnswer",
  "handover.returned": "named",
  "note.named": "named",
  "review.returned": "returned",
  "review.due": "returned",
};
const VIEWS = { "export.requested": "exports", "export.ready": "exports", "person.proposed": "people" };
/** What comes from the time or from the station, and from nobody. */
const OF_NOBODY = ["export.ready", "review.due"];
/** What is seen rather than done. */
const SEEN = ["handover.returned", "note.named", "export.ready"];
/** Whether somebody is told of anything here. */
const told = () => may("SEARCH") || may("APPROVE_PERSON");
let fresh = 0,
  drawn = 0;

/** The bell in the head, with the number of new ones; without a number with the one that was known last. @param {number} [now] */
export function bell(now = fresh) {
  const place = $("bell");
  fresh = told() ? now : 0;
  place.hidden = !told();
  const number = fresh >= COUNT_MAX ? `${COUNT_MAX - 1}+` : String(fresh);
  place.replaceChildren(icon("bell"), ...(fresh > 0 ? [el("b", number, { className: "tag bad" })] : []));
  place.title = t().view.notices;
  place.setAttribute("aria-label", fresh > 0 ? t().notices.some(number) : t().view.notices);
  if (route(location.hash).name === "notices") place.setAttribute("aria-current", "page");
  else place.removeAttribute("aria-current");
}
/** Asks for the number, where no live connection tells it. */
export const countNotices = () =>
  byItself(async () => {
    if (!told()) return;
    try {
      bell((await get("/api/notices?limit=1")).new);
    } catch {} // the number is a hint; the view itself says what went wrong
  });

/** Where a line leads. */
function leads({ kind, item, items, open }) {
  if (Object.hasOwn(VIEWS, kind)) return address(VIEWS[kind]);
  if (items === 1 && item) return `#/item/${item}`;
  return open > 0 && Object.hasOwn(PILES, kind) ? address("", { pile: PILES[kind] }) : address("evidence", { mine: "true" });
}
function line(one) {
  const { kind, by, at, items, open, fileName } = one,
    words = t().notices,
    says = Object.hasOwn(words.kinds, kind) ? words.kinds[kind](items) : words.other;
  const state =
    kind === "export.ready"
      ? null
      : open === 0
        ? el("span", SEEN.includes(kind) ? words.seen : words.done, { className: "tag good" })
        : open < items
          ? el("span", words.openOf(open), { className: "tag" })
          : null;
  return el(
    "li",
    null,
    { className: one.new && open > 0 ? "card fresh" : "card" },
    el(
      "div",
      null,
      { className: "title" },
      el("a", null, { href: leads(one) }, says),
      one.new && open > 0 ? el("b", words.fresh, { className: "tag bad" }) : null,
      state,
    ),
    el(
      "div",
      null,
      { className: "small" },
      ...(OF_NOBODY.includes(kind) ? [] : [person(by), " · "]),
      time(at),
      ...(fileName ? [` · ${fileName}`] : []),
    ),
  );
}
/**
 * The list. What it shows is not new any more afterwards, on any computer; the marks stay until it is opened again.
 * @param {number} [limit] how many lines @param {Set<string>} [marked] lines that were new a moment ago, while the list stayed open
 */
export async function showNotices(limit = LINES, marked = new Set()) {
  const place = $("detail"),
    mine = ++drawn;
  const title = el("h2", t().view.notices);
  if (!told()) {
    place.replaceChildren(title, el("p", t().needRole));
    return;
  }
  let answer;
  try {
    answer = await get(`/api/notices?limit=${limit}`);
  } catch (failed) {
    if (mine === drawn && isShown()) place.replaceChildren(title, trouble(failed));
    return;
  }
  if (mine !== drawn || !isShown()) return;
  const of = one => `${one.kind} ${one.by} ${one.at}`;
  for (const one of answer.notices) {
    if (one.new) marked.add(of(one));
    one.new = marked.has(of(one));
  }
  const had = place.contains(document.activeElement) ? document.activeElement?.getAttribute?.("href") : null;
  place.replaceChildren(
    title,
    el("p", answer.notices.length ? t().notices.is : t().notices.none, { className: answer.notices.length ? "small" : "empty" }),
    el("ul", null, { id: "notices", className: "plain" }, ...answer.notices.map(line)),
    ...(answer.more
      ? [
          limit < LINES_MAX
            ? el("button", t().notices.more, {
                className: "more",
                onclick: () => showNotices(Math.min(LINES_MAX, limit + 3 * LINES), marked),
              })
            : el("p", t().notices.only(LINES_MAX), { className: "small" }),
        ]
      : []),
  );
  if (had) [...place.querySelectorAll("a")].find(a => a.getAttribute("href") === had)?.focus(); // it was drawn anew under the reader
  again = () => byItself(() => showNotices(limit, marked));
  bell(answer.new);
  if (!answer.until || document.hidden || !answer.notices.some(one => one.new)) return;
  try {
    await post("/api/notices/looked", { until: answer.until }, ({ new: left }) => bell(left));
  } catch {} // then they are new the next time, too
}
const isShown = () => route(location.hash).name === "notices";
let again = () => {};
/** The station tells of another number: the bell shows it, and the list where it is open. @param {number} now */
export function tellNotices(now) {
  const more = now > fresh;
  bell(now);
  if (more && isShown()) again();
}
/** Whoever was there is gone. */
export const forgetNotices = () => bell(0);
