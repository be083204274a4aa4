// Forms of the pages about people: each opens under its name and does one act.
import { ask, el, sayRefused, t } from "./core.js";
import { proposeUnits } from "./names.js";
import { ended, notSent, sending, sent } from "./typed.js";

/** Sends a body, and gives the answer's. @param {string} path @param {object} body @param {string} [method] */
export const send = async (path, body, method = "POST") => {
  const answer = await ask(path, { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  return answer.status === 204 ? {} : answer.json();
};

/** A form that opens under its name and does one act; what goes wrong is said in it. */
export function form(name, inputs, act, open = false) {
  const body = el("form", null, { className: "fields" }),
    said = el("span", "", { className: "small bad said", role: "alert" }),
    button = el("button", t().act[name]);
  body.append(...inputs.filter(Boolean), button, said);
  body.onsubmit = async event => {
    event.preventDefault();
    sent(body); // before the act, which draws the view anew
    sending(body);
    try {
      await act();
    } catch (failed) {
      notSent(body);
      sayRefused(body, t().act[name], failed.message);
    }
    ended(body);
  };
  const details = el("details", null, { className: "act", open }, el("summary", t().act[name]), body);
  details.dataset.act = name;
  return details;
}
/** A label and the field in it. @param {string} name a word of the catalogue's fields @param {object} [props] */
export const field = (name, props = {}) => {
  const input = el("input", null, { required: true, maxLength: 256, ...props }),
    label = el("label", t().field[name] + " ", {}, input);
  if (name === "unit") proposeUnits(input);
  return [label, input];
};
