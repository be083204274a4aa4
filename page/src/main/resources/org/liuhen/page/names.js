// Names beside numbers: of people, where the station has a list of its people, and of units.
import { byItself, el, get, t } from "./core.js";

/** As many numbers are in one question; the station takes no more. */
const ASKED_MAX = 100;
let fields = 0;
/** The name of each number that was asked for; an empty one where the list has none. @type {Map<string, string>} */
const names = new Map();
/** Places in the document that wait for a name. @type {Map<string, any[]>} */
const waiting = new Map();

/** Places where the name comes before the number, as on papers. @type {WeakSet<any>} */
const nameFirst = new WeakSet();
const write = (place, number) => {
  const name = names.get(number);
  if (!name) return;
  place.textContent = nameFirst.has(place) ? `${name} ${number}` : `${number} ${name}`;
  if (place.parentElement?.className === "mention") place.parentElement.className = "mention named"; // somebody has this number
};
async function ask() {
  const all = [...waiting.keys()],
    places = new Map(waiting);
  waiting.clear();
  for (let at = 0; at < all.length; at += ASKED_MAX) {
    const some = all.slice(at, at + ASKED_MAX);
    try {
      const { people } = await get(`/api/names?${new URLSearchParams(some.map(number => ["of", number]))}`);
      for (const number of some) names.set(number, people[number] || "");
      for (const number of some) for (const place of places.get(number) || []) write(place, number);
    } catch {
      /* the numbers stand there already */
    }
  }
}
/** Writes the name beside the number that this element has, as soon as the station has said it; gives the element. @param {any} place @param {string} number */
export function named(place, number) {
  if (!number) return place;
  if (names.has(number)) write(place, number);
  else {
    if (waiting.size === 0) queueMicrotask(() => byItself(ask)); // all of a list at once; nobody asked for it by hand
    waiting.set(number, [...(waiting.get(number) || []), place]);
  }
  return place;
}
/** A number, with the name of its person. @param {string} number */
export const person = number => named(el("span", number), number);
/** As `person`, with the name first: so papers name people. @param {string} number */
export function nameAndNumber(number) {
  const place = el("span", number);
  nameFirst.add(place);
  return named(place, number);
}
/** What is drawn of each of these, with a comma of the reader's language between them. @param {any[]} all @param {(one: any) => any} parts one or more @returns {any[]} */
export const inLine = (all, parts) => all.flatMap((one, at) => [at ? t().listed(["", ""]) : "", ...[parts(one)].flat()]);
/** These people, with a comma of the reader's language between them. @param {string[]} numbers @returns {any[]} */
export const persons = numbers => inLine(numbers, person);
/** As many people are named by one note; the station takes no more. */
const NAMED_MAX = 20;
/** What names a person in a note: the number after an at sign. The station reads it in the same way (NamedPeople). */
const NAMED = /(^|[^\w.@＠-])[@＠]([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?![\w@＠])/g;
function mention(number) {
  const place = person(number),
    whole = el("span", null, { className: "mention" }, "@", place);
  if (names.has(number)) write(place, number);
  return whole;
}
/** The words of a note, with the name beside the number of each person whom they name. @param {string} words @returns {any[]} */
export function withNames(words) {
  const parts = [],
    named = new Set();
  let at = 0;
  for (const found of words.matchAll(NAMED)) {
    if (!named.has(found[2]) && named.size === NAMED_MAX) break;
    named.add(found[2]);
    const begin = found.index + found[1].length;
    if (begin > at) parts.push(words.slice(at, begin));
    parts.push(mention(found[2]));
    at = found.index + found[0].length;
  }
  if (at < words.length) parts.push(words.slice(at));
  return parts;
}
/** Whether these words name this person. @param {string} words @param {string | undefined} number */
export const doName = (words, number) => [...words.matchAll(NAMED)].some(found => found[2] === number);
/** What stands after the at sign before the cursor: the beginning of a number, or a part of a name. @param {string} before @returns {string} */
export const naming = before => /(?:^|[^\w.@＠-])[@＠]([\p{L}\p{N}_.·-]{1,32})$/u.exec(before)?.[1] || "";
const TYPING_MILLIS = 300;
/** Proposes people below this field, which stands in the document already, while something is typed after an at sign. @param {any} field */
export function proposePeople(field) {
  const list = el("span", null, { className: "proposed", role: "group", ariaLabel: t().naming });
  let asked = 0,
    waits = 0;
  (field.closest("label") || field).after(list);
  field.addEventListener("keydown", event => {
    const first = list.querySelector("button");
    if (!first || event.isComposing) return; // Enter may end what a Chinese input method composes
    if (event.key === "Enter") first.click();
    else if (event.key === "ArrowDown") first.focus();
    else if (event.key === "Escape") list.replaceChildren();
    else return;
    event.preventDefault(); // what is typed is not sent yet
  });
  list.addEventListener("keydown", event => {
    const all = [...list.children],
      to = all.indexOf(document.activeElement) + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] || 0);
    if (event.key === "Escape") {
      event.stopPropagation(); // it closes the proposals, not the item
      list.replaceChildren();
      field.focus();
      return;
    }
    if (!["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    (all[to] || field).focus();
  });
  const choose = (number, part) => {
    const at = field.selectionStart ?? field.value.length,
      before = field.value.slice(0, at - part.length);
    field.value = `${before}${number} ${field.value.slice(at).trimStart()}`;
    list.replaceChildren();
    field.focus();
    field.setSelectionRange(before.length + number.length + 1, before.length + number.length + 1);
  };
  field.addEventListener("input", () => {
    clearTimeout(waits);
    list.replaceChildren(); // they were for what stood there before
    const now = ++asked,
      part = naming(field.value.slice(0, field.selectionStart ?? undefined));
    if (!part) return;
    waits = setTimeout(async () => {
      const { people } = await get(`/api/names?${new URLSearchParams({ like: part })}`).catch(() => ({ people: {} })); // whoever types on needs none
      if (now !== asked) return;
      list.replaceChildren(
        ...Object.entries(people).map(([number, name]) =>
          el("button", `${name} ${number}`.trim(), { type: "button", className: "quiet", onclick: () => choose(number, part) }),
        ),
      );
    }, TYPING_MILLIS);
  });
}
/** Proposes people in this field, which takes a number: by its beginning, or by a part of the name. */
export function proposeNumber(field) {
  const list = el("datalist", null, { id: `people-${++fields}` });
  field.setAttribute("list", list.id);
  field.after(list);
  let asked = 0,
    waits = 0;
  field.addEventListener("input", () => {
    clearTimeout(waits);
    const now = ++asked,
      part = field.value.trim();
    if (!part || [...list.children].some(option => option.value === part)) return; // one was chosen
    waits = setTimeout(async () => {
      const { people } = await get(`/api/names?${new URLSearchParams({ like: part })}`).catch(() => ({ people: {} })); // whoever types on needs none
      if (now === asked)
        list.replaceChildren(...Object.entries(people).map(([value, name]) => el("option", `${name} ${value}`.trim(), { value })));
    }, TYPING_MILLIS);
  });
}
/** The names of units by their codes. @type {Promise<Map<string, string>> | null} */
let units = null;
/** The names of the units, by their codes: asked for once, and again where that failed. @returns {Promise<Map<string, string>>} */
export function unitNames() {
  units ||= get("/api/unit-names").then(
    answer => new Map(answer.units.map(unit => [unit.unitCode, unit.unitName])),
    failed => {
      forgetUnits();
      throw failed;
    },
  );
  return units;
}
export const forgetUnits = () => {
  units = null;
};
/** The code of a unit, with its name as soon as the station has said it. @param {string} code */
export function unit(code) {
  const place = el("span", code);
  if (code)
    byItself(async () => {
      try {
        const name = (await unitNames()).get(code);
        if (name) place.textContent = `${name} ${code}`;
      } catch {
        forgetUnits(); // the code stands there already
      }
    });
  return place;
}
/** Proposes the units that have a name in this field. */
export function proposeUnits(field) {
  const list = el("datalist", null, { id: `units-${++fields}` });
  field.setAttribute("list", list.id);
  field.after(list);
  const fill = () =>
    byItself(async () => {
      const all = await unitNames().catch(() => new Map());
      list.replaceChildren(...[...all].map(([value, label]) => el("option", label, { value })));
    });
  field.addEventListener("focus", fill, { once: true }); // the form stands there before anybody has signed in
}
/** Forgets the names: another person may know fewer. */
export const forgetNames = () => {
  names.clear();
  forgetUnits();
};
