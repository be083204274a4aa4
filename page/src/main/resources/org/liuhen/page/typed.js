// What somebody is typing stays when the view around it is drawn anew, as after another act on the same item.

/** The forms of acts in a place, by the names of their acts. @param {Element} place @returns {Map<string | undefined, HTMLElement>} */
const formsIn = place =>
  new Map(
    /** @type {HTMLElement[]} */ ([...place.querySelectorAll("form")])
      .map(form => /** @type {[string | undefined, HTMLElement]} */ ([(form.dataset.act ? form : form.parentElement)?.dataset.act, form]))
      .filter(([act]) => act),
  );
/** @param {HTMLElement} form @returns {any[]} */
const fieldsIn = form => [...form.querySelectorAll("input, select, textarea")];
document.addEventListener("input", event => {
  const form = /** @type {HTMLInputElement} */ (event.target).form;
  if (form) form.dataset.typed = "true";
});
/** Says that what stands in this form was sent, so that it is not kept. @param {HTMLElement} form */
export const sent = form => {
  delete form.dataset.typed;
};
/**
 * Notes what somebody has put into the forms of this place and not sent.
 * @param {Element} place
 * @param {string} subject what the forms are about, such as the ID of an item: what was typed about one thing is not put into the forms of another
 * @returns {() => void} puts it back, once the same forms were drawn there anew
 */
export function keepTyped(place, subject) {
  const kept = [...formsIn(place)]
    .filter(([, form]) => form.dataset.of === subject && form.dataset.typed)
    .map(([act, form]) => {
      const fields = fieldsIn(form),
        focus = fields.indexOf(document.activeElement);
      return {
        act,
        open: /** @type {any} */ (form.parentElement).open,
        fields: fields.map(({ type, value, checked }) => ({ type, value, checked })),
        focus,
        caret: focus < 0 ? null : (fields[focus].selectionStart ?? null),
      };
    });
  return () => {
    const forms = formsIn(place);
    for (const form of forms.values()) form.dataset.of = subject;
    for (const { act, open, fields, focus, caret } of kept) {
      const form = forms.get(act),
        now = form ? fieldsIn(form) : [];
      if (!form || now.length !== fields.length || now.some((field, i) => field.type !== fields[i].type)) continue; // it asks for something else now
      now.forEach((field, i) => {
        if (field.type === "select-one" && ![...field.options].some(option => option.value === fields[i].value)) return;
        field.value = fields[i].value;
        field.checked = fields[i].checked;
        field.onchange?.();
      });
      form.dataset.typed = "true";
      if (open) /** @type {any} */ (form.parentElement).open = true;
      if (focus < 0) continue;
      now[focus].focus();
      if (caret !== null) now[focus].setSelectionRange(caret, caret);
    }
  };
}
