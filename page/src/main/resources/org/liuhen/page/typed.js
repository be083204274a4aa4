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
/** Says that what stands in this form was sent, so that it is not kept. @param {HTMLElement} form */
export const sent = form => {
  delete form.dataset.typed;
};
/** Says that it was not sent after all. @param {HTMLElement} form */
export const notSent = form => {
  form.dataset.typed = "true";
};
/**
 * Notes the forms of this place into which somebody has put something and not sent it. What is typed into them until they are drawn anew counts, too.
 * @param {Element} place
 * @param {string} subject what the forms are about and who writes: what one typed about one thing is put into no other form
 * @param {boolean} [secrets] whether passwords and codes are kept, too
 * @returns {() => void} puts it back, once the same forms were drawn there anew
 */
export function keepTyped(place, subject, secrets = true) {
  const kept = [...formsIn(place)].filter(([, form]) => form.dataset.of === subject),
    focused = document.activeElement;
  if (!secrets) for (const [, form] of kept) for (const field of fieldsIn(form)) if (isSecret(field)) field.value = "";
  return () => {
    const forms = formsIn(place);
    for (const form of forms.values()) form.dataset.of = subject;
    for (const [name, before] of kept) {
      const form = forms.get(name);
      if (!form || form === before || !before.dataset.typed) continue;
      const old = fieldsIn(before),
        now = fieldsIn(form);
      if (now.length !== old.length || now.some((field, i) => field.type !== old[i].type)) continue; // it asks for something else now
      now.forEach((field, i) => fill(field, old[i]));
      form.dataset.typed = "true";
      if (/** @type {any} */ (before.parentElement)?.open) /** @type {any} */ (form.parentElement).open = true;
      const at = old.indexOf(focused);
      if (at < 0 || (document.activeElement && document.activeElement !== document.body)) continue;
      now[at].focus();
      const caret = old[at].selectionStart ?? null;
      if (caret !== null) now[at].setSelectionRange(caret, caret);
    }
  };
}
/** Puts into a field what stands in another one. @param {any} field @param {any} old */
function fill(field, old) {
  if (field.type === "file") field.files = old.files;
  else if (field.type !== "select-one" || [...field.options].some(option => option.value === old.value)) field.value = old.value;
  field.checked = old.checked;
  field.onchange?.();
}
