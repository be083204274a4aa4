// The list of items: filters that live in the address, a table or a gallery, items that are selected and what is done with all of them.

import { $, all, ask, el, get, here, may, post, t } from "./core.js";
import { chosen, piles, row } from "./desk.js";
import { exportForm } from "./exports.js";
import { address, box, startOfDay } from "./format.js";
import { icon, iconOf } from "./icons.js";
import { manyActs, mayMany, showResults } from "./many.js";

const FIELDS = { q: "search", case: "text", state: "select", from: "date", to: "date", place: "text" };
/** As many as the API gives where nothing is said. */
const PAGE = 50;
const ticked = new Set();
/** Which questions the list has answered; what comes later for an older question is thrown away. */
let question = 0,
  asked = null,
  shownItems = [],
  filters = {},
  path = "",
  watching = null;

/** Where the list stands: its address without an item. */
export const listAddress = changed => address(path, { ...filters, ...changed });
export const itemAddress = id => address("item/" + id, { ...filters, ...(path ? { in: path } : {}) });
export const anyTicked = () => ticked.size > 0;

function query(before) {
  const f = filters,
    ask = new URLSearchParams(),
    put = (name, value) => value && ask.set(name, value);
  put("q", f.q);
  put("case", f.case);
  put("state", f.state);
  put("bbox", f.place && box(f.place));
  put("from", f.from && startOfDay(f.from));
  put("to", f.to && startOfDay(f.to, 1));
  put("desk", f.pile || (path === "handovers" ? "handovers" : ""));
  put("seed", f.seed);
  put("before", before);
  put("limit", f.seed && "5");
  return "/api/evidence?" + ask;
}
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
        : el("input", null, { type, placeholder: words });
    input.id = name;
    input.setAttribute("aria-label", words);
    if (type === "select" || type === "date") input.onchange = () => form.requestSubmit();
    return type === "date" ? el("label", words + " ", { className: "small" }, input) : input;
  });
  form.replaceChildren(
    ...inputs,
    el("button", null, { className: "primary" }, icon("search"), t().search),
    filterButton(form),
    el("button", t().clear, {
      id: "clear",
      type: "button",
      className: "quiet",
      onclick: () => {
        location.hash = address(path);
      },
    }),
  );
  form.onsubmit = event => {
    event.preventDefault();
    const wanted = listAddress({ ...Object.fromEntries(Object.keys(FIELDS).map(name => [name, $(name).value.trim()])), seed: "" });
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
/** Table or gallery, and whether the gallery fetches previews: each of them is a look, which is on the record. */
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
            location.hash = listAddress({ view, thumbs: "" });
          },
        },
        icon(name),
        words,
      );
      button.setAttribute("aria-pressed", String(gallery === (view === "gallery")));
      return button;
    };
  const all = [kind("", "table", t().table), kind("gallery", "gallery", t().gallery)];
  if (gallery && may("PREVIEW")) {
    const thumbs = el("button", t().thumbnails, {
      className: "quiet",
      onclick: () => {
        location.hash = listAddress({ thumbs: filters.thumbs ? "" : "1" });
      },
    });
    thumbs.setAttribute("aria-pressed", String(Boolean(filters.thumbs)));
    all.unshift(thumbs);
  }
  $("shape").replaceChildren(...all);
}
/** Takes what the address says; asks only where that is another question than before. */
export async function followAddress(name, wanted, current) {
  path = ["evidence", "handovers"].includes(name) ? name : name === "item" && wanted.in ? wanted.in : "";
  const { in: _, ...rest } = wanted;
  filters = rest;
  chosen.pile = filters.pile || null;
  chosen.seed = filters.seed || null;
  for (const field of Object.keys(FIELDS)) if ($(field)) $(field).value = filters[field] || "";
  $("clear").hidden = !Object.keys(FIELDS).some(field => filters[field]);
  $("listTitle").textContent = path === "" ? t().view[""] : t().view[path];
  shapes();
  const now = `${here.language} ${path} ${JSON.stringify(filters)}`;
  all("#list .row").forEach(r => r.setAttribute("aria-current", String(r.dataset.id === current)));
  if (now === asked) return;
  asked = now;
  await desk(current);
}
export const desk = async current => {
  await Promise.all([
    list(current),
    piles(pile => {
      location.hash = listAddress(pile);
    }),
  ]);
};
export function forgetList() {
  asked = null;
}

function line(item, current) {
  const one = filters.view === "gallery" ? tile(item, current) : row(item, current, itemAddress(item.id));
  if (!mayMany()) return one;
  const tick = el("input", null, {
    type: "checkbox",
    checked: ticked.has(item.id),
    ariaLabel: `${t().tick} ${item.fileName}`,
    onchange: () => {
      if (tick.checked) ticked.add(item.id);
      else ticked.delete(item.id);
      selection();
    },
  });
  return el("div", null, { className: "ticked" }, tick, one);
}
function tile(item, current) {
  const one = row(item, current, itemAddress(item.id)),
    face = el("span", null, { className: "face" }, icon(iconOf(item.mediaType)));
  one.classList.add("tile");
  one.prepend(face);
  if (filters.thumbs && item.object) {
    face.dataset.preview = item.id;
    watching?.observe(face);
  }
  return one;
}
/** Fetches a preview when its place comes into view. */
function watchPreviews() {
  watching?.disconnect();
  watching = new IntersectionObserver(seen =>
    seen
      .filter(s => s.isIntersecting)
      .forEach(async (/** @type {any} */ { target }) => {
        watching.unobserve(target);
        try {
          const answer = await ask(`/api/evidence/${target.dataset.preview}/preview`);
          if (!answer.headers.get("Content-Type")?.startsWith("image/")) return;
          target.replaceChildren(
            el("img", null, { alt: "", src: URL.createObjectURL(await answer.blob()), onload: e => URL.revokeObjectURL(e.target.src) }),
          );
        } catch {
          /* no preview was made: the icon stays */
        }
      }),
  );
}
/** What is known of how many there are: a full page is no total. */
function count(complete) {
  $("listStatus").textContent = shownItems.length === 0 ? "" : complete ? t().found(shownItems.length) : t().foundMore(shownItems.length);
}
function nothing() {
  const filtered = Object.keys(FIELDS).some(field => filters[field]) || chosen.pile;
  return el(
    "div",
    null,
    { className: "empty" },
    icon(filtered ? "search" : "inbox"),
    el("p", filtered ? t().noneFiltered : may("UPLOAD") ? t().none : t().noneYet),
    filtered ? el("a", t().clear, { href: address(path), className: "button" }) : null,
  );
}
export async function list(current = all("#list [aria-current=true]")[0]?.dataset.id) {
  const mine = ++question;
  $("list").className = filters.view === "gallery" ? "gallery" : "table";
  $("columns").hidden = filters.view === "gallery";
  $("columns").className = mayMany() ? "selectable" : "";
  $("columns").replaceChildren(
    ...["", ...["name", "stateIs", "recorded", "length", "officerIs", "cases", "sealed"].map(key => t().column[key])].map(name =>
      el("span", name),
    ),
  );
  watchPreviews();
  try {
    const { evidence } = await get(query());
    if (mine !== question) return;
    shownItems = evidence;
    const listed = new Set(evidence.map(item => item.id));
    ticked.forEach(id => listed.has(id) || ticked.delete(id)); // nobody links what is not shown
    chosen.drawn = chosen.seed ? [...listed] : [];
    if (ticked.size === 0) {
      $("many").replaceChildren();
      $("manyActs").replaceChildren();
    }
    selection();
    const complete = evidence.length < PAGE;
    $("list").replaceChildren(
      ...(evidence.length ? evidence.map(item => line(item, current)) : [nothing()]),
      ...(complete ? [] : [moreButton(mine, current)]),
    );
    $("columns").hidden ||= evidence.length === 0;
    count(complete);
    if (!evidence.length) $("listStatus").textContent = t().foundNone;
  } catch (failed) {
    if (mine === question) $("list").replaceChildren(el("p", failed.message, { className: "banner bad", role: "alert" }));
  }
}
/** The next page comes when its button comes into view, or is pressed. */
function moreButton(mine, current) {
  const button = el("button", t().more, { className: "more" });
  let busy = false;
  const more = async () => {
    if (busy || mine !== question) return;
    busy = true;
    try {
      const { evidence } = await get(query(shownItems.at(-1).id));
      if (mine !== question) return;
      shownItems.push(...evidence);
      button.before(...evidence.map(item => line(item, current)));
      const complete = evidence.length < PAGE;
      if (complete) {
        seen.disconnect();
        button.remove();
      }
      count(complete);
    } catch (failed) {
      $("listStatus").textContent = failed.message;
    }
    busy = false;
  };
  const seen = new IntersectionObserver(all => all.some(one => one.isIntersecting) && more(), { rootMargin: "200px" });
  button.onclick = more;
  seen.observe(button);
  return button;
}
const nameOf = id => shownItems.find(item => item.id === id)?.fileName || id;
/** What is done with all that is selected: the form is there as long as something is. */
function selection() {
  const place = $("many"),
    acts = $("manyActs");
  place.hidden = ticked.size === 0;
  acts.hidden = place.hidden;
  if (place.hidden) return;
  if (place.firstChild) {
    $("manyCount").textContent = t().tickedNow(ticked.size);
    return;
  }
  $("manyResults").replaceChildren();
  place.replaceChildren(
    el("b", t().tickedNow(ticked.size), { id: "manyCount" }),
    ...(may("LINK") ? linkMany(place) : []),
    el("button", t().tickAll, {
      type: "button",
      className: "quiet",
      onclick: () => {
        shownItems.forEach(item => ticked.add(item.id));
        all(".ticked input").forEach(box => {
          box.checked = true;
        });
        selection();
      },
    }),
    el("button", t().untick, {
      type: "button",
      className: "quiet",
      onclick: () => {
        ticked.clear();
        list();
      },
    }),
  );
  formsOf(acts);
}
async function formsOf(place) {
  const names = Object.fromEntries(shownItems.map(item => [item.id, item.fileName])),
    forms = await manyActs(
      async () => [...ticked],
      id => names[id] || nameOf(id),
      async () => {
        ticked.clear();
        await desk();
      },
    );
  if (may("REQUEST_EXPORT"))
    forms.push(
      exportForm(
        () => ({ evidence: [...ticked] }),
        () => {},
      ),
    );
  place.replaceChildren(...forms);
}
/** The fields that link all that is selected to a case, in one request. */
function linkMany(place) {
  const caseId = el("input", null, { required: true, size: 18 }),
    reason = el("input", null, { required: true, maxLength: 500 }),
    said = el("span", "", { className: "small", role: "status" }),
    button = el("button", t().attach, { className: "primary" });
  place.onsubmit = async event => {
    event.preventDefault();
    button.disabled = true;
    try {
      const ids = [...ticked],
        names = Object.fromEntries(ids.map(id => [id, nameOf(id)]));
      let /** @type {any[]} */ acts = [];
      const recorded = await post("/api/links", { act: "attach", evidence: ids, caseId: caseId.value, reason: reason.value }, answer => {
        acts = answer.acts;
      });
      ticked.clear();
      await desk();
      const refusals = Object.fromEntries(acts.filter(act => act.code).map(act => [act.evidenceId, `${act.code} ${act.detail}`]));
      showResults(
        ids.map(id => ({ id, recorded, refused: refusals[id] })),
        id => names[id],
      );
    } catch (failed) {
      said.className = "small bad";
      said.textContent = failed.message;
      button.disabled = false;
    }
  };
  return [el("label", t().case + " ", {}, caseId), el("label", t().reason + " ", {}, reason), button, said];
}
