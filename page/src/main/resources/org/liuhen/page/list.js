// The list of items: filters that live in the address, a table or a gallery, items that are selected and what is done with all of them.

import { $, all, byItself, el, get, here, isAlone, link, may, t, takeDay } from "./core.js";
import { chosen, deadlineOrder, piles, row } from "./desk.js";
import { address, zoneInUse } from "./format.js";
import { icon, iconOf } from "./icons.js";
import { headBox, many, mayMany, SELECTED_MAX, selection, tickBox, tickNone } from "./many.js";
import { proposeUnits } from "./names.js";
import { proposeCases } from "./numbers.js";
import { forgetPictures, pictureOf } from "./pictures.js";
import { backwards, counted, query } from "./query.js";
import { rows } from "./rows.js";
import { savedLists } from "./saved.js";

const FIELDS = {
  q: "search",
  text: "search",
  case: "text",
  state: "select",
  from: "date",
  to: "date",
  place: "text",
  unit: "text",
  mine: "checkbox",
};
const NEWEST = "-uploaded";
/** A long list is asked for again by itself no more often: to count it takes a while. */
const REFRESH_MILLIS = 15_000;
/** Orders that begin with the greatest: the newest, the longest. */
const FALLING = new Set(["uploaded", "recorded", "length", "size", "sealed"]);
/** Which questions the list has answered; what comes later for an older question is thrown away. */
let question = 0,
  asked = null,
  answered = null,
  filters = /** @type {Record<string, string>} */ ({}),
  path = "",
  opened = /** @type {string | undefined} */ (undefined),
  watching = null,
  outlinedAt = -Infinity,
  /** How many documents the words could not be looked for in. */
  notSearched = 0,
  refreshing = 0;

const table = rows($("list"), {
  load: async begins => (await get(queryNow({ before: begins }))).evidence,
  draw: item => line(item),
  failed: why => {
    $("listStatus").textContent = why.message;
  },
});

/** Where the list stands: its address without an item. */
export const listAddress = changed => address(path, { ...filters, ...changed });
export const itemAddress = id => address("item/" + id, { ...filters, ...(path ? { in: path } : {}) });
/** The order of the deadlines of what is listed; empty where it has none. */
const deadlines = () => deadlineOrder(filters.pile || path);
/** @param {Parameters<typeof query>[3]} [what] */
const queryNow = what => query(filters, path, deadlines(), what);
/** What the list is asked, and by whom; in another language it is the same list. */
const asks = () => `${here.person?.id} ${path} ${JSON.stringify(filters)}`;

/** The form above the list. */
export function searchForm() {
  const form = $("search");
  const inputs = Object.entries(FIELDS).map(([name, type]) => {
    const words = name === "q" ? t().find : name === "state" ? t().anyState : t()[name];
    const input =
      type === "select"
        ? el(
            "select",
            null,
            {},
            el("option", t().anyState, { value: "" }),
            ...Object.entries(t().state)
              .filter(([key]) => key !== "unknown")
              .map(([value, text]) => el("option", text, { value })),
          )
        : el("input", null, { type, placeholder: words, title: words });
    input.id = name;
    input.setAttribute("aria-label", words);
    if (name === "mine") input.title = t().mineIs;
    if (type === "date") takeDay(input, () => form.requestSubmit());
    else if (["select", "checkbox"].includes(type)) input.onchange = () => form.requestSubmit();
    return ["date", "checkbox"].includes(type)
      ? el("label", words + " ", { className: "small", ...(name === "mine" && { id: "mineOnly", title: t().mineIs }) }, input)
      : input;
  });
  form.replaceChildren(
    ...inputs,
    el("button", null, { className: "primary" }, icon("search"), t().search),
    filterButton(form),
    el("span", null, { id: "saving" }),
    el("span", null, { id: "counted", className: "tag", hidden: true }),
    el("button", t().clear, {
      id: "clear",
      type: "button",
      className: "quiet",
      onclick: () => {
        location.hash = address(path);
      },
    }),
  );
  proposeCases($("case"));
  proposeUnits($("unit"));
  form.onsubmit = event => {
    event.preventDefault();
    const value = name => (FIELDS[name] === "checkbox" ? ($(name).checked ? "true" : "") : $(name).value.trim()),
      fields = Object.fromEntries(Object.keys(FIELDS).map(name => [name, value(name)])),
      all = path === "" && !filters.pile && Object.values(fields).some(Boolean), // what waits is not what is searched
      wanted = all ? address("evidence", { ...filters, ...fields, seed: "" }) : listAddress({ ...fields, seed: "" });
    if (wanted === location.hash) list();
    else location.hash = wanted;
  };
}
/** On a phone the filters beside the words stay folded until they are asked for, or one of them is set. */
function filterButton(form) {
  const button = el("button", t().filters, {
    id: "filters",
    type: "button",
    className: "quiet",
    onclick: () => button.setAttribute("aria-expanded", String(form.classList.toggle("open"))),
  });
  button.setAttribute("aria-expanded", String(form.classList.contains("open")));
  return button;
}
/** Table or gallery, and whether previews are fetched: each of them is a look, which is on the record. */
function shapes() {
  const gallery = filters.view === "gallery",
    kind = (view, name, words) => {
      const button = el(
        "button",
        null,
        {
          className: "quiet",
          title: words,
          onclick: () => {
            location.hash = listAddress({ view });
          },
        },
        icon(name),
        words,
      );
      button.setAttribute("aria-pressed", String(gallery === (view === "gallery")));
      return button;
    };
  const all = [kind("", "table", t().table), kind("gallery", "gallery", t().gallery)];
  if (may("PREVIEW")) {
    const thumbs = el("button", t().thumbnails, {
      className: "quiet",
      onclick: () => {
        location.hash = listAddress({ thumbs: filters.thumbs ? "" : "1" });
      },
    });
    thumbs.setAttribute("aria-pressed", String(Boolean(filters.thumbs)));
    all.unshift(thumbs);
  }
  if (!filters.seed)
    all.push(el("a", null, { id: "table", className: "button quiet", href: tableAddress(), download: "" }, icon("download"), "CSV"));
  $("shape").replaceChildren(...all);
}
/** The same list as a table, for spreadsheets. */
function tableAddress() {
  const asks = { lang: here.language, zone: zoneInUse() };
  return link(`${queryNow({ of: "/api/evidence.csv", limit: 0 })}&${new URLSearchParams(asks)}`);
}
/** What the filters say, as the name of a list. */
function said() {
  const words = [
    ...Object.keys(FIELDS).map(field =>
      field === "state" ? t().state[filters.state] : field === "mine" ? filters.mine && t().mine : filters[field],
    ),
    chosen.pile && t().pile[chosen.pile],
    counted(filters),
  ].filter(Boolean);
  return words.length ? [$("listTitle").textContent, ...words].join(" · ") : "";
}
const kept = () => $("saving").replaceChildren(...savedLists(listAddress(), filters.seed ? "" : said()).filter(Boolean));
document.addEventListener("lists-kept", kept);
/** Takes what the address says; asks only where that is another question than before. */
export async function followAddress(name, wanted, current) {
  path = ["evidence", "handovers"].includes(name) ? name : name === "item" && wanted.in ? wanted.in : "";
  const { in: _, entry: __, part: ___, ...rest } = wanted; // of the item, not of the list
  filters = rest;
  chosen.pile = filters.pile || null;
  chosen.seed = filters.seed || null;
  for (const field of Object.keys(FIELDS).filter($)) {
    if (FIELDS[field] === "checkbox") $(field).checked = filters[field] === "true";
    else $(field).value = filters[field] || "";
    ($(field).closest("label") || $(field)).classList.toggle("set", Boolean(filters[field])); // beside an item only these have room
  }
  if ($("mineOnly")) $("mineOnly").hidden = !["UPLOAD", "ANSWER_HANDOVER"].some(may) && !filters.mine; // others have none
  if ($("text")) $("text").hidden = !may("PREVIEW"); // nobody searches what he may not see
  for (const words of all("#search :is(.unknown, .noDay)")) words.textContent = "";
  const of = counted(filters);
  if ($("counted")) {
    $("counted").textContent = of;
    $("counted").hidden = !of;
  }
  $("clear").hidden = !of && !Object.keys(FIELDS).some(field => filters[field]);
  $("listTitle").textContent = path === "" ? t().view[""] : t().view[path];
  shapes();
  kept();
  const now = asks(),
    before = opened;
  opened = current;
  all("#list .row").forEach(r => r.setAttribute("aria-current", String(r.dataset.id === current)));
  if (now === asked) {
    if (current !== before)
      $("list")
        .querySelector(`.row[data-id="${current || before}"]`)
        ?.scrollIntoView({ block: "nearest" });
    return;
  }
  asked = now;
  await desk();
}
export const desk = async () => {
  await Promise.all([
    list(),
    piles(pile => {
      location.hash = listAddress(pile);
    }),
  ]);
};
/** The list after something has happened somewhere. */
export function refresh() {
  clearTimeout(refreshing);
  const wait = outlinedAt + REFRESH_MILLIS - performance.now();
  if (wait <= 0) return desk();
  refreshing = window.setTimeout(() => here.person && byItself(desk), wait);
  return piles();
}
export function forgetList() {
  asked = null;
}

function line(item) {
  const one = row(item, opened, itemAddress(item.id), deadlines()),
    gallery = filters.view === "gallery",
    previews = filters.thumbs && may("PREVIEW");
  if (gallery || previews) {
    const face = el("span", null, { className: gallery ? "face" : "thumb" }, icon(iconOf(item.mediaType)));
    one.classList.toggle("tile", gallery);
    if (gallery) one.prepend(face);
    else one.firstElementChild.replaceWith(face);
    if (previews && item.object) {
      face.dataset.preview = item.id;
      face.dataset.alone = isAlone() ? "1" : "";
      watching?.observe(face);
    }
  }
  return mayMany() ? el("div", null, { className: "ticked" }, tickBox(item), one) : one;
}
/** Fetches a preview when its place comes into view, once for each item of a list. */
function watchPreviews() {
  watching?.disconnect();
  forgetPictures();
  watching = new IntersectionObserver(seen =>
    seen
      .filter(s => s.isIntersecting)
      .forEach(async (/** @type {any} */ { target }) => {
        watching.unobserve(target);
        const src = await pictureOf(target.dataset.preview, Boolean(target.dataset.alone));
        if (src) target.replaceChildren(el("img", null, { alt: "", src })); // else the icon stays
      }),
  );
}
/** How many there are: as far as it is known, a full page is no total. */
function count(shown, outline) {
  const found = !outline
    ? shown
      ? t().foundMore(shown)
      : filtered()
        ? t().foundNone
        : "" // the list says why it is empty
    : outline.complete
      ? t().found(outline.found)
      : t().foundAtLeast(outline.found);
  $("listStatus").textContent = [found, filters.mine && t().mineIs, notSearched && t().notSearched(notSearched)]
    .filter(Boolean)
    .join(" · ");
}
const noHandovers = () => (may("OFFER_HANDOVER") ? t().noHandovers : t().noOffers);
/** Whether the list is asked for less than all that its path has. */
const filtered = () => Boolean(Object.keys(FIELDS).some(field => filters[field]) || chosen.pile || counted(filters));
function nothing() {
  return el(
    "div",
    null,
    { className: "empty" },
    icon(filtered() ? "search" : "inbox"),
    el(
      "p",
      backwards(filters)
        ? t().daysBackwards
        : filtered()
          ? t().noneFiltered
          : path === "handovers"
            ? noHandovers()
            : may("UPLOAD")
              ? t().none
              : t().noneYet,
    ),
    (filters.from || filters.to) && !backwards(filters) ? el("p", t().noneOfDays, { className: "small" }) : null,
    filtered() ? el("a", t().clear, { href: address(path), className: "button" }) : null,
  );
}
/** The heads of the columns: each is a button that orders the list by it, and once more in the other direction. */
function columns() {
  const [now, down] = orderNow();
  const button = key => {
    const mine = now === key,
      turned = mine ? !down : FALLING.has(key);
    return el("button", `${t().order[key]}${mine ? (down ? " ↓" : " ↑") : ""}`, {
      type: "button",
      className: "head",
      onclick: () => reorder(key, turned),
    });
  };
  const cell = keys => {
    const head = el("span", null, { role: "columnheader" }, ...keys.map(button));
    if (keys.includes(now)) head.setAttribute("aria-sort", down ? "descending" : "ascending");
    return head;
  };
  $("columns").className = mayMany() ? "selectable" : "";
  $("columns").replaceChildren(
    el("span", null, { role: "columnheader", ariaLabel: t().type }, mayMany() && headBox()),
    ...[["name"], ["state"], ["recorded"], ["length", "size"], ["officer"], ["case"], [deadlines() || "sealed"]].map(cell),
  );
  $("order").replaceChildren(
    ...Object.entries(t().order).flatMap(([key, name]) => [
      el("option", `${name} ↓`, { value: `-${key}` }),
      el("option", `${name} ↑`, { value: key }),
    ]),
  );
  $("order").value = `${down ? "-" : ""}${now}`;
  $("order").onchange = () => reorder($("order").value.replace("-", ""), $("order").value.startsWith("-"));
}
/** The order where none is chosen: what is due first, or else the newest upload. */
const usual = () => deadlines() || NEWEST;
/** @returns {[string, boolean]} the key, and whether the greatest comes first */
function orderNow() {
  const order = filters.sort || usual();
  return [order.replace("-", ""), order.startsWith("-")];
}
function reorder(key, down) {
  const order = (down ? "-" : "") + key;
  location.hash = listAddress({ sort: order === usual() ? "" : order });
}
/** The list as it is asked for now: its first page at once, then how long it is. The same list again keeps its place. */
export async function list() {
  const mine = ++question,
    now = asks(),
    again = now === answered;
  $("list").className = filters.view === "gallery" ? "gallery" : "table";
  $("finding").classList.toggle("thumbs", Boolean(filters.thumbs) && may("PREVIEW") && filters.view !== "gallery");
  columns();
  if (!again) {
    watchPreviews();
    tickNone();
    $("manyDone").replaceChildren();
  } else selection();
  try {
    const { evidence, next, notSearched: left } = await get(queryNow());
    if (mine !== question) return;
    notSearched = left || 0;
    answered = now;
    chosen.drawn = chosen.seed ? evidence.map(item => item.id) : [];
    $("heads").hidden = filters.view === "gallery" || evidence.length === 0;
    if (!evidence.length) {
      table.clear();
      $("list").replaceChildren(nothing());
      count(0, null);
      return;
    }
    table.begin(evidence, again);
    const whole = !next || filters.seed;
    if (whole || !again) count(evidence.length, whole ? { found: evidence.length, complete: true } : null);
    const outline = whole ? null : await get(queryNow({ of: "/api/evidence-pages" }));
    if (mine !== question) return;
    outlinedAt = outline ? performance.now() : -Infinity;
    table.extend(outline);
    if (outline) count(evidence.length, outline);
  } catch (failed) {
    if (mine !== question) return;
    answered = null;
    table.clear();
    $("list").replaceChildren(el("p", failed.message, { className: "banner bad", role: "alert" }));
  }
}
/** All items that the list has, in its order, as far as they can be selected, and one more. */
async function found() {
  const all = [];
  for (let before = null; all.length <= SELECTED_MAX; ) {
    const { evidence, next } = await get(queryNow({ before, limit: 500 }));
    all.push(...evidence);
    if (!next || filters.seed) break;
    before = next;
  }
  return all;
}
/** The row that many rows after the one with the focus; `step` is 1 or -1. */
export const beside = step => table.beside(document.activeElement?.closest("#list .row") || all("#list .row[aria-current=true]")[0], step);
many({ found, after: () => desk(), href: id => itemAddress(id), back: () => listAddress() });
