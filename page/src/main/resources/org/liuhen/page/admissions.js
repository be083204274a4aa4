// Many people at once: an administrator proposes those of a table, and a second person approves those who are ticked.
import { el, get, here, notice, t } from "./core.js";
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
/** As many people whose name the table has otherwise are named. */
const NAMED_MAX = 10;
/** Between the roles of one person in a cell. */
const BETWEEN = /[;；、,，/|]+/;

/** The code of a role that is written as code or by its name in one of the languages; null where there is none. @param {string} text */
function roleOf(text) {
  for (const words of Object.values(languages))
    for (const [code, name] of Object.entries(words.role)) if (text === code || text.toLowerCase() === name.toLowerCase()) return code;
  return null;
}
/** The names of roles. @param {string[]} roles */
export const named = roles => roles.map(role => t().role[role] || role).join(here.language === "zh" ? "、" : ", ");
/** The unit of this code, as a text or a node. */
export const unitOf = code => (code ? unit(code) : t().wholeSite);
/** @param {string[]} one @param {string[]} other */
const sameRoles = (one, other) => [...one].sort().join() === [...other].sort().join();
const same = (one, other) => (one.unitCode || "") === (other.unitCode || "") && sameRoles(one.roles, other.roles);
/**
 * What a change does to unit and roles, as texts and nodes: what was and what will be.
 * @param {{ unitCode: string, roles: string[] } | undefined} was undefined where it is not known @param {{ unitCode: string, roles: string[] }} will
 */
export function difference(was, will) {
  if (!was) return [unitOf(will.unitCode), ` · ${named(will.roles)}`];
  const parts = [];
  if ((was.unitCode || "") !== (will.unitCode || "")) parts.push([`${t().unit} `, unitOf(was.unitCode), " → ", unitOf(will.unitCode)]);
  if (!sameRoles(was.roles, will.roles)) parts.push([`${t().roles} ${named(was.roles)} → ${named(will.roles)}`]);
  return parts.length ? parts.flatMap((part, at) => (at ? [" · ", ...part] : part)) : [t().asItIs];
}
/** A number or code without the zeros that a spreadsheet takes away. @param {string} number */
const withoutZeros = number => number.replace(/^0+(?=.)/, "");
/** Whom and which units a row may mean, as far as they are known: on the list, waiting for admission, or in the rows before. */
function knownOnes(known) {
  const numbers = new Map(),
    names = new Map(),
    units = new Map(),
    add = one => {
      if (!numbers.has(withoutZeros(one.officerNo))) numbers.set(withoutZeros(one.officerNo), one.officerNo);
      if (one.name && !names.has(one.name)) names.set(one.name, one);
      if (one.unitCode) units.set(withoutZeros(one.unitCode), (units.get(withoutZeros(one.unitCode)) || new Set()).add(one.unitCode));
    };
  known.forEach(add);
  /**
   * Why a row may mean somebody or something else: each in words.
   * @param {InTable} one @param {any} was undefined for who is new
   */
  const doubts = (one, was) => {
    const number = !was && numbers.get(withoutZeros(one.officerNo)),
      sameName = !was && !number && one.name && names.get(one.name),
      codes = units.get(withoutZeros(one.unitCode)),
      code = codes && !codes.has(one.unitCode) && [...codes][0];
    return [number && t().zerosOf(number), sameName && t().nameListed(called(sameName)), code && t().unitZeros(one.unitCode, code)].filter(
      Boolean,
    );
  };
  return { add, doubts };
}
/**
 * What a table does: whom it admits, whose unit or roles it changes, and what is wrong with its rows. A table with a wrong row is sent as a whole or
 * not at all. Who is on the list and not in the table stays there, a cell that is empty keeps what the list has, and nobody's name changes.
 * @param {Record<string, string>[]} rows
 * @param {any[]} people on the list
 * @param {any[]} changes that wait for approval
 * @typedef {{ officerNo: string, name: string, unitCode: string, roles: string[] }} InTable
 * @typedef {InTable & { was?: any, doubts: string[] }} Planned
 * @typedef {{ admitted: Planned[], changed: Planned[], asTheyAre: number, wait: number, others: string[], names: string[], wrong: string[] }} Plan
 *   `others` are as the table says, while another change of them waits
 * @returns {Plan}
 */
export function peopleIn(rows, people, changes) {
  const listed = new Map(people.map(one => [one.officerNo, one])),
    waiting = new Map(changes.map(one => [one.officerNo, one])),
    seen = new Set(),
    /** @type {Plan} */
    plan = { admitted: [], changed: [], asTheyAre: 0, wait: 0, others: [], names: [], wrong: [] },
    known = knownOnes([...people, ...changes.filter(change => !listed.has(change.officerNo))]);
  rows.forEach((row, at) => {
    const words = row.roles
        .split(BETWEEN)
        .map(name => name.trim())
        .filter(Boolean),
      was = listed.get(row.officerNo),
      roles = /** @type {string[]} */ (words.length || !was ? [...new Set(words.map(roleOf))].filter(Boolean) : was.roles),
      one = { officerNo: row.officerNo, name: row.name.trim(), unitCode: row.unitCode || was?.unitCode || "", roles },
      waits = waiting.get(row.officerNo),
      proposed = waits?.roles && same(waits, one),
      says = [
        !NUMBER.test(row.officerNo) && t().badNumber,
        !was && !one.name && t().noName,
        seen.has(row.officerNo) && t().twiceNumber,
        !UNIT.test(row.unitCode) && t().badUnit,
        !was && words.length === 0 && t().oneRole,
        ...words.filter(name => !roleOf(name)).map(name => t().noRole(name)),
        roles.includes("administrator") && roles.length > 1 && t().adminAlone,
        waits && !proposed && !(was && same(was, one)) && t().otherWaits,
      ].filter(Boolean);
    seen.add(row.officerNo);
    if (says.length) plan.wrong.push(t().inRow(at + 2, row.officerNo, says.join("；")));
    else if (proposed) plan.wait++;
    else if (!was) {
      plan.admitted.push({ ...one, doubts: known.doubts(one, was) });
      known.add(one); // two rows may mean the same
    } else {
      if (one.name && one.name !== (was.name || "")) plan.names.push(called(was));
      if (same(was, one)) {
        plan.asTheyAre++;
        if (waits) plan.others.push(called(was));
      } else
        plan.changed.push({
          ...one,
          name: was.name || "",
          was: { unitCode: was.unitCode, roles: was.roles },
          doubts: known.doubts(one, was),
        });
    }
  });
  return plan;
}
/** What a table would do, said before it is done. @param {Plan} plan */
function foretold(plan) {
  const { admitted, changed, asTheyAre, wait, others, names } = plan,
    doubtful = [...admitted, ...changed].filter(one => one.doubts.length).length,
    some = (says, all) => (all.length ? [el("p", says(all.length, t().listed(all.slice(0, NAMED_MAX)), all.length > NAMED_MAX))] : []),
    line = one =>
      el(
        "li",
        null,
        {},
        el("b", called(one)),
        el("span", null, {}, ...difference(one.was, one)),
        ...one.doubts.map(doubt => el("span", doubt, { className: "bad" })),
      ),
    list = (change, all) =>
      all.length
        ? [
            el("p", t().change[change], { className: "small" }),
            el(
              "ul",
              null,
              { className: "results", tabIndex: 0, ariaLabel: t().change[change] },
              ...[...all].sort((one, other) => Number(other.doubts.length > 0) - Number(one.doubts.length > 0)).map(line),
            ),
          ]
        : [];
  return [
    el("p", t().tableDoes(admitted.length, changed.length, asTheyAre, wait), { className: "sentence" }),
    ...(doubtful ? [el("p", t().doubtful(doubtful), { className: "bad" })] : []),
    ...some(t().othersWait, others),
    ...some(t().namesStay, names),
    ...list("admission", admitted),
    ...list("roles", changed),
  ];
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
/** Shows the halves once, and what was refused below them. @param {string} says @param {{ halves: string[], refused: string[] }} answers @param {number} tried how many acts there were @param {() => any} again */
function tellAll(says, { halves, refused }, tried, again) {
  const lines = refused.length ? [...(halves.length ? ["", ""] : []), t().refusedMany, ...refused] : [],
    none = refused.length === tried ? t().nothingHappened : t().someHappened(tried - refused.length);
  if (halves.length || lines.length) showOnce({ says: halves.length ? says : none, text: [...halves, ...lines].join("\n") });
  return again();
}
/**
 * A form by which an administrator proposes what a table says: admissions, and other units and roles of those who are on the list. What it would do
 * is said when the table is chosen, and said again instead of done where the list is another one by then.
 * @param {any[]} people on the list @param {any[]} changes that wait
 */
export function admissions(people, changes, again) {
  const file = el("input", null, { type: "file", accept: ".csv,text/csv", required: true, id: "peopleFile" }),
    [whyLabel, why] = field("reason", { maxLength: 500 }),
    foresaid = el("div", null, { id: "peoplePlan", role: "status" }),
    progress = el("span", "", { className: "small", role: "status" });
  let read = 0,
    said = "";
  /** What the table in the field does; throws where it is none. */
  const planOf = async list => {
    const rows = await rowsOf(file.files[0], COLUMNS);
    if (!rows) throw new Error(t().peopleHead);
    const plan = peopleIn(rows, list.people, list.changes);
    if (plan.wrong.length) throw new Error([t().nothingSent, ...plan.wrong].join("\n"));
    return plan;
  };
  const tell = plan => {
    said = JSON.stringify(plan);
    foresaid.replaceChildren(...foretold(plan));
  };
  file.onchange = async () => {
    const mine = ++read;
    said = "";
    foresaid.replaceChildren();
    if (!file.files[0]) return;
    try {
      const plan = await planOf({ people, changes });
      if (mine === read) tell(plan);
    } catch (failed) {
      if (mine === read) foresaid.replaceChildren(el("p", failed.message, { className: "bad", role: "alert" }));
    }
  };
  return form(
    "importPeople",
    [
      el("p", t().peopleTable, { className: "small" }),
      el("pre", t().peopleExample, { className: "code" }),
      el("label", `${t().field.dispatchFile} `, {}, file),
      foresaid,
      whyLabel,
      progress,
    ],
    async () => {
      const before = said,
        plan = await planOf(await get("/api/people"));
      tell(plan);
      if (said !== before) throw new Error(t().lookAgain);
      const all = [...plan.admitted, ...plan.changed];
      if (!all.length) throw new Error(plan.wait || plan.names.length || plan.others.length ? t().nothingLeft : t().nothingToPropose);
      const answers = await each(
        all,
        async ({ officerNo, name, unitCode, roles }) =>
          (await send("/api/people", { officerNo, name, unitCode, roles, reason: why.value })).passwordHalf,
        called,
        done => {
          progress.textContent = `${done} / ${all.length}`;
        },
      );
      notice(t().proposedMany(all.length - answers.refused.length));
      await tellAll(t().firstHalves, answers, all.length, again);
    },
  );
}
/**
 * A form by which a second person approves many admissions and changes of unit and roles, each with what was and what will be; nobody is ticked
 * beforehand. Nothing where fewer than two wait.
 * @param {any[]} changes @param {() => any} again @param {(number: string) => string} nameOf @param {any[]} people on the list
 */
export function approvals(changes, again, nameOf, people) {
  const waiting = changes.filter(change => change.roles);
  if (waiting.length < 2) return null;
  const boxes = waiting.map(change => el("input", null, { type: "checkbox", value: change.changeId })),
    /** By the name on the list: a proposal may have come with any. */
    whom = change => called(people.find(one => one.officerNo === change.officerNo) || change),
    lines = waiting.map((change, at) =>
      el(
        "label",
        null,
        {},
        boxes[at],
        ` ${whom(change)} · ${t().change[change.change]} · `,
        ...difference(wasOf(change, people), change),
        ` · ${change.reason}`,
      ),
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
        whom,
        done => {
          progress.textContent = `${done} / ${chosen.length}`;
        },
      );
      notice(t().approvedMany(chosen.length - answers.refused.length));
      const proposers = new Set(chosen.filter(change => change.change === "admission").map(change => nameOf(change.proposedBy)));
      await tellAll(t().secondHalves(t().listed([...proposers])), answers, chosen.length, again);
    },
  );
}
/** Whom a change of unit and roles is about, as the list has them now; undefined for an admission. @param {any} change @param {any[]} people */
export const wasOf = (change, people) => (change.change === "roles" ? people.find(one => one.officerNo === change.officerNo) : undefined);
