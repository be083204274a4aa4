// A handover: to whom an item is offered, a person or an office, and who may answer.
import { get, here, may, t } from "./core.js";
import { person, unit } from "./names.js";
import { prefix } from "./units.js";

/** Whether a unit is this office or below it. Nobody without a unit is of an office. @param {string | undefined} code @param {string | undefined} office */
export const within = (code, office) => Boolean(code && office && prefix(office) && prefix(code).startsWith(prefix(office)));

/** Whether the one who is here may accept or refuse what is offered. @param {any} item */
export const mayAnswer = ({ handover }) =>
  may("ANSWER_HANDOVER") &&
  Boolean(handover) &&
  (handover.toUnit ? handover.by !== here.person.id && within(here.person.unitCode, handover.toUnit) : handover.to === here.person.id);

/** To whom a handover is offered, with the name as soon as the station has said it. */
export const party = handover => (handover.toUnit ? unit(handover.toUnit) : person(handover.to || ""));

/** What an open handover says, and the one that ended last, as the parts of a line each. */
export function handoversOf(item, time) {
  const { handover, lastHandover: last } = item,
    lines = [];
  if (handover)
    lines.push([
      `${handover.toUnit ? t().event.handoverOfferedToUnit : t().event.handoverOffered} · ${t().to_} `,
      party(handover),
      ` · ${time(handover.at)}`,
    ]);
  if (last)
    lines.push([
      `${t().event[{ accepted: "handoverAccepted", refused: "handoverRefused", withdrawn: "handoverWithdrawn" }[last.outcome]]} · `,
      person(last.by),
      ...(last.toUnit ? [" · ", unit(last.toUnit)] : []),
      last.words ? ` · ${last.words}` : "",
    ]);
  return lines;
}
/** The offices of which somebody can take items, as far as they were asked for. @type {string[]} */
let offices = [];
/**
 * The fields of the form that offers items: a person, or an office where the station knows one of which somebody can take them. They suggest those
 * who can.
 */
export async function offerFields() {
  const { recipients, units = [] } = may("OFFER_HANDOVER") ? await get("/api/recipients") : { recipients: [] },
    to = { name: "to", suggestions: Object.fromEntries(recipients.map(one => [one.officerNo, one.name])) };
  offices = units.map(one => one.unitCode);
  if (!units.length) return [to];
  const /** @type {Record<string, any>} */ inputs = {},
    keep = field => ({
      ...field,
      proposes: input => {
        inputs[field.name] = input;
        if (inputs.toUnit) show(); // the last of them is there
      },
    });
  function show() {
    for (const name of ["to", "toUnit"]) {
      const chosen = name === inputs.handoverTo.value;
      inputs[name].required = chosen;
      inputs[name].parentElement.hidden = !chosen;
    }
    inputs.handoverTo.onchange = show;
  }
  return [
    { name: "handoverTo", choices: t().handoverTo },
    to,
    { name: "toUnit", suggestions: Object.fromEntries(units.map(one => [one.unitCode, one.unitName || one.unitCode])) },
  ].map(keep);
}
/** What is sent of the fields: either the person or the office, which has somebody who can take items: else each of many would be refused. */
export function offered({ handoverTo, to, toUnit, ...rest }) {
  if (handoverTo !== "toUnit") return { ...rest, to };
  if (!offices.some(office => within(office, toUnit))) throw new Error(t().nobodyOfOffice(toUnit));
  return { ...rest, toUnit };
}
