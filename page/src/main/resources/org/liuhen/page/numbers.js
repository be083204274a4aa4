// Fields for case numbers: known numbers are proposed as they are typed, and one that nobody knows is named.
import { el, get, t } from "./core.js";

/** Each proposal is a search, which is on the record: not for every key that is pressed. */
const TYPING_MILLIS = 400;
const LETTERS_MIN = 2;
const PROPOSED = 10;
let fields = 0;

/** The cases of items that the reader may see, whose numbers begin so. @param {string} beginning @returns {Promise<string[]>} */
async function known(beginning) {
  const { cases } = await get(`/api/cases?${new URLSearchParams({ q: beginning, limit: String(PROPOSED) })}`);
  return cases.map(one => one.caseId);
}
/**
 * Proposes numbers in this field, which stands in the document already, and says beside it where no item that the reader may see has the number.
 * @param {any} field
 */
export function proposeCases(field) {
  const list = el("datalist", null, { id: `cases-${++fields}` }),
    said = el("span", "", { className: "small unknown", role: "status" });
  let waits = 0,
    mine = 0;
  field.setAttribute("list", list.id);
  field.autocomplete = "off";
  (field.closest("label") || field).after(list, said);
  field.addEventListener("input", () => {
    said.textContent = "";
    clearTimeout(waits);
    const now = ++mine,
      beginning = field.value.trim();
    if (beginning.length < LETTERS_MIN) return;
    waits = setTimeout(async () => {
      const found = await known(beginning).catch(() => []); // whoever types on needs no proposals
      if (now === mine) list.replaceChildren(...found.map(value => el("option", null, { value })));
    }, TYPING_MILLIS);
  });
  field.addEventListener("change", async () => {
    const number = field.value.trim();
    if (!number) return;
    const found = await known(number).catch(() => [number]);
    if (field.value.trim() === number) said.textContent = found.includes(number) ? "" : t().unknownCase;
  });
}
