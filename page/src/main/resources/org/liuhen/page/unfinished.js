// The names of files on their way, kept in the browser: what a closed page or a crash broke off is named when its person is back.

/**
 * A file of which its page has said nothing for so long is on its way no more: that page was closed, or the browser died. A browser lets a page that
 * nobody sees do something once in a minute.
 */
export const SILENT_MILLIS = 150000;
/** A page says so often that its files are on their way. */
export const SAYS_MILLIS = 10000;
/** So long a station keeps what came of an upload. */
const KEPT_MILLIS = 7 * 24 * 3600 * 1000;
const KEPT_MAX = 200;

/** @typedef {{ id: string, name: string, size: number, begun: number, at: number }} Unfinished */
const place = person => `unfinished ${person}`;
/** @param {string} person @returns {Unfinished[]} */
function all(person) {
  try {
    const kept = JSON.parse(localStorage[place(person)] || "[]");
    return Array.isArray(kept) ? kept.filter(one => one?.id && Date.now() - one.begun < KEPT_MILLIS) : [];
  } catch {
    return []; // somebody else wrote there
  }
}
/** @param {string} person @param {Unfinished[]} files */
function keep(person, files) {
  try {
    if (files.length) localStorage[place(person)] = JSON.stringify(files.slice(-KEPT_MAX));
    else delete localStorage[place(person)];
  } catch {
    // the browser keeps nothing here, or nothing more: the upload goes on all the same
  }
}
/** A file of this person begins its way; gives the ID of that. @param {string} person @param {{ name: string, size: number }} file */
export function began(person, file) {
  const id = crypto.randomUUID(),
    now = Date.now();
  keep(person, [...all(person), { id, name: file.name, size: file.size, begun: now, at: now }]);
  return id;
}
/** Its way is over, or nobody wants to hear of it any more. @param {string} person @param {string} id */
export const over = (person, id) =>
  keep(
    person,
    all(person).filter(one => one.id !== id),
  );
/** These are on their way still; or are not, as their page is being closed. @param {string} person @param {Set<string>} ids */
export const underway = (person, ids, at = Date.now()) =>
  keep(
    person,
    all(person).map(one => (ids.has(one.id) ? { ...one, at } : one)),
  );
/** Those of this person that are on no page any more, and those that may be. @param {string} person @returns {{ broken: Unfinished[], others: Unfinished[] }} */
export function unfinished(person) {
  const broken = [],
    others = [];
  for (const one of all(person)) (Date.now() - one.at > SILENT_MILLIS ? broken : others).push(one);
  return { broken, others };
}
