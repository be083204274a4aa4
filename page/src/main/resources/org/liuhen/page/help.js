// The keyboard: what each key does, and a switch for those whom single keys disturb (WCAG 2.2, 2.1.4).
import { $, el, go, here, t } from "./core.js";
import { askTour } from "./tour.js";

const on = () => localStorage.keys !== "off";

/** What the keys do; before signing in, how one signs in. */
export function showHelp() {
  if (!here.person) {
    const says = here.signIn === "oidc" ? t().signInByOther : here.signIn === "local" ? t().signInBy : [t().sayWho];
    $("detail").replaceChildren(
      el("h2", t().signInHelp),
      ...says.map(words => el("p", words)),
      el("p", null, {}, el("a", t().backToSignIn, { href: "#/", className: "button primary" })),
    );
    return;
  }
  const box = el("input", null, {
    type: "checkbox",
    checked: on(),
    onchange: () => {
      localStorage.keys = box.checked ? "on" : "off";
    },
  });
  const rows = Object.entries(t().keys).map(([key, words]) => el("tr", null, {}, el("td", null, {}, el("kbd", key)), el("td", words)));
  $("detail").replaceChildren(
    el("h2", t().help),
    guides(),
    el("table", null, { className: "keys" }, el("tbody", null, {}, ...rows)),
    el("p", null, {}, el("label", null, {}, box, " " + t().keysOn)),
    el(
      "p",
      null,
      {},
      el("button", t().tourAgain, {
        onclick: () => {
          askTour();
          go("#/");
        },
      }),
    ),
  );
}
/** Who each guide is for; the page is in the reader's language. */
const guides = () =>
  el(
    "ul",
    null,
    { id: "guides" },
    ...Object.entries(t().guides).map(([name, words]) =>
      el("li", null, {}, el("a", words, { href: `/guides/${name}.${here.language}`, target: "_blank" })),
    ),
  );
/** Moves in the list, opens the search, closes an item; nothing while somebody types. */
export function shortcuts(event, { close, beside }) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("input, select, textarea, video, audio")) return;
  if (event.key === "Escape") {
    close();
    return;
  }
  if (!on()) return;
  const step = { j: 1, k: -1 }[event.key];
  if (event.key === "?") go("#/help");
  else if (!here.person)
    return; // nobody is there who could be shown an item
  else if (event.key === "/" && $("q")?.offsetParent) {
    event.preventDefault();
    $("q").focus();
  } else if (step) beside(step).then(row => row?.focus());
}
