// What is shown once and is nowhere else: half of a password, a new secret, recovery codes, the code of a device. It goes when the view is left.
import { el, t } from "./core.js";

/** @type {{ says: string, text: string }[]} */
let once = [];
/** Keeps what the view shows from now on, beside what nobody has said yet that it was noted; null for nothing. @param {{ says: string, text: string } | null} what */
export const showOnce = what => {
  if (what)
    once.unshift(what); // the newest first
  else once = [];
};
export const forget = () => showOnce(null);
export const shownOnce = () => {
  if (once.length === 0) return null;
  const place = el("div", null, { id: "once", role: "status" });
  place.append(
    ...once.map(what =>
      el(
        "div",
        null,
        { className: "banner" },
        el("p", what.says),
        el("pre", what.text, { className: "code" }),
        el("button", t().noted, {
          type: "button",
          onclick: e => {
            once = once.filter(one => one !== what);
            e.target.parentElement.remove();
            if (once.length === 0) place.remove();
          },
        }),
      ),
    ),
  );
  return place;
};
