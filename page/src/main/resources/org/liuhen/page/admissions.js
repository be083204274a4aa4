// Many people at once: an administrator proposes those of a table, and a second person approves those who are ticked.
import { el, here, notice, t } from "./core.js";
import { field, form, send } from "./forms.js";
import { unit } from "./names.js";
import { showOnce } from "./once.js";
import { rowsOf } from "./table.js";
import { words as languages } from "./words.js";

/** The columns of the table, by what the head may call them. */
const COLUMNS = {
  officerNo: ["officerNo", "警号"],
  name: ["name", "姓名"],
  unitCode: ["unitCode", "单位代码"],
  roles: ["roles", "角色"],
};
const NUMBER = /^[0-9A-Za-z_.@-]{1,64}$/;
const UNIT = /^[0-9A-Za-z]{0,12}$/;
/** Between the roles of one person in a cell. */
const BETWEEN = /[;；、,，/|]+/;

/** The code of a role that is written as code or by its name in one of the languages; null where there is none. @param {string} text */
function roleOf(text) {
  for (const words of Object.values(languages))
    for (const [code, name] of Object.entries(words.role)) if (text === code || text.toLowerCase() === name.toLowerCase()) return code;
  return null;
}
/**
 * The people of a table, and what is wrong with its rows. A table with a wrong row is sent as a whole or not at all.
 * @param {Record<string, string>[]} rows
 * @param {Set<string>} known numbers that are on the list or wait for approval
 * @returns {{ people: { officerNo: string, name: string, unitCode: string, roles: string[] }[], wrong: string[] }}
 */
export function peopleIn(rows, known) {
  const seen = new Set(known),
    people = [],
    wrong = [];
  rows.forEach((row, at) => {
    const names = row.roles
        .split(BETWEEN)
        .map(name => name.trim())
        .filter(Boolean),
      roles = [...new Set(names.map(roleOf))],
      says = [
        !NUMBER.test(row.officerNo) && t().badNumber,
        !row.name.trim() && t().noName,
        seen.has(row.officerNo) && (known.has(row.officerNo) ? t().knownNumber : t().twiceNumber),
        !UNIT.test(row.unitCode) && t().badUnit,
        names.length === 0 && t().oneRole,
        ...names.filter(name => !roleOf(name)).map(name => t().noRole(name)),
        roles.includes("administrator") && roles.length > 1 && t().adminAlone,
      ].filter(Boolean);
    seen.add(row.officerNo);
    if (says.length) wrong.push(t().inRow(at + 2, row.officerNo, says.join("；")));
    else people.push({ officerNo: row.officerNo, name: row.name.trim(), unitCode: row.unitCode, roles: /** @type {string[]} */ (roles) });
  });
  return { people, wrong };
}
/**
 * Does one act after the other. One that is refused stops no other one.
 * @template T
 * @param {T[]} all
 * @param {(one: T) => Promise<string | undefined>} act gives half of a password
 * @param {(one: T) => string} called whose it is
 * @param {(done: number) => void} tell
 * @returns {Promise<{ halves: string[], refused: string[] }>} a line for each
 */
async function each(all, act, called, tell) {
  const halves = [],
    refused = [];
  for (const [at, one] of all.entries()) {
    tell(at);
    try {
      const half = await act(one);
      if (half) halves.push(`${called(one)}  ${half}`);
    } catch (failed) {
      refused.push(`${called(one)}: ${failed.message}`);
    }
  }
  return { halves, refused };
}
/** A number with the name that is known of it. @param {any} one with `officerNo`, and `name` */
export const called = one => [one.officerNo, one.name].filter(Boolean).join(" ");
/** Shows the halves once, and what was refused below them. */
function tellAll(says, { halves, refused }, again) {
  const lines = refused.length ? [...(halves.length ? ["", ""] : []), t().refusedMany, ...refused] : [];
  if (halves.length || lines.length) showOnce({ says: halves.length ? says : t().nothingHappened, text: [...halves, ...lines].join("\n") });
  return again();
}
/** A form by which an administrator proposes everybody of a table. @param {any[]} people on the list @param {any[]} changes that wait */
export function admissions(people, changes, again) {
  const file = el("input", null, { type: "file", accept: ".csv,text/csv", required: true, id: "peopleFile" }),
    [whyLabel, why] = field("reason", { maxLength: 500 }),
    progress = el("span", "", { className: "small", role: "status" });
  const many = form(
    "importPeople",
    [
      el("p", t().peopleTable, { className: "small" }),
      el("pre", t().peopleExample, { className: "code" }),
      el("label", `${t().field.dispatchFile} `, {}, file),
      whyLabel,
      progress,
    ],
    async () => {
      const rows = await rowsOf(file.files[0], COLUMNS);
      if (!rows) throw new Error(t().peopleHead);
      const known = new Set([...people, ...changes].map(one => one.officerNo)),
        table = peopleIn(rows, known);
      if (table.wrong.length) throw new Error([t().nothingSent, ...table.wrong].join("\n"));
      const answers = await each(
        table.people,
        async one => (await send("/api/people", { ...one, reason: why.value })).passwordHalf,
        called,
        done => {
          progress.textContent = `${done} / ${table.people.length}`;
        },
      );
      notice(t().proposedMany(table.people.length - answers.refused.length));
      await tellAll(t().firstHalves, answers, again);
    },
  );
  return many;
}
/** A form by which a second person approves many admissions; nobody is ticked beforehand. Nothing where fewer than two wait. @param {any[]} changes @param {() => any} again @param {(number: string) => string} nameOf */
export function approvals(changes, again, nameOf) {
  const waiting = changes.filter(change => change.change === "admission");
  if (waiting.length < 2) return null;
  const boxes = waiting.map(() => el("input", null, { type: "checkbox" })),
    words = change =>
      ` ${called(change)} · ${change.roles.map(role => t().role[role] || role).join(here.language === "zh" ? "、" : ", ")} · `,
    lines = waiting.map((change, at) =>
      el("label", null, {}, boxes[at], words(change), change.unitCode ? unit(change.unitCode) : t().wholeSite, ` · ${change.reason}`),
    ),
    all = el("input", null, {
      type: "checkbox",
      onchange: () => {
        for (const box of boxes) box.checked = all.checked;
      },
    }),
    progress = el("span", "", { className: "small", role: "status" });
  return form(
    "approveMany",
    [
      el("p", t().knowHim, { className: "small" }),
      el("fieldset", null, { className: "people" }, el("legend", t().waiting), el("label", null, {}, all, ` ${t().all}`), ...lines),
      progress,
    ],
    async () => {
      const chosen = waiting.filter((_, at) => boxes[at].checked);
      if (!chosen.length) throw new Error(t().onePerson);
      const answers = await each(
        chosen,
        async change => (await send(`/api/people/changes/${change.changeId}/acts`, { act: "approve" })).passwordHalf,
        called,
        done => {
          progress.textContent = `${done} / ${chosen.length}`;
        },
      );
      notice(t().approvedMany(chosen.length - answers.refused.length));
      await tellAll(t().secondHalves([...new Set(chosen.map(change => nameOf(change.proposedBy)))].join("、")), answers, again);
    },
  );
}
