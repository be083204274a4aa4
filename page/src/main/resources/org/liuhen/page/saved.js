// Lists that somebody asks for again and again, kept in this browser, for each person apart.
import { el, here, t } from "./core.js";

const KEPT_MAX = 30;
const place = () => `lists:${here.person?.id || ""}`;

/** What is kept; what cannot be read is not. @returns {{ name: string, address: string }[]} */
function kept() {
  try {
    const lists = JSON.parse(localStorage.getItem(place()) || "[]");
    return Array.isArray(lists) ? lists.filter(one => typeof one?.name === "string" && /^#\//.test(one.address)) : [];
  } catch {
    return [];
  }
}
/**
 * A choice among the kept lists, and a button that keeps this one or drops it.
 * @param {string} address where the list stands
 * @param {string} name what it is called; empty where it has no filter
 * @returns {any[]}
 */
export function savedLists(address, name) {
  const lists = kept(),
    now = lists.find(one => one.address === address);
  const keep = changed => {
    localStorage.setItem(place(), JSON.stringify(changed.slice(-KEPT_MAX)));
    document.dispatchEvent(new CustomEvent("lists-kept"));
  };
  const choice = el(
    "select",
    null,
    { id: "saved", ariaLabel: t().keptLists },
    el("option", t().keptLists, { value: "" }),
    ...lists.map(one => el("option", one.name, { value: one.address })),
  );
  choice.value = now ? address : "";
  choice.onchange = () => {
    if (choice.value) location.hash = choice.value;
  };
  const button = el("button", now ? t().dropList : t().keepList, { type: "button", className: "quiet", id: "keepList" });
  button.onclick = () => keep(now ? lists.filter(one => one !== now) : [...lists, { name, address }]);
  return [lists.length ? choice : null, now || name ? button : null];
}
