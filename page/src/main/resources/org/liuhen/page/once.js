// What is shown once and is nowhere else: half of a password, a new secret, recovery codes, the code of a device. It goes when the view is left.
import { el, t } from "./core.js";

/** @type {{ says: string, text: string } | null} */
let once = null;
/** Keeps what the view shows from now on; null for nothing. */
export const showOnce = what => {
  once = what;
};
export const forget = () => showOnce(null);
export const shownOnce = () =>
  once &&
  el(
    "div",
    null,
    { id: "once", className: "banner", role: "status" },
    el("p", once.says),
    el("pre", once.text, { className: "code" }),
    el("button", t().noted, {
      type: "button",
      onclick: e => {
        forget();
        e.target.parentElement.remove();
      },
    }),
  );
