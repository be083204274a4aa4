// What somebody is typing stays when the view around it is drawn anew: after another act, in another language, after signing in again.

/** What a form is called: its act, and what the act is about where a view has several such forms. @param {HTMLElement} form */
const nameOf = form => {
  const act = form.dataset.act || form.parentElement?.dataset.act;
  return act && `${act}\n${/** @type {any} */ (form.closest("[data-about]"))?.dataset.about || ""}`;
};
/** The forms of acts in a place, by their names; of two with one name nobody knows which is which. @param {Element} place @returns {Map<string, HTMLElement>} */
function formsIn(place) {
  const forms = new Map(),
    twice = new Set();
  for (const form of /** @type {HTMLElement[]} */ ([...place.querySelectorAll("form")])) {
    const name = nameOf(form);
    if (!name) continue;
    if (forms.has(name)) twice.add(name);
    forms.set(name, form);
  }
  for (const name of twice) forms.delete(name);
  return forms;
}
/** @param {HTMLElement} form @returns {any[]} */
const fieldsIn = form => ["input", "select", "textarea"].flatMap(name => [...form.querySelectorAll(name)]);
const isSecret = field => field.type === "password" || /password|one-time-code/.test(field.autocomplete || "");
document.addEventListener("input", event => {
  const form = /** @type {HTMLInputElement} */ (event.target).form;
  if (form) form.dataset.typed = "true";
});
/** The form that stands in the place of another one since the view was drawn anew. @type {WeakMap<HTMLElement, HTMLElement>} */
const next = new WeakMap();
/** The form that was drawn last in the place of this one. @param {HTMLElement} form */
function newest(form) {
  let now = form;
  for (let later = next.get(now); later; later = next.get(now)) now = later;
  return now;
}
let acts = 0;
/** Lets the buttons of a form wait for the act of this number, or for none any more. @param {HTMLElement} form @param {string} [act] */
function waiting(form, act) {
  if (act) form.dataset.sending = act;
  else delete form.dataset.sending;
  for (const button of /** @type {any[]} */ ([...form.querySelectorAll("button")])) button.disabled = Boolean(act);
}
/** Says that the act of this form is on its way: its buttons wait, also those of a form that is drawn in its place meanwhile. @param {HTMLElement} form */
export const sending = form => waiting(form, String(++acts));
/** Says that the act of this form has ended: its buttons wait no more. One that waits for an act of its own goes on. @param {HTMLElement} form */
export const ended = form => {
  const act = form.dataset.sending;
  for (const one of [newest(form), form]) if (one.dataset.sending === act) waiting(one);
};
/** Says that what stands in this form was sent, so that it is not kept; what was typed meanwhile into the form that stands there now is. @param {HTMLElement} form */
export const sent = form => {
  const now = newest(form),
    act = form.dataset.sending;
  delete form.dataset.typed;
  delete form.dataset.sending; // its buttons wait until what follows is drawn
  if (isAlike(form, now)) delete now.dataset.typed;
  if (now === form || now.dataset.sending !== act) return;
  if (now.dataset.typed) waiting(now);
  else delete now.dataset.sending;
};
/** Says that it was not sent after all: it stands in the form that is there now, if nothing else was typed into that one. @param {HTMLElement} form */
export const notSent = form => {
  const now = newest(form);
  form.dataset.typed = "true";
  if (now !== form && !now.dataset.typed) put(form, now);
};
/** Says what came of an act, in the form that stands there now, and gives that one. @param {HTMLElement} form @param {string} words @param {boolean} [bad] */
export function sayIn(form, words, bad = true) {
  const now = newest(form),
    said = /** @type {HTMLElement} */ (now.querySelector(".said"));
  said.className = `small said ${bad ? "bad" : "good"}`;
  said.textContent = words;
  openAs(form, now);
  return now;
}
/**
 * Notes the forms of this place into which somebody has put something and not sent it. What is typed into them until they are drawn anew counts, too.
 * @param {Element} place
 * @param {string} subject what the forms are about and who writes: what one typed about one thing is put into no other form
 * @param {boolean} [secrets] whether passwords and codes are kept, too
 * @returns {() => boolean} puts it back, once the same forms were drawn there anew, and gives whether any form stands there
 */
export function keepTyped(place, subject, secrets = true) {
  const kept = [...formsIn(place)].filter(([, form]) => form.dataset.of === subject),
    focus = kept.map(([, form]) => fieldsIn(form).indexOf(document.activeElement));
  if (!secrets) for (const [, form] of kept) for (const field of fieldsIn(form)) if (isSecret(field)) field.value = "";
  return () => {
    const forms = formsIn(place);
    for (const form of forms.values()) form.dataset.of ??= subject; // one that was not drawn anew is about what it was about
    kept.forEach(([name, first], i) => {
      const form = forms.get(name),
        before = newest(first);
      if (!form || form.dataset.of !== subject || form === before || next.has(form)) return;
      next.set(before, form);
      if (before.dataset.sending) waiting(form, before.dataset.sending); // also where nothing was typed
      if (!before.dataset.typed || !put(before, form, secrets)) return;
      if (focus[i] < 0 || (document.activeElement && document.activeElement !== document.body)) return;
      const field = fieldsIn(form)[focus[i]],
        caret = fieldsIn(before)[focus[i]].selectionStart ?? null;
      field.focus();
      if (caret !== null) field.setSelectionRange(caret, caret);
    });
    return forms.size > 0;
  };
}
/** Whether two forms ask for the same, box by box: a tick is for what its box stands for. @param {any[]} old @param {any[]} now */
const asksAlike = (old, now) =>
  now.length === old.length &&
  now.every((field, i) => field.type === old[i].type && (field.type !== "checkbox" || field.value === old[i].value));
/** Whether the same stands in two forms. @param {HTMLElement} one @param {HTMLElement} other */
function isAlike(one, other) {
  const old = fieldsIn(one),
    now = fieldsIn(other);
  return asksAlike(old, now) && now.every((field, i) => field.value === old[i].value && Boolean(field.checked) === Boolean(old[i].checked));
}
/** A form is open where the one before it was. @param {HTMLElement} before @param {HTMLElement} form */
function openAs(before, form) {
  if (/** @type {any} */ (before.parentElement)?.open) /** @type {any} */ (form.parentElement).open = true;
}
/** Puts what stands in a form into another one; gives false where that one asks for something else. @param {HTMLElement} before @param {HTMLElement} form */
function put(before, form, secrets = true) {
  const old = fieldsIn(before),
    now = fieldsIn(form);
  if (!asksAlike(old, now)) return false;
  now.forEach((field, i) => {
    if (secrets || !isSecret(field)) fill(field, old[i]);
  });
  form.dataset.typed = "true";
  openAs(before, form);
  return true;
}
/** Puts into a field what stands in another one. @param {any} field @param {any} old */
function fill(field, old) {
  if (field.type === "file") field.files = old.files;
  else if (field.type !== "select-one" || [...field.options].some(option => option.value === old.value)) field.value = old.value;
  field.checked = old.checked;
  field.onchange?.();
}
