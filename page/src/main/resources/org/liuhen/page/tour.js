// A short tour for who signs in for the first time on a browser: what is where, beside the part that it speaks of. The help shows it again.
import { $, all, el, here, t } from "./core.js";

/** The steps, in their order, each with the place that it speaks of. */
const PLACES = {
  upload: "#drop",
  handovers: '#views a[href="#/handovers"]',
  gaps: '#views a[href="#/gaps"]',
  units: '#views a[href="#/units"]',
  desk: "#piles",
  list: "#list",
  verify: "#list",
  exports: '#views a[href="#/exports"]',
  record: '#views a[href="#/record"]',
  people: '#views a[href="#/people"]',
  devices: '#views a[href="#/devices"]',
};
const HELP = "#help";
const STEPS_MAX = 5;
/** @type {Record<string, string[]>} */
const OF_ROLE = {
  officer: ["upload", "list", "desk"],
  "case-officer": ["upload", "list", "desk", "exports"],
  "legal-officer": ["gaps", "desk", "list"],
  supervisor: ["gaps", "units", "desk"],
  approver: ["exports", "desk"],
  prosecutor: ["handovers", "verify"],
  auditor: ["list", "record"],
  administrator: ["people", "devices"],
};
const GAP = 10;
/** What is drawn anew meanwhile is found again. */
const PLACE_EVERY_MILLIS = 250;

/** What the tour of somebody with these roles shows, the way to the help last. @param {string[]} roles @returns {string[]} */
export function stepsOf(roles) {
  const wanted = new Set(roles.flatMap(role => OF_ROLE[role] || []));
  return [
    ...Object.keys(PLACES)
      .filter(step => wanted.has(step))
      .slice(0, STEPS_MAX - 1),
    "help",
  ];
}
/**
 * Where the tour stands beside the place: to the right of an entry of the menu, or under it, or over it, or in it where it fills the window.
 * @param {{ left: number, right: number, top: number, bottom: number }} of the place @param {{ width: number, height: number }} box the tour
 * @param {{ width: number, height: number }} view the window
 */
export function beside(of, box, view) {
  const right = of.right - of.left < view.width / 4 && of.right + GAP + box.width <= view.width - GAP,
    under = of.bottom + GAP,
    over = of.top - GAP - box.height,
    top = right ? of.top : under + box.height <= view.height - GAP ? under : over >= GAP ? over : of.top + 4 * GAP;
  return {
    left: Math.max(GAP, Math.min(right ? of.right + GAP : of.left, view.width - box.width - GAP)),
    top: Math.max(GAP, Math.min(top, view.height - box.height - GAP)),
  };
}
const key = () => `tour ${here.person?.id}`;
let asked = false, // from the help
  over = false, // for as long as this page is open
  at = 0;
/** @type {(() => void) | null} closes it, which is no word on whether it is shown again */
let shut = null;

const place = (/** @type {string} */ step) => {
  const found = all(step === "help" ? HELP : PLACES[step])[0];
  return found?.offsetHeight ? found : null;
};
/** Shows the tour at the next view of the desk. */
export const askTour = () => {
  asked = true;
  at = 0;
};
/** The person is gone: the next one at this page may be new. */
export function forgetTour() {
  closeTour();
  asked = over = false;
  at = 0;
}
/** Closes the tour, as another view comes; it may come back. */
export const closeTour = () => shut?.();
/** Shows the tour where this person has not seen it on this browser. Only who signed in is known to be here for the first time. */
export function offerTour() {
  if (shut || !here.person || here.person.mustEnrol) return;
  if (!asked && (over || here.signIn === "claimed" || localStorage[key()])) return;
  const steps = stepsOf(here.person.roles || []).filter(place);
  if (steps.length > 1) show(steps);
}
function show(steps) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement),
    ring = el("div", null, { className: "ring" }),
    title = el("h2", "", { id: "tourTitle" }),
    words = el("p", "", { id: "tourWords" }),
    count = el("span", "", { className: "small" }),
    never = el("input", null, { type: "checkbox", checked: true }),
    skip = el("button", t().tourSkip, { type: "button", className: "quiet" }),
    next = el("button", "", { type: "button", className: "primary" }),
    dialog = /** @type {HTMLDialogElement} */ (
      el(
        "dialog",
        null,
        { id: "tour" },
        title,
        words,
        el("label", null, { className: "small" }, never, ` ${t().tourNever}`),
        el("div", null, { className: "acts" }, count, el("span", null, { className: "gap" }), skip, next),
      )
    );
  dialog.setAttribute("aria-labelledby", "tourTitle");
  dialog.setAttribute("aria-describedby", "tourWords");
  const put = () => {
    const found = place(steps[at]);
    ring.hidden = !found;
    if (!found) return;
    const of = found.getBoundingClientRect(),
      box = dialog.getBoundingClientRect(),
      { left, top } = beside(of, box, { width: innerWidth, height: innerHeight });
    Object.assign(ring.style, {
      left: `${of.left - 4}px`,
      top: `${of.top - 4}px`,
      width: `${of.width + 8}px`,
      height: `${of.height + 8}px`,
    });
    dialog.style.setProperty("--left", `${left}px`);
    dialog.style.setProperty("--top", `${top}px`);
  };
  const step = () => {
    const name = steps[at];
    [title.textContent, words.textContent] = t().tour[name];
    count.textContent = `${at + 1} / ${steps.length}`;
    next.textContent = at + 1 < steps.length ? t().tourNext : t().tourDone;
    place(name)?.scrollIntoView({ block: matchMedia("(max-width: 59.99rem)").matches ? "start" : "nearest", inline: "nearest" });
    put();
    next.focus();
  };
  const timer = setInterval(put, PLACE_EVERY_MILLIS),
    listening = new AbortController(),
    { signal } = listening;
  shut = () => {
    shut = null;
    clearInterval(timer);
    listening.abort();
    dialog.remove();
    ring.remove();
  };
  const end = done => {
    if (done || never.checked) localStorage[key()] = "seen";
    asked = false;
    over = true;
    at = 0;
    closeTour();
    (before?.isConnected && before !== document.body ? before : $("skip")).focus({ preventScroll: true });
  };
  next.onclick = () => {
    if (++at < steps.length) step();
    else end(true);
  };
  skip.onclick = () => end(false);
  document.addEventListener(
    "keydown",
    event => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      end(false);
    },
    { capture: true, signal },
  );
  for (const event of ["scroll", "resize"]) addEventListener(event, put, { capture: true, passive: true, signal });
  document.body.append(ring, dialog);
  dialog.show();
  at = Math.min(at, steps.length - 1);
  step();
}
