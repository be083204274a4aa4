// Names beside numbers: of people, where the station has a list of its people, and of units.
import { byItself, el, get } from "./core.js";

/** As many numbers are in one question; the station takes no more. */
const ASKED_MAX = 100;
let fields = 0;
/** The name of each number that was asked for; an empty one where the list has none. @type {Map<string, string>} */
const names = new Map();
/** Places in the document that wait for a name. @type {Map<string, any[]>} */
const waiting = new Map();

const write = (place, number) => {
  if (names.get(number)) place.textContent = `${number} ${names.get(number)}`;
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
/** A number, with the name of its person as soon as the station has said it. @param {string} number */
export function person(number) {
  const place = el("span", number);
  if (!number) return place;
  if (names.has(number)) write(place, number);
  else {
    if (waiting.size === 0) queueMicrotask(() => byItself(ask)); // all of a list at once; nobody asked for it by hand
    waiting.set(number, [...(waiting.get(number) || []), place]);
  }
  return place;
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
