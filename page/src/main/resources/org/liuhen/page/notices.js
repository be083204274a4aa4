// What somebody is told: a bell with the number of what is new, and the list behind it.
import { $, byItself, el, get, here, may, post, standing, t, time, trouble } from "./core.js";
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
  "review.answered": "answered",
};
const VIEWS = { "export.requested": "exports", "export.ready": "exports", "export.refused": "exports", "person.proposed": "people" };
/** The part of an item's page where it is answered or said. */
const PARTS = {
  "handover.offered": "handover",
  "handover.returned": "handover",
  "handover.accepted": "handover",
  "note.named": "notes",
  "review.returned": "review",
  "review.due": "review",
  "review.answered": "review",
};
/** What comes from the time or from the station, and from nobody. */
const OF_NOBODY = ["export.ready", "review.due"];
/** What is seen rather than done. */
const SEEN = ["handover.returned", "handover.accepted", "note.named"];
/** What stays true: nothing ends it. */
const STAYS = ["export.ready", "export.refused"];
/** Whether somebody is told of anything here. */
const told = () => may("SEARCH") || may("APPROVE_PERSON");
const isShown = () => route(location.hash).name === "notices";
const nobodyAgain = () => {};
let fresh = 0,
  drawn = 0,
  again = nobodyAgain;
/** Whose number it is. @type {string | undefined} */
let of;
/** Whether somebody opened the list, which was not told yet. */
let opened = false;
/** Until when the list is shown that was drawn by itself: it is told once somebody is there. @type {string | null} */
let unread = null;

/** The bell in the head, with the number of new ones; without a number with the one that was known last. @param {number} [now] */
export function bell(now) {
  if (here.person?.id !== of) {
    of = here.person?.id;
    forgetNotices(); // the number of whoever was there before
  }
  const place = $("bell");
  fresh = told() ? (now ?? fresh) : 0;
  place.hidden = !told();
  const number = fresh >= COUNT_MAX ? `${COUNT_MAX - 1}+` : String(fresh);
  place.replaceChildren(icon("bell"), ...(fresh > 0 ? [el("b", number, { className: "tag bad" })] : []));
  place.title = t().view.notices;
  place.setAttribute("aria-label", fresh > 0 ? t().notices.some(number) : t().view.notices);
  place.onclick = () => {
    if (isShown()) openAgain(); // the address stays the same, and opens nothing
  };
  if (isShown()) place.setAttribute("aria-current", "page");
  else place.removeAttribute("aria-current");
}
/** Asks for the number, where no live connection tells it. */
export const countNotices = () =>
  byItself(async () => {
    if (!told()) return;
    const asker = here.person?.id;
    try {
      const now = (await get("/api/notices?limit=1")).new;
      if (here.person?.id === asker) tellNotices(now);
    } catch {} // the number is a hint; the view itself says what went wrong
  });

/** Where a line leads; null where no list has all of it. */
function leads({ kind, item, items, open }) {
  if (Object.hasOwn(VIEWS, kind)) return address(VIEWS[kind]);
  if (items === 1 && item) return address(`item/${item}`, { part: Object.hasOwn(PARTS, kind) && PARTS[kind] });
  return open > 0 && Object.hasOwn(PILES, kind) ? address("", { pile: PILES[kind] }) : null;
}
/** How many of a line wait, where not all do. */
function openOf(kind, open) {
  const words = t().notices;
  return SEEN.includes(kind) ? words.notSeen(open) : kind === "person.proposed" ? words.changesOpen(open) : words.openOf(open);
}
/** Lines are the same when they are drawn again by what they say, without the time: more may have come. */
const keyOf = one => `${one.kind} ${one.by} ${one.item || ""}`;
function line(one) {
  const { kind, by, at, items, open, fileName, due } = one,
    words = t().notices,
    says = Object.hasOwn(words.kinds, kind) ? words.kinds[kind](items, open) : words.other,
    href = leads(one);
  const state = STAYS.includes(kind)
    ? null
    : open === 0
      ? el("span", SEEN.includes(kind) ? words.seen : words.done, { className: "tag good" })
      : open < items
        ? el("span", openOf(kind, open), { className: "tag" })
        : null;
  return el(
    "li",
    null,
    { className: one.new && open > 0 ? "card fresh" : "card", tabIndex: -1 },
    el(
      "div",
      null,
      { className: "title" },
      href ? el("a", null, { href }, says) : el("span", says),
      one.new && open > 0 ? el("b", words.fresh, { className: "tag bad" }) : null,
      state,
    ),
    el(
      "div",
      null,
      { className: "small" },
      ...(OF_NOBODY.includes(kind) ? [] : [person(by), " · "]),
      time(at),
      ...(due ? [` · ${words.due(open)} `, time(due)] : []),
      ...(fileName ? [` · ${fileName}`] : []),
    ),
  );
}
/**
 * The list. What it shows is not new any more afterwards, on any computer; the marks stay until it is opened again.
 * @param {number} [limit] how many lines @param {Set<string>} [marked] lines that were new a moment ago, while the list stayed open
 * @param {boolean} [byNobody] whether it is drawn by itself: then nobody has looked at it yet
 */
export async function showNotices(limit = LINES, marked = new Set(), byNobody = false) {
  bell(); // of whoever is there now
  const place = $("detail"),
    mine = ++drawn,
    stands = standing(),
    isMine = () => mine === drawn && stands();
  const title = el("h2", t().view.notices);
  unread = null;
  if (!told()) {
    place.replaceChildren(title, el("p", t().needRole));
    return;
  }
  opened ||= !byNobody;
  let answer;
  try {
    answer = await get(`/api/notices?limit=${limit}`);
  } catch (failed) {
    if (isMine()) place.replaceChildren(title, trouble(failed));
    return;
  }
  if (!isMine()) return;
  const last = answer.notices.at(-1),
    hides = answer.more && limit < LINES_MAX && last.new; // what is new and not shown here yet stays new
  const name = one => `${one.kind} ${one.by} ${one.at}`;
  for (const one of answer.notices) {
    if (one.new) marked.add(name(one));
    one.new = marked.has(name(one));
  }
  const lines = answer.notices.map(line),
    keys = answer.notices.map(keyOf),
    had = focused(place),
    before = (shown.get(place) ?? []).length;
  place.replaceChildren(
    title,
    el("p", answer.notices.length ? t().notices.is : t().notices.none, { className: answer.notices.length ? "small" : "empty" }),
    el("ul", null, { id: "notices", className: "plain" }, ...lines),
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
  shown.set(
    place,
    lines.map((li, at) => ({ li, key: keys[at], nth: keys.slice(0, at).filter(key => key === keys[at]).length })),
  );
  focus(place, had, before);
  again = () => byItself(() => showNotices(limit, marked, true));
  bell(answer.new);
  if (!answer.until || hides || !answer.notices.some(one => one.new)) {
    opened = false;
    return;
  }
  unread = answer.until;
  if (opened && !document.hidden) await tellLooked();
}
/** The lines that are drawn in a place. @type {WeakMap<Element, { li: any, key: string, nth: number }[]>} */
const shown = new WeakMap();
/** What has the focus in the list: a line by what it says, or the button below the lines. */
function focused(place) {
  const active = document.activeElement;
  if (!active || !place.contains(active)) return null;
  const { key, nth } = (shown.get(place) ?? []).find(({ li }) => li.contains(active)) ?? {};
  return { key, nth, isMore: active.className === "more" };
}
/** It was drawn anew under the reader, who goes on where he was; after "Show older" with the first of the older ones. */
function focus(place, had, before) {
  const all = shown.get(place) ?? [];
  const next = had?.isMore ? all[before] : all.find(one => had && one.key === had.key && one.nth === had.nth);
  if (next) (next.li.querySelector("a") ?? next.li).focus();
}
/** Tells the station that somebody has looked at what is shown. */
async function tellLooked() {
  const until = unread,
    reader = here.person?.id;
  opened = false;
  unread = null;
  if (!until) return;
  try {
    await post("/api/notices/looked", { until }, ({ new: left }) => here.person?.id === reader && bell(left));
  } catch {} // then they are new the next time, too
}
/** Somebody is at this computer, and sees what was drawn by itself. */
function attend() {
  if (unread && isShown() && !document.hidden) tellLooked();
}
for (const sign of ["keydown", "pointerdown", "wheel"]) document.addEventListener(sign, attend, { passive: true });
window.addEventListener("focus", attend);
const openAgain = () => showNotices();
/** The page is seen again: the list is opened again where it is the view. */
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && here.person && isShown()) byItself(() => showNotices());
});
/** The station tells of another number: the bell shows it, and the list where it is open. @param {number} now */
export function tellNotices(now) {
  const more = now > fresh;
  bell(now);
  if (more && isShown()) again();
}
/** Whoever was there is gone: neither the number nor an answer on its way is for whoever comes. */
export function forgetNotices() {
  drawn++;
  fresh = 0;
  opened = false;
  unread = null;
  again = nobodyAgain;
}
