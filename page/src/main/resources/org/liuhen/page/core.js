// What every part of the page uses: elements, questions to the API, words, who is there.
import { saidTime, timeOfDay, writeFor } from "./format.js";
import { ended, sayIn, sending, sent } from "./typed.js";
import { words } from "./words.js";

const asked = new URLSearchParams(location.search);
/**
 * What is true of this page now: its language, the time zone of the site, who is signed in and how. A person is what `/api/session` answers.
 *
 * @type {{ language: "zh" | "en", zone: string, signIn: string, person: any }}
 */
export const here = {
  language: asked.get("lang") || localStorage.language || (navigator.language.startsWith("zh") ? "zh" : "en"),
  zone: "",
  signIn: "",
  person: null,
};
writeFor(here);
export const t = () => words[here.language];
/** The category of an item in words. @param {string} code */
export const categoryName = code => t().categories[code] || code;
/**
 * What of the law a category follows; the law is Chinese, so that its own words stand beside those of another language.
 * @param {string} source as the station says it @returns {any[]}
 */
export const lawOf = source =>
  t().laws[source] === source ? [source] : [`${t().laws[source] || ""} `, el("span", source, { className: "small", lang: "zh" })];
/** The element of this id, which stands in the page; of any kind. @type {(id: string) => any} */
export const $ = id => document.getElementById(id);
/** The elements of a CSS selector, of any kind. @type {(selector: string) => any[]} */
export const all = selector => [...document.querySelectorAll(selector)];
export const may = act => !!here.person && here.person.acts.includes(act);

/** An element with text; nothing from a file ever becomes markup. */
export function el(name, text, props = {}, ...children) {
  const e = Object.assign(document.createElement(name), props);
  if (text !== undefined && text !== null) e.textContent = text;
  e.append(...children.filter(Boolean));
  return e;
}
/** Who asks where nothing proves it: the number in the header of the page. */
const claimed = () => (here.signIn === "claimed" ? { "Liuhen-Officer": encodeURIComponent(here.person?.id || "") } : {});

/** Codes with several reasons: the server's detail, which is English, says which one it was. */
const SEVERAL_REASONS = new Set(["IN-105", "IN-153", "IN-159", "NT-106", "NT-107", "NT-108", "RV-105", "RV-118", "RV-121", "RV-124"]);
/** Why an item cannot be disposed of (RV-121), as the server says it. @type {[string, RegExp][]} */
const KEPT = [
  ["category", /nobody has put it into a category/],
  ["forEver", /its category keeps it for ever/],
  ["notSealed", /it is not sealed yet/],
  ["until", /it is kept until (\S+)/],
  ["open", /the case (.+) is open/],
  ["held", /it is held/],
  ["unit", /by your unit: (\S+) sent it/],
];
/** Why a password or a field was not taken (IN-153, IN-105), as the server says it, each with what stands for it in the reader's words. @type {[string, RegExp][]} */
const NOT_TAKEN = [
  ["password", /^A password has at least (\d+) characters, (\d+) different ones, and not your number in it/],
  ["number", /^officerNo has 1 to (\d+) letters, digits and _ \. @ -; unitCode at most (\d+) letters and digits/],
  ["noRole", /^There is no role (.*); there are /],
  ["roles", /^roles is a list of at least one role$/],
  ["administrator", /^An administrator sees no item: the role goes with no other one$/],
  ["why", /^reason (?:says in at most|has 1 to) (\d+) characters/],
  ["passkey", /^name is what you call the passkey, in at most (\d+) characters$/],
  ["present", /^password is your present one$/],
  ["serial", /^serial is missing: the serial number of the device$/],
  ["text", /^(\w+) has 1 to (\d+) characters, none of them control/],
];
function inWords(code, detail) {
  if (code === "IN-105" || code === "IN-153") {
    for (const [name, form] of NOT_TAKEN) {
      const found = form.exec(detail);
      if (found) return t().notTaken[name](...found.slice(1));
    }
    return detail;
  }
  const [reason, pattern] = (code === "RV-121" && KEPT.find(([, one]) => one.test(detail))) || [];
  const value = pattern?.exec(detail)?.[1];
  return reason ? t().kept[reason](reason === "until" ? saidTime(value) : value) : detail;
}
/** What clocks show in so many seconds. @param {number} seconds */
const clockIn = seconds => timeOfDay(new Date(Date.now() + seconds * 1000).toISOString());
/** How many passwords are looked at yet, or from when on again. @param {{ attemptsLeft?: number, waitSeconds?: number }} problem */
export const triesLeft = ({ attemptsLeft, waitSeconds }) =>
  attemptsLeft ? t().triesLeft(attemptsLeft) : waitSeconds ? t().againFrom(clockIn(waitSeconds)) : "";
/** A refusal (RFC 9457): its title comes in the reader's language, by Accept-Language. */
export class Refusal extends Error {
  constructor(status, problem) {
    const { code, title, detail } = problem;
    const says = !code
      ? title
      : here.language !== "zh"
        ? `${code}: ${detail}`
        : SEVERAL_REASONS.has(code)
          ? `${title}（${code}：${inWords(code, detail)}）`
          : `${title}（${code}）`;
    const next = triesLeft(problem);
    super(next ? `${says}${here.language === "zh" ? "。" : ". "}${next}` : says);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}
/** While the page asks by itself, and nobody did anything: that keeps no session awake. */
let unattended = 0;
/** Whether the page does something by itself just now. */
export const isAlone = () => unattended > 0;
export async function byItself(work) {
  unattended++;
  try {
    await work();
  } finally {
    unattended--;
  }
}
/** The station's answer, whatever it is; where it cannot be reached, that is said in the reader's language. */
export const reach = (path, options = {}) =>
  fetch(path, options).catch(failed => {
    throw failed instanceof TypeError ? new Error(t().noAnswer) : failed; // the browser says it in its own language
  });
/** Why something was refused; a proxy gives no reason. @param {Response} answer */
export const refusal = answer => answer.json().catch(() => ({ title: t().badAnswer(answer.status) }));
export async function ask(path, options = {}) {
  const alone = unattended > 0 ? { "Liuhen-Unattended": "1" } : {},
    asker = here.person;
  const answer = await reach(path, {
    ...options,
    headers: { "Accept-Language": here.language, ...claimed(), ...alone, ...options.headers },
  });
  if (!answer.ok) {
    const problem = await refusal(answer);
    // Of a session that has been followed by another one meanwhile, it says nothing.
    if (problem.code === "IN-150" && here.person && here.person === asker) {
      here.person = null;
      document.dispatchEvent(new CustomEvent("signed-out"));
    }
    throw new Refusal(answer.status, problem);
  }
  return answer;
}
export const get = async (path, options) => (await ask(path, options)).json();
/** An act; it is on the record when this returns true, and on its way there when it returns false. */
export async function post(path, body, hear = _answer => {}) {
  const answer = await ask(path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() },
  });
  hear(await answer.json());
  return answer.status === 200;
}
/** An address that a browser opens by itself, with the name of the one who asks where nothing proves it. */
export const link = path =>
  here.signIn === "claimed" ? `${path}${path.includes("?") ? "&" : "?"}officer=${encodeURIComponent(here.person?.id || "")}` : path;
export { localTime as time, saidTime, size } from "./format.js";
export const trouble = failed => el("p", failed.message, { className: "banner bad", role: "alert" });
export const percent = (n, of) => (of ? `${n} (${Math.round((100 * n) / of)} %)` : "–");
export function svg(name, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}
/**
 * Gives whether the page still shows what it showed when this was called: the same address for the same person. An answer that comes later than
 * that is drawn nowhere: another view is there by now, or the form to sign in.
 */
export function standing() {
  const address = location.hash,
    person = here.person;
  return () => location.hash === address && here.person === person;
}
export const go = place => {
  if (location.hash === place) window.dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = place;
};

/** Whether a finger or a button of the mouse is down; what is drawn anew before it is up loses the click. */
let pressed = false;
addEventListener("pointerdown", () => (pressed = true), true);
// A menu of the browser or of the system may take the end of a press; whoever types has let go.
for (const end of ["pointerup", "pointercancel", "keydown"]) addEventListener(end, () => (pressed = false), true);
/** Days that were typed and are not taken yet. @type {Set<() => void>} */
const typedDays = new Set();
function takeTyped() {
  for (const take of typedDays) {
    typedDays.delete(take);
    take();
  }
}
/** The first and the last day that a field takes: a year that is half typed is before the first one. */
const FIRST_DAY = "1900-01-01",
  LAST_DAY = "9999-12-31";
/** Keys that type a day into a field; others open its calendar or leave it. */
const TYPES = /^(\d|Backspace|Delete|ArrowUp|ArrowDown)$/;

/** Whether a field has a whole day or none; else it says beside itself what belongs there. @param {any} input of the type date */
export function hasDay(input) {
  const { value } = input,
    good = !input.validity?.badInput && (!value || (value.length === LAST_DAY.length && value >= FIRST_DAY && value <= LAST_DAY));
  const label = input.closest("label") || input; // words in a label are part of the field's name
  let said = label.nextElementSibling;
  if (!said?.classList.contains("noDay")) {
    if (good) return true;
    said = el("span", "", { id: `day-${crypto.randomUUID()}`, className: "small bad noDay", role: "alert" });
    label.after(said);
    input.setAttribute("aria-describedby", said.id);
  }
  said.textContent = good ? "" : t().dayIs;
  return good;
}
/** A field for a day, which says itself what belongs there, and not in the language of the browser. @param {any} input of the type date */
export function dayField(input = el("input", null, { type: "date" })) {
  input.min = FIRST_DAY;
  input.max = LAST_DAY;
  input.onblur = () => hasDay(input);
  input.oninvalid = event => {
    event.preventDefault();
    hasDay(input);
    if ((input.form?.querySelector("input:invalid") || input) === input) input.focus(); // of several, the first
  };
  return input;
}
/**
 * Takes the day of a field at once where it is chosen from a calendar; one that is typed when Enter is pressed or the field is left for something
 * that is no day: each of its digits is a change, and a year begins as 0002, 0020, 0202. Where a click leaves the field, it comes first, and
 * where it leads elsewhere, the day is not taken.
 * @param {any} input of the type date @param {() => any} take
 */
export function takeDay(input, take) {
  let typed = false,
    taken = input.value;
  dayField(input);
  const now = () => {
    typed = false;
    if (!input.isConnected || !hasDay(input) || input.value === taken) return;
    taken = input.value;
    take();
  };
  const takeNow = () => {
    typedDays.add(now);
    takeTyped();
  };
  input.onfocus = () => {
    if (!typedDays.has(now)) taken = input.value; // the address may have said another day meanwhile
  };
  input.onkeydown = event => {
    if (event.key === "Enter") takeNow();
    else if (TYPES.test(event.key) && !event.altKey) typed = true;
  };
  input.onchange = () => typed || takeNow();
  input.onblur = event => {
    typedDays.add(now);
    if (event?.relatedTarget?.type === "date") return;
    if (!pressed) {
      takeTyped();
      return;
    }
    const address = location.hash,
      later = () => setTimeout(() => (location.hash === address ? takeTyped() : typedDays.clear()));
    addEventListener("pointerup", later, { once: true });
  };
}

const NOTICE_MILLIS = 8000;
let silence = 0;
/**
 * Says for a while what was done: above every view, which may be drawn anew meanwhile.
 * @param {string} words @param {{ href: string, text: string }} [next] where to see how it goes on
 */
export function notice(words, next, bad = false) {
  if (!$("notice")) document.body.append(el("div", null, { id: "notice", role: "status" }));
  $("notice").className = bad ? "bad" : "";
  $("notice").replaceChildren(words, ...(next ? [" ", el("a", next.text, { href: next.href })] : []));
  clearTimeout(silence);
  silence = Number(setTimeout(() => $("notice").replaceChildren(), NOTICE_MILLIS));
}
/** Says why the act of a form was refused: in it, or where the view with it was left. @param {HTMLElement} form @param {string} act its name @param {string} why */
export function sayRefused(form, act, why) {
  if (!sayIn(form, why).isConnected) notice(`${act} · ${why}`, undefined, true);
}
/** Offers values for an input; anything else can be written, too. */
function suggest(form, input, values) {
  const list = el("datalist", null, { id: `suggest-${crypto.randomUUID()}` });
  list.append(...Object.entries(values).map(([value, text]) => el("option", text, { value })));
  input.setAttribute("list", list.id);
  form.append(list);
}
/** A button that shows what is typed into a field for a secret, so that no slip of a finger stays in it, and hides it again. */
export function reveal(input) {
  const button = el("button", t().reveal, { type: "button", className: "quiet" }),
    turn = shown => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? t().conceal : t().reveal;
      button.setAttribute("aria-pressed", String(shown));
    };
  button.onclick = () => turn(input.type === "password");
  return button;
}
/**
 * A form that opens under its name, asks for these fields, and does one act.
 * @param {(values: any) => any} act gives whether the record has decided already, or what has come of it in words
 */
export function actForm(name, fields, act, after) {
  const form = el("form"),
    said = el("span", "", { className: "small said", role: "status" });
  const inputs = Object.fromEntries(
    fields.map(field => {
      const label = t().field[field.name],
        input = field.choices
          ? el("select", null, {}, ...Object.entries(field.choices).map(([value, text]) => el("option", text, { value })))
          : field.name === "due"
            ? dayField()
            : el("input", null, { required: !field.optional, maxLength: 500, value: field.value || "" });
      form.append(el("label", label + " ", {}, input));
      if (field.suggestions) suggest(form, input, field.suggestions);
      field.proposes?.(input);
      if (field.says) {
        const note = el("span", field.says(input.value || Object.keys(field.choices)[0]), { className: "small", role: "status" });
        input.onchange = () => {
          note.textContent = field.says(input.value);
        };
        form.append(note);
      }
      return [field.name, input];
    }),
  );
  const button = el("button", t().act[name]),
    means = t().actMeans[name];
  form.append(button, said, ...(means ? [el("p", means, { className: "small" })] : []));
  form.onsubmit = async event => {
    event.preventDefault();
    sending(form);
    try {
      const recorded = await act(Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, input.value.trim()])));
      const outcome = typeof recorded === "object" ? recorded : { words: recorded ? t().done : t().later, bad: false };
      sayIn(form, outcome.words, outcome.bad);
      notice(`${t().act[name]} · ${outcome.words}`, undefined, outcome.bad);
      sent(form);
      await after();
    } catch (failed) {
      sayRefused(form, t().act[name], failed.message);
      ended(form);
    }
  };
  const details = el("details", null, { className: "act" }, el("summary", t().act[name]), form);
  details.dataset.act = name;
  return details;
}
